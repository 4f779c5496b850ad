//===- StaticOfTwoValues.cpp - a static that becomes a bool ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of a static variable that holds two values only, what it begins as and one
// constant, LLVM makes a bool of one byte (GlobalOpt's
// TryToShrinkGlobalToBoolean). The type that clang emits for it is still that
// of the source. btf_datasec_resolve() compares the two sizes, "Invalid size",
// and all of the object's BTF is refused with EINVAL, which libbpf passes over
// in silence.
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Stmt.h"

using namespace clang;

namespace bpftidy {

namespace {
/// What the program does with one variable.
struct Uses {
  std::vector<const Access *> Reads, Writes;
  bool Other = false; ///< Something that is neither.
};
/// What it begins as, and the other value.
struct Values {
  int64_t First = 0, Second = 0;
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

namespace {
/// Looks whether a store is reached as long as the variable is what it begins
/// as: behind a condition that then never holds the compiler drops it.
class Reach {
public:
  Reach(const VarDecl *VD, const Expr *Store, int64_t First, ASTContext &Ctx)
      : VD(VD), Store(Store), First(First), Ctx(Ctx) {}

  bool isReached(const Stmt *Body) {
    visit(Body);
    return Found && !Unclear;
  }
  /// True if a condition that is reached like that tells what it begins as from
  /// \p Second.
  bool isAsked(const Stmt *Body, int64_t Second) {
    Other = Second;
    visit(Body);
    return Asked;
  }

private:
  /// Returns true if nothing behind \p S is executed.
  bool visit(const Stmt *S);
  std::optional<bool> holds(const Expr *Cond, int64_t Value) const;

  const VarDecl *VD;
  const Expr *Store;
  int64_t First;
  std::optional<int64_t> Other;
  ASTContext &Ctx;
  bool Found = false, Unclear = false, Asked = false;
};
} // namespace

/// What `s`, `!s`, `s == 3` and `s != 3` come out as.
std::optional<bool> Reach::holds(const Expr *Cond, int64_t Value) const {
  Cond = Cond->IgnoreParenImpCasts();
  if (const auto *UO = dyn_cast<UnaryOperator>(Cond);
      UO && UO->getOpcode() == UO_LNot) {
    auto Not = holds(UO->getSubExpr(), Value);
    return Not ? std::optional(!*Not) : std::nullopt;
  }
  auto IsIt = [this](const Expr *E) {
    const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
    return Ref && Ref->getDecl() == VD;
  };
  if (IsIt(Cond))
    return Value != 0;
  const auto *BO = dyn_cast<BinaryOperator>(Cond);
  Expr::EvalResult R;
  if (!BO || !BO->isEqualityOp() || !IsIt(BO->getLHS()) ||
      !BO->getRHS()->EvaluateAsInt(R, Ctx))
    return std::nullopt;
  return (R.Val.getInt().getExtValue() == Value) == (BO->getOpcode() == BO_EQ);
}

bool Reach::visit(const Stmt *S) {
  if (!S || Found || Unclear)
    return false;
  if (const auto *Body = dyn_cast<CompoundStmt>(S))
    return llvm::any_of(Body->body(),
                        [this](const Stmt *C) { return visit(C); });
  if (const auto *If = dyn_cast<IfStmt>(S)) {
    if (!mentions(If->getCond(), VD)) {
      bool Then = visit(If->getThen()), Else = visit(If->getElse());
      return Then && Else && If->getElse();
    }
    auto Holds = holds(If->getCond(), First);
    Asked |= Holds && Other && Holds != holds(If->getCond(), *Other);
    Unclear |= !Holds;
    return Holds && visit(*Holds ? If->getThen() : If->getElse());
  }
  if (const auto *E = dyn_cast<Expr>(S)) {
    Found |= Store && E->IgnoreParenCasts() == Store->IgnoreParenCasts();
    return false;
  }
  // What decides about more than what follows it.
  Unclear |= isa<ForStmt, WhileStmt, DoStmt, SwitchStmt, LabelStmt>(S);
  return isa<ReturnStmt, GotoStmt, BreakStmt, ContinueStmt>(S);
}

/// A store of the constant that \p VD is given, if it is one and the same, and
/// another one than it begins as; null if that is not so. \p Out gets both.
static const Access *onlyStore(const Uses &U, const VarDecl *VD,
                               ASTContext &Ctx, Values &Out) {
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
  const SourceManager &SM = Ctx.getSourceManager();
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
    bool Lasts = llvm::none_of(U.Writes, [&](const Access *Later) {
      return Later->In == A->In &&
             SM.isBeforeInTranslationUnit(A->E->getEndLoc(),
                                          Later->E->getBeginLoc());
    });
    if (Lasts &&
        Reach(VD, A->E, First.getSExtValue(), Ctx).isReached(A->In->getBody()))
      Only = A;
  }
  if (Stored)
    Out = {First.getSExtValue(), Stored->getSExtValue()};
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

static Edits
makeVolatile(const llvm::MapVector<const VarDecl *, const Access *> &All) {
  Edits Cure;
  for (const auto &[VD, Store] : All) {
    SourceLocation At = VD->getTypeSpecStartLoc();
    if (At.isInvalid() || At.isMacroID())
      return {};
    // Variables of one declaration share the word.
    if (llvm::none_of(Cure, [At](const FixItHint &Other) {
          return Other.RemoveRange.getBegin() == At;
        }))
      Cure.push_back(FixItHint::CreateInsertion(At, "volatile "));
  }
  return Cure;
}

void staticOfTwoValues(const Program &P, const kernel::Kernel &K, Findings &F) {
  ASTContext &Ctx = P.context();
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
  llvm::MapVector<const VarDecl *, const Access *> Shrunk;
  for (const auto &[VD, U] : Of) {
    // Whatever else mentions it may write it.
    if (U.Other || sizeOf(VD->getType(), Ctx) < 2 ||
        P.accesses().pointers().uses(VD) > U.Reads.size() + U.Writes.size())
      continue;
    Values Of;
    const Access *Store = onlyStore(U, VD, Ctx, Of);
    auto IsAsked = [&, VD = VD, &U = U](const Access *A) {
      return A->Used && asksForTheOld(P, *A, U) &&
             Reach(VD, nullptr, Of.First, Ctx)
                 .isAsked(A->In->getBody(), Of.Second);
    };
    if (Store && llvm::any_of(U.Reads, IsAsked))
      Shrunk[VD] = Store;
  }
  for (const auto &[VD, Store] : Shrunk) {
    F.warn(VD->getLocation(), kernel::Effect::BtfLost,
           "static %0 holds two values only, and clang makes it one byte where "
           "its BTF says %1",
           nameMap(P, *Needy) + " loses its special fields")
        << VD << unsigned(sizeOf(VD->getType(), Ctx));
    F.note(Store->E->getExprLoc(), "it is given no other value than this")
        << Store->E->getSourceRange();
    // One that is left is one too many.
    F.note(VD->getLocation(), "make it volatile, or a bool")
        << (VD == Shrunk.front().first ? makeVolatile(Shrunk) : Edits());
  }
}

} // namespace bpftidy
