//===- AccessNumbers.cpp - what a number decides that a call gives --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// WRITE_ONCE() and its kind hand the size of a variable to a function that asks
// for it, and one such function serves all sizes. What it does behind such a
// question is looked at for each call.
//
//===----------------------------------------------------------------------===//

#include "AccessWalk.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"

using namespace clang;

namespace bpftidy {

/// True if \p S has a condition about an integer parameter.
static bool asksForNumber(const Stmt *S, bool InCondition = false) {
  if (!S)
    return false;
  if (InCondition)
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      return isa<ParmVarDecl>(Ref->getDecl()) &&
             Ref->getType()->isIntegerType();
  const Expr *Cond = nullptr;
  if (const auto *If = dyn_cast<IfStmt>(S))
    Cond = If->getCond();
  else if (const auto *Switch = dyn_cast<SwitchStmt>(S))
    Cond = Switch->getCond();
  return (Cond && asksForNumber(Cond, true)) ||
         llvm::any_of(S->children(), [&](const Stmt *Child) {
           return asksForNumber(Child, InCondition);
         });
}

Accesses::Walk::Walk(Accesses &Out, const FunctionDecl *Callee,
                     const CallExpr *Call, const FunctionDecl *From)
    : Out(Out), Ctx(Out.P.context()), In(Callee), Through(Call), From(From) {
  for (unsigned I = 0; I != Callee->getNumParams(); ++I)
    if (Callee->getParamDecl(I)->getType()->isIntegerType() &&
        I < Call->getNumArgs())
      if (auto N = Out.P.number(Call->getArg(I)))
        Given[Callee->getParamDecl(I)] = *N;
}

void Accesses::Walk::lookInto(const CallExpr *Call) {
  const FunctionDecl *FD = Call->getDirectCallee();
  FD = FD ? FD->getDefinition() : nullptr;
  if (Guarded || !FD || FD->isExternallyVisible() || Out.Broken.count(FD))
    return;
  auto [It, New] = Out.AsksForNumbers.try_emplace(FD, false);
  if (New)
    It->second = asksForNumber(FD->getBody());
  if (!It->second)
    return;
  Walk Inner(Out, FD, Call, In);
  if (!Inner.Given.empty())
    Inner.statement(FD->getBody());
}

std::optional<int64_t> Accesses::Walk::given(const Expr *E) const {
  E = E->IgnoreParenImpCasts();
  Expr::EvalResult R;
  if (!E->isValueDependent() && E->getType()->isIntegralOrEnumerationType() &&
      E->EvaluateAsInt(R, Ctx))
    return R.Val.getInt().getExtValue();
  if (const VarDecl *VD = localVariable(E)) {
    auto It = Given.find(VD);
    return It == Given.end() ? std::nullopt : std::optional(It->second);
  }
  if (const auto *UO = dyn_cast<UnaryOperator>(E);
      UO && UO->getOpcode() == UO_LNot) {
    auto N = given(UO->getSubExpr());
    return N ? std::optional<int64_t>(!*N) : std::nullopt;
  }
  const auto *BO = dyn_cast<BinaryOperator>(E);
  if (!BO || !BO->isEqualityOp())
    return std::nullopt;
  auto Left = given(BO->getLHS()), Right = given(BO->getRHS());
  if (!Left || !Right)
    return std::nullopt;
  return (*Left == *Right) == (BO->getOpcode() == BO_EQ);
}

bool Accesses::Walk::decided(const Expr *Cond, const Stmt *Then,
                             const Stmt *Else) {
  auto Holds = given(Cond);
  if (!Holds)
    return false;
  bool Outer = ByNumbers;
  ByNumbers = true;
  statement(*Holds ? Then : Else);
  ByNumbers = Outer;
  return true;
}

bool Accesses::Walk::decided(const SwitchStmt *Switch) {
  auto N = given(Switch->getCond());
  const auto *Body = dyn_cast<CompoundStmt>(Switch->getBody());
  if (!N || !Body)
    return false;
  const SwitchCase *Taken = nullptr;
  for (const SwitchCase *SC = Switch->getSwitchCaseList(); SC;
       SC = SC->getNextSwitchCase()) {
    const auto *Case = dyn_cast<CaseStmt>(SC);
    if (!Case && !Taken)
      Taken = SC; // unless another one is found
    if (!Case)
      continue;
    auto First = given(Case->getLHS());
    auto Last = Case->getRHS() ? given(Case->getRHS()) : First;
    if (First && Last && *First <= *N && *N <= *Last)
      Taken = SC;
  }
  bool Outer = ByNumbers, Runs = false;
  ByNumbers = true;
  for (const Stmt *Child : Body->body()) {
    while (const auto *SC = dyn_cast<SwitchCase>(Child)) {
      Runs |= SC == Taken;
      Child = SC->getSubStmt();
    }
    if (!Runs)
      continue;
    if (isa<BreakStmt, ReturnStmt, GotoStmt, ContinueStmt>(Child))
      break;
    statement(Child);
  }
  ByNumbers = Outer;
  return true;
}

} // namespace bpftidy
