//===- AccessStatements.cpp - statements that certainly run ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AccessWalk.h"
#include "clang/AST/Decl.h"

using namespace clang;

namespace bpftidy {

bool hasEffect(const Stmt *S) {
  if (!S)
    return false;
  if (isa<GCCAsmStmt>(S))
    return true;
  if (const auto *Call = dyn_cast<CallExpr>(S))
    if (const FunctionDecl *FD = Call->getDirectCallee();
        !Call->getBuiltinCallee() && (!FD || !FD->hasBody()))
      return true;
  return llvm::any_of(S->children(), hasEffect);
}

static bool leaves(const Stmt *S) {
  if (!S)
    return false;
  if (const auto *Body = dyn_cast<CompoundStmt>(S))
    return !Body->body_empty() && leaves(Body->body_back());
  return isa<ReturnStmt, GotoStmt, BreakStmt, ContinueStmt>(S);
}

/// Visits what may run. Returns true if all that follows is guarded, too.
bool Accesses::Walk::branch(const Expr *Cond, const Stmt *Then,
                            const Stmt *Else) {
  bool Value;
  if (Through && decided(Cond, Then, Else))
    return false;
  Certain = false;
  if (!Cond->isValueDependent() &&
      Cond->EvaluateAsBooleanCondition(Value, Ctx)) {
    statement(Value ? Then : Else);
    return leaves(Value ? Then : Else);
  }
  bool Outer = Guarded;
  expression(Cond, true);
  Guarded |= asksKernel(Cond, In);
  bool Stays = Guarded && !Outer &&
               ((leaves(Then) && !comesOut(Cond, false, In, Out.P)) ||
                (leaves(Else) && !comesOut(Cond, true, In, Out.P)));
  bool Inner = Guarded, Positive = false;
  const Expr *Asked = testedParameter(Cond, Positive, Ctx);
  Address A = Asked ? Out.P.pointee(Asked) : Address();
  // All callers agree that it is NULL, or that it is not.
  bool Holds = (A.In == Memory::Null) != Positive;
  Guarded = Inner || (A.known() && !Holds);
  statement(Then);
  Guarded = Inner || (A.known() && Holds);
  statement(Else);
  Guarded = Outer;
  return Stays;
}

void Accesses::Walk::statement(const Stmt *S) {
  if (!S)
    return;
  if (const auto *Body = dyn_cast<CompoundStmt>(S)) {
    bool Outer = Guarded;
    for (const Stmt *Child : Body->body()) {
      if (const auto *If = dyn_cast<IfStmt>(Child)) {
        if (branch(If->getCond(), If->getThen(), If->getElse()))
          Guarded = true;
        continue;
      }
      if (const auto *E = dyn_cast<Expr>(Child); E && !Through)
        Out.Statements[E->IgnoreParenCasts()] = E;
      if (isa<LabelStmt, CaseStmt, DefaultStmt>(Child))
        Guarded = Outer;
      statement(Child);
      if (leaves(Child))
        Guarded = true; // never reached, but for a label
    }
    Guarded = Outer;
    return;
  }
  if (const auto *If = dyn_cast<IfStmt>(S)) {
    branch(If->getCond(), If->getThen(), If->getElse());
    return;
  }
  if (const auto *Switch = dyn_cast<SwitchStmt>(S)) {
    if (Through && decided(Switch))
      return;
    expression(Switch->getCond(), true);
    bool Outer = Guarded;
    Certain = false;
    Guarded |= asksKernel(Switch->getCond(), In) ||
               Switch->getCond()->isEvaluatable(Ctx);
    statement(Switch->getBody());
    Guarded = Outer;
    return;
  }
  if (const auto *DS = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : DS->decls())
      if (const auto *VD = dyn_cast<VarDecl>(D);
          VD && VD->hasLocalStorage() && VD->getInit()) {
        // Of a copy that is only looked into, no more than that is loaded.
        bool Record = VD->getType()->isRecordType();
        if (Record)
          Out.CopiedTo[VD->getInit()->IgnoreParens()] = VD;
        expression(VD->getInit(),
                   !Record && (!Out.P.isPrivate(VD) || Out.P.uses(VD)));
      }
    return;
  }
  if (const auto *E = dyn_cast<Expr>(S))
    return expression(E, false);
  Certain &= isa<ReturnStmt>(S); // a loop, or something like it
  Repeats |= isa<ForStmt, WhileStmt, DoStmt, LabelStmt>(S);
  children(S);
}

/// True if the value of \p E, a part of \p S, goes somewhere. The compiler
/// drops loops that do nothing.
static bool isUsedBy(const Stmt *S, const Expr *E) {
  if (const auto *For = dyn_cast<ForStmt>(S))
    return E == For->getCond() && hasEffect(For->getBody());
  if (const auto *While = dyn_cast<WhileStmt>(S))
    return E == While->getCond() && hasEffect(While->getBody());
  if (const auto *Do = dyn_cast<DoStmt>(S))
    return E == Do->getCond() && hasEffect(Do->getBody());
  // Who gets a struct may look at a part of it.
  if (isa<ReturnStmt>(S))
    return !E->getType()->isRecordType();
  return !isa<LabelStmt, SwitchCase>(S);
}

void Accesses::Walk::children(const Stmt *S) {
  for (const Stmt *Child : S->children()) {
    if (const auto *E = dyn_cast_or_null<Expr>(Child))
      expression(E, isUsedBy(S, E));
    else
      statement(Child);
  }
}

} // namespace bpftidy
