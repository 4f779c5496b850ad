//===- Builtins.cpp - functions that the compiler makes itself ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "clang/Basic/Builtins.h"
#include "flow/Explorer.h"

using namespace clang;

namespace bpftidy {
namespace flow {

/// True if \p E is for certain made of what the program reads as it runs.
static bool isRead(State &S, const Expr *E) {
  E = E->IgnoreParenCasts();
  if (const auto *BO = dyn_cast<BinaryOperator>(E))
    return BO->isAdditiveOp() &&
           (isRead(S, BO->getLHS()) || isRead(S, BO->getRHS()));
  if (const VarDecl *VD = localVariable(E)) {
    const Node **V = find(S.Vars, VD->getCanonicalDecl());
    return V && (*V)->Kind != Op::Const && (*V)->Kind != Op::Unknown &&
           !(*V)->Doubt && !(*V)->Leaves.empty();
  }
  const auto *ME = dyn_cast<MemberExpr>(E);
  while (ME && !ME->isArrow())
    ME = dyn_cast<MemberExpr>(ME->getBase()->IgnoreParenCasts());
  return ME;
}

const Node *Explorer::callBuiltin(State &S, const CallExpr *E, unsigned Id) {
  const Node *V = Values.unknown();
  // As in bpf_htons(), which asks whether its argument is a constant.
  Expr::EvalResult Folded;
  if (!E->isValueDependent() && E->EvaluateAsInt(Folded, Ctx) &&
      !Folded.HasSideEffects && Folded.Val.getInt().isRepresentableByInt64()) {
    V = Values.constant(Folded.Val.getInt().getExtValue());
  } else if ((Id == Builtin::BI__builtin_expect ||
              Id == Builtin::BI__builtin_expect_with_probability ||
              Id == Builtin::BI__builtin_preserve_access_index ||
              Id == Builtin::BI__builtin_assume_aligned) &&
             E->getNumArgs()) {
    V = value(S, E->getArg(0));
  } else if (Id == Builtin::BI__builtin_constant_p && E->getNumArgs() == 1 &&
             isRead(S, E->getArg(0))) {
    V = Values.constant(0);
  } else if (computeBuiltin(Id, 0) && E->getNumArgs() == 1) {
    V = Values.unary(FirstBuiltin + Id, value(S, E->getArg(0)), E->getType());
  } else if (Id == Builtin::BI__builtin_unreachable ||
             Id == Builtin::BI__builtin_trap) {
    S.Dead = true;
  } else {
    lose(S, E);
    if (!E->isUnevaluatedBuiltinCall(Ctx)) {
      // It may overwrite what was stored.
      S.Stored.clear();
      clobber(S, false);
    }
  }
  return V;
}

} // namespace flow
} // namespace bpftidy
