//===- StaticOfTwoValues.cpp - a static that becomes a bool ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of a static variable that holds two values only, what it begins as and one
// constant, LLVM makes a bool of one byte (GlobalOpt's
// TryToShrinkGlobalToBoolean). The type that clang emits for it is still that
// of the source. btf_check_sec_info() and btf_datasec_check_meta() compare the
// two, and refuse all of the object's BTF with EINVAL, which libbpf passes over
// in silence.
//
//===----------------------------------------------------------------------===//

#include "Rule.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {

namespace {
/// What the program does with one variable.
struct Uses {
  std::vector<const Access *> Reads, Writes;
  bool Other = false; ///< Something that is neither.
};
} // namespace

/// True if the compiler may change the type of \p VD at all.
static bool isCandidate(const VarDecl *VD) {
  QualType T = VD->getType();
  return !VD->isExternallyVisible() && !VD->hasAttr<UsedAttr>() &&
         !VD->hasAttr<SectionAttr>() && !T.isVolatileQualified() &&
         !T.isConstQualified() && T->isIntegralOrEnumerationType() &&
         !T->isBooleanType() && !VD->isInvalidDecl();
}

/// The constant that \p VD is given, if it is one and the same, and another one
/// than it begins as; null if that is not so.
static const Access *onlyStore(const Uses &U, const VarDecl *VD,
                               const ASTContext &Ctx) {
  auto ValueOf = [&](const Expr *E) -> std::optional<llvm::APSInt> {
    Expr::EvalResult R;
    if (!E || E->isValueDependent() || !E->EvaluateAsInt(R, Ctx))
      return std::nullopt;
    return R.Val.getInt().extOrTrunc(Ctx.getTypeSize(VD->getType()));
  };
  llvm::APSInt First(Ctx.getTypeSize(VD->getType()));
  if (VD->hasInit()) {
    auto Init = ValueOf(VD->getInit());
    if (!Init)
      return nullptr;
    First = *Init;
  }
  const Access *Only = nullptr;
  std::optional<llvm::APSInt> Stored;
  for (const Access *A : U.Writes) {
    auto V = ValueOf(A->Value);
    if (!V || (Stored && llvm::APInt(*V) != llvm::APInt(*Stored) &&
               llvm::APInt(*V) != llvm::APInt(First)))
      return nullptr;
    if (llvm::APInt(*V) == llvm::APInt(First))
      continue;
    Stored = V;
    Only = A;
  }
  return Only;
}

/// True if \p Read asks for what \p VD held before its function was called: no
/// store of that function stands before it.
static bool asksForTheOld(const Program &P, const Access &Read, const Uses &U) {
  return llvm::none_of(U.Writes, [&](const Access *W) {
    return W->In == Read.In && P.sources().isBeforeInTranslationUnit(
                                   W->E->getBeginLoc(), Read.E->getBeginLoc());
  });
}

void staticOfTwoValues(const Program &P, const kernel::Kernel &K, Findings &F) {
  const ASTContext &Ctx = P.context();
  llvm::MapVector<const VarDecl *, Uses> Of;
  for (const Access &A : P.accesses().accesses()) {
    const VarDecl *VD = A.Where.In == Memory::Global ? A.Where.Var : nullptr;
    if (!VD || !isCandidate(VD))
      continue;
    Uses &U = Of[VD];
    bool Whole = !A.Where.Offset && !A.Where.Variable && !A.Inside &&
                 A.Size == sizeOf(VD->getType(), Ctx);
    if (Whole && A.How == Access::Kind::Load)
      U.Reads.push_back(&A);
    else if (Whole && A.How == Access::Kind::Store)
      U.Writes.push_back(&A);
    else
      U.Other = true;
  }
  std::optional<unsigned> Needy;
  for (unsigned I = 0; I != P.maps().size() && !Needy; ++I)
    if (!P.mapFields(I, K).empty())
      Needy = I;
  if (!Needy)
    return;
  for (const auto &[VD, U] : Of) {
    // Whatever else mentions it may write it.
    if (U.Other || sizeOf(VD->getType(), Ctx) < 2 ||
        P.accesses().pointers().uses(VD) > U.Reads.size() + U.Writes.size() ||
        llvm::none_of(U.Reads, [&, &U = U](const Access *A) {
          return A->Used && asksForTheOld(P, *A, U);
        }))
      continue;
    const Access *Store = onlyStore(U, VD, Ctx);
    if (!Store)
      continue;
    F.warn(VD->getLocation(), kernel::Effect::BtfLost,
           "static %0 holds two values only, and clang makes it one byte where "
           "its BTF says %1",
           nameMap(P, *Needy) + " loses its special fields")
        << VD << unsigned(sizeOf(VD->getType(), Ctx));
    F.note(Store->E->getExprLoc(), "it is given no other value than this")
        << Store->E->getSourceRange();
    SourceLocation At = VD->getTypeSpecStartLoc();
    auto Note = F.note(VD->getLocation(), "make it volatile, or a bool");
    if (At.isValid() && !At.isMacroID())
      Note << FixItHint::CreateInsertion(At, "volatile ");
  }
}

} // namespace bpftidy
