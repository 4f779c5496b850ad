//===- Locks.cpp - what locks protect, and forbid -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "flow/Explorer.h"

using namespace clang;
using llvm::StringRef;

namespace bpftidy {
namespace flow {

/// A call that works on a list or tree, if \p Name does.
void Explorer::useGraph(State &S, const CallExpr *E, StringRef Name) {
  using kernel::CallRole;
  CallRole Role = kernel::callRole(Name);
  if (Role != CallRole::GraphAdd && Role != CallRole::Graph)
    return;
  // The callback of a tree runs with the lock held, and of others it is not
  // known what holds them.
  if (!S.Lock && S.RcuKnown && Root.As != Walked::Callback) {
    Event X;
    X.What = Wrong::Unlocked;
    X.How = Use::Pass;
    X.Of = Values.origin(E);
    X.Loc = E->getExprLoc();
    X.Callee = asWritten(E, Name);
    say(S, nullptr, std::move(X));
  }
  if (Role != CallRole::GraphAdd || E->getNumArgs() < 2)
    return;
  const Node *V = value(S, E->getArg(1));
  const Node *Sym = symOf(V);
  Tracked *T = Sym ? S.tracked(Sym) : nullptr;
  bool Gone =
      T && (T->O == Own::Released || T->O == Own::Moved || T->O == Own::Shared);
  if (Gone && Sym->source().How != Made::Other)
    report(S, Wrong::Gone, Use::Pass, Sym, E->getExprLoc(), asWritten(E, Name));
  // What is only lent is in some list or tree already.
  bool Lent = T && T->N == Null::No && Sym->source().How == Made::Other;
  if (Lent && (T->O == Own::Shared || T->O == Own::Moved))
    report(S, T->O == Own::Shared ? Wrong::Borrowed : Wrong::Gone, Use::Pass,
           Sym, E->getExprLoc(), asWritten(E, Name));
  if (!T || T->O != Own::Owned)
    return;
  if (T->N == Null::Maybe) {
    report(S, Wrong::UncheckedNull, Use::Pass, Sym, E->getExprLoc(),
           asWritten(E, Name));
    return;
  }
  if (T->N == Null::Yes || !S.Lock)
    return;
  T->O = Own::Shared;
  S.remember(Mark::Put, E, Sym);
  return;
}

void Explorer::unlock(State &S, const CallExpr *E) {
  S.Lock = S.Tried = nullptr;
  for (Tracked &T : S.Syms)
    if (T.O == Own::Shared) {
      T.O = Own::Moved;
      if (T.Sym->source().How == Made::Other)
        S.remember(Mark::Unlocked, E, T.Sym);
    } else if (T.Rcu) {
      T.O = Own::Escaped;
    }
}

void Explorer::settleLock(State &S) {
  if (!S.Tried)
    return;
  Answer Failed = ask(S, Values, S.Tried);
  if (Failed != Answer::No && Failed != Answer::Yes)
    return;
  if (Failed == Answer::No)
    S.Lock = S.TriedLock;
  S.Tried = nullptr;
}

/// True if a program that holds a lock may call \p Name.
static bool isLockSafe(StringRef Name, const kernel::Callee &Known,
                       const kernel::Kernel &K) {
  if (Known.IsHelper)
    return K.ExchangesUnderLock();
  // The flag is young, what it says is not.
  auto Newest =
      kernel::callee(Name, kernel::Kernel(kernel::allReleases().back()));
  return Newest && (Newest->Flags & kernel::kfunc::SpinlockSafe);
}

/// A call of the kernel while a lock is held.
void Explorer::checkLock(State &S, const CallExpr *E, StringRef Name,
                         const kernel::Callee &Known) {
  const Node *Held = S.Lock;
  if (!Held || !(Known.acquires() || Known.releases()) ||
      isLockSafe(Name, Known, K))
    return;
  Event X;
  X.What = Wrong::Locked;
  X.How = Use::Pass;
  X.Of = Values.origin(Held->source());
  X.Loc = E->getExprLoc();
  X.Callee = asWritten(E, Name);
  say(S, Held, std::move(X));
}

} // namespace flow
} // namespace bpftidy
