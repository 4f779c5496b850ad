//===- Pending.cpp - loads that count once they are used ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "flow/Explorer.h"

using namespace clang;

namespace bpftidy {
namespace flow {

void Explorer::sink(State &S, const Node *V, bool Asked) {
  checkOperators(S, V, Asked);
  sinkLoads(S, V);
  // Whoever gets the address of a local variable may read what is in it.
  const VarDecl *VD = V->Kind == Op::Addr ? static_cast<const VarDecl *>(V->Ref)
                      : V->Kind == Op::AddrOf ? rootVariable(V->A)
                                              : nullptr;
  if (!VD || !VD->hasLocalStorage())
    return;
  llvm::SmallVector<const Node *, 4> Inside;
  if (const Node **Held = find(S.Vars, VD->getCanonicalDecl()))
    Inside.push_back(*Held);
  for (const auto &[Loc, Part] : S.Memory)
    if (Part && rootVariable(Loc) == VD)
      Inside.push_back(Part);
  for (const Node *Part : Inside)
    sinkLoads(S, Part);
}

void Explorer::sinkLoads(State &S, const Node *V) {
  llvm::SmallVector<Pending, 2> Used;
  for (const Pending &L : S.Loads)
    if (V->has(L.Result))
      Used.push_back(L);
  for (const Pending &L : Used) {
    if (L.Index) {
      reportIndex(S, L.Index, L.At);
      continue;
    }
    // A load moves behind the check where the other side has no use of it.
    const Tracked *T = S.tracked(L.Sym);
    if (!T || T->O == Own::Escaped ||
        (L.What == Wrong::UncheckedNull &&
         ((T->N == Null::No && !L.Early) || T->Expired)))
      continue;
    if (L.What == Wrong::Operator)
      reportOperator(S, cast<BinaryOperator>(L.At), L.Sym);
    else
      report(S, L.What, Use::Read, L.Sym, L.At->getExprLoc());
  }
}

/// What is at \p Loc, which the compiler may or may not load again: if that is
/// known, it depends on what was stored there.
const Node *Explorer::readBack(State &S, const Node *Loc, const Expr *E) {
  const Node **Stored = find(S.Stored, Loc);
  if (!Stored)
    return Values.unknown();
  Arena::Traits Is;
  Is.Doubt = true;
  const Node *V = Values.leaf(E, S.freeInstance(Op::Leaf, E), E->getType(), Is);
  for (const Pending &L : llvm::SmallVector<Pending, 2>(S.Loads))
    if ((*Stored)->has(L.Result))
      S.Loads.push_back({V, L.Sym, L.What, L.At, false, L.Index});
  return V;
}

/// A value that stands for what depends on \p A or \p B, if one of them depends
/// on a load that may be wrong; else null. What is \p Early stays before the
/// checks that follow, and so does what it needs.
const Node *Explorer::keepLoads(State &S, const Node *A, const Node *B,
                                const Expr *E, bool Early) {
  const Node *Kept = nullptr;
  for (const Pending &L : llvm::SmallVector<Pending, 2>(S.Loads)) {
    if (!A->has(L.Result) && !(B && B->has(L.Result)))
      continue;
    const Tracked *T = L.Index ? nullptr : S.tracked(L.Sym);
    if (!T && !L.Index)
      continue;
    if (!Kept) {
      Arena::Traits Is;
      Is.Doubt = true;
      Kept = Values.leaf(E, S.freeInstance(Op::Leaf, E), E->getType(), Is);
    }
    S.Loads.push_back({Kept, L.Sym, L.What, L.At,
                       T && Early && (L.Early || T->N != Null::No), L.Index});
  }
  return Kept;
}

} // namespace flow
} // namespace bpftidy
