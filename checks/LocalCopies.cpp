//===- LocalCopies.cpp - what is left of a copy on the stack --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A struct on the stack whose address goes nowhere is taken apart by the
// compiler: of a copy to it, only the members are loaded that are looked at,
// and of one from it, only those are stored that were given a value.
//
//===----------------------------------------------------------------------===//

#include "Accesses.h"
#include "clang/AST/Decl.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace bpftidy {

namespace {
/// The parts of one struct on the stack that are touched, and by what.
struct Parts {
  std::vector<const Access *> Read, Written;
};
} // namespace

/// True if \p E is a struct that need not have all of its bytes set, whichever
/// variable it came from.
static bool mayBePartial(const Expr *E) {
  return E->getType()->isRecordType() &&
         isa<CallExpr, StmtExpr, ConditionalOperator, BinaryOperator>(
             E->IgnoreParenImpCasts());
}

/// The place on the stack that \p A copies a struct from; not known if it
/// copies from elsewhere.
static Address copiedFrom(const Pointers &P, const Access &A) {
  if (A.How != Access::Kind::Copy || !A.Value || A.Where.In == Memory::Local)
    return Address();
  Address From = A.Value->getType()->isRecordType()
                     ? P.place(A.Value->IgnoreParenImpCasts())
                     : P.pointee(A.Value);
  bool Struct = From.In == Memory::Local && !From.Variable &&
                From.Var->getType()->isRecordType();
  return Struct ? From : Address();
}

/// True if \p A is a load of a struct of which no more is known than that it is
/// copied to the stack.
static bool isCopiedOut(const Access &A) {
  return A.How == Access::Kind::Load && !A.Used &&
         A.Where.In != Memory::Local && A.E->getType()->isRecordType();
}

/// \p Whole, a copy from or to \p Start of a variable, as far as it is of the
/// bytes of \p Part; no bytes if the two have none in common.
static Access common(const Access &Whole, int64_t Start, const Access &Part) {
  int64_t Begin = std::max(Start, Part.Where.Offset);
  int64_t End = std::min(Start + int64_t(Whole.Size),
                         Part.Where.Offset + int64_t(Part.Size));
  Access A = Whole;
  A.Size = std::max<int64_t>(End - Begin, 0);
  A.Where.Offset += Begin - Start;
  return A;
}

static bool overlap(const Access &A, const Access &B) {
  return A.Where.Variable || B.Where.Variable ||
         (A.Where.Offset < B.Where.Offset + int64_t(B.Size) &&
          B.Where.Offset < A.Where.Offset + int64_t(A.Size));
}

void Accesses::splitCopies() {
  auto IsMet = [this](const Access &A) {
    return isCopiedOut(A) || copiedFrom(P, A).known() ||
           (A.How == Access::Kind::Copy && A.Value && mayBePartial(A.Value));
  };
  if (llvm::none_of(List, IsMet))
    return;
  llvm::DenseMap<const VarDecl *, Parts> Of;
  for (const Access &A : List) {
    const VarDecl *VD = A.Where.In == Memory::Local ? A.Where.Var : nullptr;
    if (!VD || !VD->getType()->isRecordType())
      continue;
    if (A.writes())
      Of[VD].Written.push_back(&A);
    else if (A.How == Access::Kind::Load && (A.Used || A.Volatile))
      Of[VD].Read.push_back(&A);
  }
  // What the kernel is shown is in memory as a whole.
  llvm::DenseSet<const VarDecl *> Shown;
  for (const Call &C : Calls) {
    const FunctionDecl *FD = C.E->getDirectCallee();
    if (C.E->getBuiltinCallee() || (FD && FD->hasBody()))
      continue;
    for (const Expr *Arg : C.E->arguments())
      if (Address A =
              Arg->getType()->isPointerType() ? P.pointee(Arg) : Address();
          A.In == Memory::Local)
        Shown.insert(A.Var);
  }
  const SourceManager &SM = P.context().getSourceManager();
  std::vector<Access> Split;
  for (const Access &A : List) {
    Address From = copiedFrom(P, A);
    const VarDecl *VD = From.Var;
    bool Filled = VD && (Shown.count(VD) ||
                         (VD->hasInit() && !mayBePartial(VD->getInit())));
    if (VD && !Filled) {
      Parts Known = Of.lookup(VD);
      for (const Access *Part : Known.Written)
        if (!Part->Where.Variable && Part->In == A.In &&
            !(Part->Value && mayBePartial(Part->Value) &&
              Part->How == Access::Kind::Copy) &&
            SM.isBeforeInTranslationUnit(Part->E->getBeginLoc(),
                                         A.E->getBeginLoc()))
          if (Access One = common(A, From.Offset, *Part); One.Size)
            Split.push_back(std::move(One));
      continue;
    }
    if (!VD && A.How == Access::Kind::Copy && A.Value && mayBePartial(A.Value))
      continue;
    Split.push_back(A);
    VD = isCopiedOut(A) ? CopiedTo.lookup(A.E) : nullptr;
    if (VD && Shown.count(VD)) {
      Split.back().Used = true;
      continue;
    }
    const auto *Values = VD ? P.values(VD) : nullptr;
    Parts Known = Values && Values->size() == 1 && P.isPrivate(VD)
                      ? Of.lookup(VD)
                      : Parts();
    for (const Access *Part : Known.Read) {
      bool Rewritten = llvm::any_of(Known.Written, [&](const Access *W) {
        return !(W->Value && W->Value->IgnoreParens() == A.E) &&
               overlap(*Part, *W);
      });
      if (Rewritten || Part->Where.Variable || Part->In != A.In)
        continue;
      if (Access One = common(A, 0, *Part); One.Size) {
        One.Used = true;
        Split.push_back(std::move(One));
      }
    }
  }
  List = std::move(Split);
}

} // namespace bpftidy
