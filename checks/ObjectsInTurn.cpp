//===- ObjectsInTurn.cpp - variables that walk from object to object ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/Decl.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace bpftidy {

namespace {
/// What the values of a variable have in common.
struct Values {
  llvm::SmallPtrSet<const VarDecl *, 4> Asked;
  Address First; ///< One that does not come from the others.
  btf::TypeId Type = 0;
};
} // namespace

/// The pointer that the lvalue \p Place is reached through, \p Offset bytes
/// behind it; null if there is none, or an index is in between.
static const Expr *pointerBefore(const Expr *Place, const ASTContext &Ctx,
                                 int64_t &Offset) {
  while (const auto *ME = dyn_cast<MemberExpr>(Place->IgnoreParens())) {
    const auto *FD = dyn_cast<FieldDecl>(ME->getMemberDecl());
    if (!FD || FD->getParent()->isInvalidDecl())
      return nullptr;
    Offset += Ctx.getFieldOffset(FD) / 8;
    if (ME->isArrow())
      return ME->getBase();
    Place = ME->getBase();
  }
  return nullptr;
}

/// True if \p E is an object of the struct that the values so far are of, or
/// comes out of one that a variable had before.
static bool isOneMore(const Program &P, const kernel::Kernel &K, const Expr *E,
                      Values &Out) {
  const Pointers &Ptrs = P.accesses().pointers();
  const Expr *Bare = E->IgnoreParenCasts();
  if (const auto *CO = dyn_cast<ConditionalOperator>(Bare))
    return isOneMore(P, K, CO->getTrueExpr(), Out) &&
           isOneMore(P, K, CO->getFalseExpr(), Out);
  if (const VarDecl *VD = localVariable(Bare); VD && !isa<ParmVarDecl>(VD)) {
    if (!Out.Asked.insert(VD).second)
      return true;
    const auto *All = Ptrs.values(VD);
    return All && llvm::all_of(*All, [&](const Expr *One) {
             return isOneMore(P, K, One, Out);
           });
  }
  int64_t Offset = 0;
  const Expr *Base = pointerBefore(Bare, P.context(), Offset);
  const VarDecl *Of = Base ? localVariable(Base->IgnoreParenCasts()) : nullptr;
  if (Of && Out.Asked.count(Of))
    return true;
  Address A = Ptrs.pointee(E);
  if (A.In == Memory::Null)
    return true;
  auto O = A.Offset || A.Variable ? std::nullopt : objectAt(P, K, A);
  if (!O || !O->Local || O->Percpu || !O->Type ||
      (Out.Type && Out.Type != O->Type))
    return false;
  if (!Out.Type)
    Out.First = A;
  Out.Type = O->Type;
  return true;
}

Address placeInTurn(const Program &P, const kernel::Kernel &K,
                    const Expr *Place) {
  Address A;
  int64_t Offset = 0;
  const Expr *Base = pointerBefore(Place, P.context(), Offset);
  Base = Base ? Base->IgnoreParenCasts() : nullptr;
  Values Found;
  if (!Base || !localVariable(Base) || !isOneMore(P, K, Base, Found) ||
      !Found.Type)
    return A;
  A = Found.First;
  A.Offset = Offset;
  return A;
}

} // namespace bpftidy
