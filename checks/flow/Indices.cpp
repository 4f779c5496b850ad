//===- Indices.cpp - elements by an index that is no constant -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The verifier knows no less of an index than what numbers it may be on a path:
// where it may be two, the offset varies, and all between them is in its range.
// A load counts where its result does, since the compiler may put it behind
// comparisons that leave one number.
//
//===----------------------------------------------------------------------===//

#include "flow/Explorer.h"
#include "clang/AST/ASTContext.h"

using namespace clang;

namespace bpftidy {
namespace flow {

bool Explorer::isIndexed(const Expr *At) {
  if (!Indexed) {
    Indexed.emplace();
    const Accesses &All = P.accesses();
    for (const auto &List : {All.accesses(), All.doubtfulAccesses()})
      for (const Access &A : List)
        if (A.Where.Variable && A.Where.Step)
          Indexed->insert(A.E);
    for (const auto &List : {All.calls(), All.doubtfulCalls()})
      for (const Call &C : List)
        if (C.is(kernel::CallRole::Exchange) && C.arg(0) &&
            All.pointers().pointee(C.arg(0)).Step)
          Indexed->insert(C.E);
  }
  return Indexed->count(At);
}

void Explorer::checkIndex(State &S, const Node *Loc, const Expr *At,
                          const Node *Result) {
  const Node *Index = nullptr;
  for (; Loc->Kind == Op::LField || Loc->Kind == Op::LElem; Loc = Loc->A)
    if (Loc->Kind == Op::LElem && Loc->B->Kind != Op::Const) {
      if (Index)
        return;
      Index = Loc->B;
    }
  if (!Index || Index->Kind == Op::Unknown || !isIndexed(At))
    return;
  if (Result)
    S.Loads.push_back({Result, nullptr, Wrong::Varies, At, false, Index});
  else
    reportIndex(S, Index, At);
}

void Explorer::reportIndex(const State &S, const Node *Index, const Expr *At) {
  auto Range = span(S, Values, Index);
  if (!Range)
    return;
  auto [It, New] = IndexNumbers.try_emplace({At, Range->first, Range->second},
                                            Events.size());
  if (New) {
    Events.emplace_back().What = Wrong::Varies;
    Indices[It->second] = {At, Range->first, Range->second};
  }
  if (Now)
    Now->push_back(It->second);
}

/// True if \p E is made of the variable \p VD and is another number than that.
static bool stepsOn(const Expr *E, const VarDecl *VD, const ASTContext &Ctx) {
  E = E->IgnoreParenCasts();
  const auto *BO = dyn_cast<BinaryOperator>(E);
  Expr::EvalResult R;
  if (!BO || BO->isValueDependent() || !BO->getRHS()->EvaluateAsInt(R, Ctx))
    return false;
  if (BO->getOpcode() == BO_Rem || BO->getOpcode() == BO_And)
    return R.Val.getInt().ugt(1) && stepsOn(BO->getLHS(), VD, Ctx);
  const auto *Ref = dyn_cast<DeclRefExpr>(BO->getLHS()->IgnoreParenCasts());
  return BO->isAdditiveOp() && !R.Val.getInt().isZero() && Ref &&
         Ref->getDecl()->getCanonicalDecl() == VD->getCanonicalDecl();
}

bool Explorer::isCounter(const VarDecl *VD) {
  auto [It, New] = Counters.try_emplace(VD, false);
  if (!New || !VD->getType()->isIntegerType() || VD->getType()->isBooleanType())
    return It->second;
  if (VD->getType().isVolatileQualified())
    return It->second = true;
  // The compiler sees all that is done to it, unless its address goes
  // somewhere.
  unsigned Count = 0, Steps = 0;
  for (const Access &A : P.accesses().accesses()) {
    if (A.Where.In != Memory::Global ||
        A.Where.Var->getCanonicalDecl() != VD->getCanonicalDecl())
      continue;
    ++Count;
    if (!A.writes())
      continue;
    if (A.How == Access::Kind::Update
            ? !isa<UnaryOperator>(A.E)
            : A.How != Access::Kind::Store || !stepsOn(A.Value, VD, Ctx))
      return It->second = false;
    ++Steps;
  }
  return It->second = Steps && P.accesses().pointers().uses(VD) <= Count;
}

} // namespace flow
} // namespace bpftidy
