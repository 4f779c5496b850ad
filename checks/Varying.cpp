//===- Varying.cpp - what is known at run time only -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Stmt.h"

using namespace clang;

namespace bpftidy {

/// True if \p S compares \p VD for equality or switches over it; the verifier
/// may know its value then.
static bool pinsDown(const Stmt *S, const VarDecl *VD) {
  if (!S)
    return false;
  auto Names = [&](const Expr *E) {
    const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenCasts());
    return Ref && Ref->getDecl() == VD;
  };
  if (const auto *BO = dyn_cast<BinaryOperator>(S))
    if (BO->isEqualityOp() && (Names(BO->getLHS()) || Names(BO->getRHS())))
      return true;
  if (const auto *Switch = dyn_cast<SwitchStmt>(S))
    if (Names(Switch->getCond()))
      return true;
  for (const Stmt *Child : S->children())
    if (pinsDown(Child, VD))
      return true;
  return false;
}

/// True for a part of what a program is called with: BPF_PROG() takes what it
/// passes to the user's function from there.
static bool isContextWord(const Expr *E) {
  const auto *AS = dyn_cast<ArraySubscriptExpr>(E);
  const auto *Ref =
      AS ? dyn_cast<DeclRefExpr>(AS->getBase()->IgnoreParenCasts()) : nullptr;
  const auto *Param = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
  const auto *FD =
      Param ? dyn_cast<FunctionDecl>(Param->getDeclContext()) : nullptr;
  return FD && FD->hasAttr<SectionAttr>();
}

bool varies(const Pointers &Ptrs, const Expr *E, const FunctionDecl *In,
            unsigned Depth) {
  constexpr unsigned MaxDepth = 8;
  E = E->IgnoreParenCasts();
  if (Depth > MaxDepth)
    return false;
  if (const auto *BO = dyn_cast<BinaryOperator>(E))
    return !BO->isComparisonOp() && !BO->isLogicalOp() &&
           (varies(Ptrs, BO->getLHS(), In, Depth + 1) ||
            varies(Ptrs, BO->getRHS(), In, Depth + 1));
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return !Call->getBuiltinCallee() && !calleeName(Call).empty() &&
           (!Call->getDirectCallee() || !Call->getDirectCallee()->hasBody());
  if (const auto *ME = dyn_cast<MemberExpr>(E))
    return ME->isArrow();
  if (isContextWord(E))
    return true;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const auto *VD = dyn_cast<VarDecl>(Ref->getDecl());
    // A comparison makes a bool, by a branch for each of its values.
    if (!VD || VD->getType()->isBooleanType())
      return false;
    if (const auto *PD = dyn_cast<ParmVarDecl>(VD)) {
      std::vector<const Expr *> Passed = Ptrs.passed(PD);
      return Passed.size() == 1 && !pinsDown(In->getBody(), PD) &&
             isContextWord(Passed.front()->IgnoreParenCasts());
    }
    const auto *Values = Ptrs.values(VD);
    return Values && Values->size() == 1 && !pinsDown(In->getBody(), VD) &&
           varies(Ptrs, Values->front(), In, Depth + 1);
  }
  return false;
}

} // namespace bpftidy
