//===- Forget.cpp - what no later code can ask for ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "flow/Body.h"
#include "flow/State.h"

using namespace clang;

namespace bpftidy {
namespace flow {

unsigned State::freeInstance(Op Kind, const void *Ref) const {
  llvm::SmallVector<int64_t, 4> Used;
  auto Look = [&](const Node *N) {
    if (N)
      for (const Node *L : N->Leaves)
        if (L->Kind == Kind && L->Ref == Ref)
          Used.push_back(L->Imm);
  };
  for (const auto &[VD, N] : Vars)
    Look(N);
  for (const auto &[E, N] : Values)
    Look(N);
  for (const auto &[N, Truth] : Facts)
    Look(N);
  for (const auto &[Loc, N] : Memory) {
    Look(Loc);
    Look(N);
  }
  for (const Tracked &T : Syms)
    Look(T.Sym);
  for (const Pending &L : Loads) {
    Look(L.Result);
    Look(L.Index);
  }
  for (const auto &[Loc, N] : Stored)
    Look(N);
  Look(Returned);
  Look(Tried);
  for (const Frame &F : Stack)
    Look(F.Returned);
  Look(Decided);
  unsigned Free = 0;
  while (llvm::is_contained(Used, int64_t(Free)))
    ++Free;
  return Free;
}

void State::forget() {
  auto Live = [&](const VarDecl *VD) {
    for (const Frame &F : Stack)
      if (F.Code->isLive(VD, F.Block, /*Caller=*/&F != &Stack.back()))
        return true;
    return false;
  };
  llvm::erase_if(Vars, [&](const auto &P) { return !Live(P.first); });
  llvm::erase_if(Escaped, [&](const VarDecl *VD) { return !Live(VD); });
  llvm::erase_if(Filled,
                 [&](const Node *Loc) { return !Live(rootVariable(Loc)); });
  auto Mentioned = [&](const void *D) {
    for (const Frame &F : Stack)
      if (F.Code->mentions(D, F.Block))
        return true;
    return false;
  };
  llvm::erase_if(Memory, [&](const auto &P) {
    const VarDecl *VD = rootVariable(P.first);
    if (VD && VD->hasLocalStorage())
      return !Live(VD);
    const ValueDecl *D = innermost(P.first);
    return D && !Mentioned(D);
  });

  llvm::SmallVector<const Node *, 16> Used;
  auto Use = [&](const Node *N) {
    if (N)
      Used.append(N->Leaves.begin(), N->Leaves.end());
  };
  for (const auto &[VD, N] : Vars)
    Use(N);
  for (const auto &[E, N] : Values)
    Use(N);
  for (const auto &[Loc, N] : Memory) {
    Use(Loc);
    Use(N);
  }
  for (const auto &[Loc, N] : Stored)
    Use(N);
  Use(Returned);
  Use(Tried);
  for (const Frame &F : Stack)
    Use(F.Returned);
  Use(Decided);
  llvm::erase_if(Loads, [&](const Pending &L) {
    return !llvm::is_contained(Used, L.Result);
  });
  for (const Pending &L : Loads) {
    Use(L.Sym);
    Use(L.Index);
  }
  llvm::erase_if(Syms, [&](const Tracked &T) {
    // NULL is no reference that could be leaked.
    bool Counts = T.O == Own::Owned && T.N != Null::Yes;
    return !Counts && !llvm::is_contained(Used, T.Sym);
  });
  // A condition matters as long as something it depends on can be asked again,
  // or something that another such condition depends on.
  auto Matters = [&](const auto &P) {
    return llvm::any_of(P.first->Leaves, [&](const Node *L) {
      return llvm::is_contained(Used, L);
    });
  };
  llvm::BitVector Kept(Facts.size());
  for (bool More = true; More;) {
    More = false;
    for (unsigned I = 0; I != Facts.size(); ++I)
      if (!Kept[I] && Matters(Facts[I])) {
        Kept.set(I);
        Use(Facts[I].first);
        More = true;
      }
  }
  unsigned I = 0;
  llvm::erase_if(Facts, [&](const auto &) { return !Kept[I++]; });
}

} // namespace flow
} // namespace bpftidy
