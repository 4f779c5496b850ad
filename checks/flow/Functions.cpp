//===- Functions.cpp - calls of the program's own functions ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "flow/Explorer.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {
namespace flow {

/// True for a function that the verifier walks by itself: libbpf makes hidden
/// ones static.
static bool isGlobal(const FunctionDecl *FD) {
  return FD->isExternallyVisible() && FD->getVisibility() == DefaultVisibility;
}

bool Explorer::isRunning(const State &S, const FunctionDecl *Def) {
  return llvm::any_of(
      S.Stack, [Def](const Frame &F) { return F.Code->Function == Def; });
}

bool Explorer::inlineCall(State &S, const CallExpr *E, const FunctionDecl *FD) {
  const FunctionDecl *Def = FD->getDefinition();
  if (!Def || Def->isWeak() ||
      (isGlobal(Def) && !Def->hasAttr<AlwaysInlineAttr>()) ||
      E->getNumArgs() != Def->getNumParams())
    return false;
  if (S.Stack.size() > MaxCalls || isRunning(S, Def)) {
    leave(Limit::Calls, E);
    return false;
  }
  const Body *B = Code.of(Def);
  if (!B)
    return false;
  for (unsigned I = 0; I != E->getNumArgs(); ++I) {
    const ParmVarDecl *Param = Def->getParamDecl(I);
    const Node *V = value(S, E->getArg(I));
    if (Param->getType()->isIntegerType() && isPassedOn(V, E->getArg(I)))
      V = number(V, Param->getType());
    if (!Param->getType()->isScalarType()) {
      escape(S, V);
      continue;
    }
    setVariable(S, Param, V, nullptr);
    if (V->isConst(0))
      noteNull(S, Param, E->getArg(I));
  }
  S.Returned = nullptr;
  S.remember(Mark::Called, E);
  S.Stack.push_back({B, &B->Graph->getEntry(), 0, E});
  return true;
}

/// A function that the verifier walks by itself: it takes no reference over,
/// and ends what it begins.
const Node *Explorer::callGlobal(State &S, const CallExpr *E,
                                 const FunctionDecl *Def) {
  for (unsigned I = 0; I != E->getNumArgs() && !S.Dead; ++I) {
    const Node *V = value(S, E->getArg(I));
    sink(S, V);
    const Tracked *T = V->Kind == Op::Sym ? S.tracked(V) : nullptr;
    if (!T) {
      escape(S, V);
      continue;
    }
    if (T->O == Own::Escaped || V->source().How == Made::Lent ||
        !refusesNull(Def->getParamDecl(I)))
      continue;
    if (T->O == Own::Released || T->O == Own::Moved)
      report(S, Wrong::Gone, Use::Pass, V, E->getExprLoc(),
             Def->getName().str());
    else if (T->N == Null::Maybe && T->MaybeNull)
      report(S, Wrong::UncheckedNull, Use::Pass, V, E->getExprLoc(),
             Def->getName().str());
  }
  clobber(S, /*Calls=*/false);
  // Whether the compiler knows the result is not known.
  return Values.unknown();
}

const Node *Explorer::callUnknown(State &S, const CallExpr *E) {
  const FunctionDecl *FD = E->getDirectCallee();
  const FunctionDecl *Def = FD ? FD->getDefinition() : nullptr;
  if (Def && isGlobal(Def) && !Def->isWeak() && !Def->hasAttr<SectionAttr>()) {
    More.push_back({Def, Walked::Function, Root.Kind});
    if (E->getNumArgs() == Def->getNumParams())
      return callGlobal(S, E, Def);
  }
  for (const Expr *Arg : E->arguments()) {
    const Node *V = value(S, Arg);
    sink(S, V);
    escape(S, V);
  }
  clobber(S, false);
  // It may enter or leave any section.
  S.RcuKnown = false;
  for (Tracked &T : S.Syms)
    if (T.Rcu || T.O == Own::Shared)
      T.O = Own::Escaped;
  return Values.unknown();
}

} // namespace flow
} // namespace bpftidy
