//===- References.cpp - releases, and what is wrong with references -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "flow/Explorer.h"

using namespace clang;
using llvm::StringRef;

namespace bpftidy {
namespace flow {

/// An argument of a kfunc that is not released.
void Explorer::checkArg(State &S, const CallExpr *E, unsigned Index,
                        StringRef Name, const kernel::Callee &Known) {
  const Node *V = value(S, E->getArg(Index));
  Tracked *T = V->Kind == Op::Sym ? S.tracked(V) : nullptr;
  if (!T || T->O == Own::Escaped || kernel::argMayBeNull(Name, Index) ||
      kernel::argStruct(Name, Index).empty() ||
      !(Known.wantsTrusted() || Known.takesRcu()))
    return;
  const Origin &O = V->source();
  if (O.How == Made::Lookup || O.How == Made::Other)
    return;
  if (T->O == Own::Released || T->O == Own::Moved)
    report(S, Wrong::Gone, Use::Pass, V, E->getExprLoc(), Name);
  else if (T->N == Null::Maybe && !T->Expired)
    report(S, Wrong::UncheckedNull, Use::Pass, V, E->getExprLoc(), Name);
  else if (O.How == Made::Load && O.Kind == kernel::FieldKind::Referenced &&
           kernel::isRcuProtected(O.Struct, K) && S.RcuKnown &&
           T->N != Null::Yes && (T->Expired || !T->Rcu))
    report(S, T->Expired ? Wrong::Expired : Wrong::Outside, Use::Pass, V,
           E->getExprLoc(), Name);
}

/// The argument whose reference a call takes over.
void Explorer::release(State &S, const CallExpr *E, unsigned Index,
                       StringRef Name, bool Exchange) {
  const Node *V = value(S, E->getArg(Index));
  if (V->Kind == Op::Const)
    return;
  const Node *Sym = symOf(V);
  Tracked *T = Sym ? S.tracked(Sym) : nullptr;
  if (!T) {
    escape(S, V);
    return;
  }
  if (T->O == Own::Escaped)
    return;
  Use How = Exchange ? Use::Move : Use::Release;
  const Origin &O = Sym->source();
  if (V != Sym) {
    // A part of it, or the whole that it is a part of.
    T->O = T->O == Own::Owned ? Own::Released : Own::Escaped;
    T->Last = E;
    if (T->N == Null::Maybe || Exchange)
      T->O = Own::Escaped;
    return;
  }
  if (T->N == Null::Yes) {
    // Known to be NULL: a release takes none, an exchange does.
    if (!Exchange)
      S.Dead = true;
    return;
  }
  if (T->O == Own::Released || T->O == Own::Moved) {
    if (O.Kind != kernel::FieldKind::Percpu)
      report(S, Wrong::Gone, How, Sym, E->getExprLoc(), Name);
    return;
  }
  if (O.How == Made::Lookup || O.How == Made::Other) {
    T->O = Own::Escaped;
    return;
  }
  if (T->O == Own::Borrowed) {
    report(S, Wrong::Borrowed, How, Sym, E->getExprLoc(), Name);
    return;
  }
  if (T->N == Null::Maybe) {
    report(S, Wrong::UncheckedNull, How, Sym, E->getExprLoc(), Name);
    return;
  }
  StringRef Wanted = kernel::argStruct(Name, Index);
  bool OfKernel =
      Wanted.empty() ? O.KernelStruct : !O.Struct.empty() && O.Struct != Wanted;
  bool OtherSort = (O.How == Made::Acquire || O.Field) &&
                   (O.Kind == kernel::FieldKind::Percpu) !=
                       kernel::dropsPercpu(Name).value_or(false);
  if (!Exchange && (OfKernel || OtherSort)) {
    report(S, Wrong::WrongRelease, How, Sym, E->getExprLoc(), Name);
    return;
  }
  T->O = Exchange ? Own::Moved : Own::Released;
  T->Last = E;
}

void Explorer::leakAll(State &S, Use How, SourceLocation Loc) {
  for (const Tracked &T : llvm::SmallVector<Tracked, 4>(S.Syms))
    if (T.O == Own::Owned && T.N != Null::Yes)
      report(S, Wrong::Leaked, How, T.Sym, Loc);
}

void Explorer::report(State &S, Wrong What, Use How, const Node *Sym,
                      SourceLocation Loc, StringRef Callee) {
  Tracked *T = S.tracked(Sym);
  if (!T || T->O == Own::Escaped)
    return;
  Event E;
  E.What = What;
  E.How = How;
  E.Of = Values.origin(Sym->source().Site);
  E.Loc = Loc;
  E.Callee = Callee.str();
  E.Moved = T->O == Own::Moved;
  E.InCallback = Callback;
  if (T->Last)
    E.Before = T->Last->getBeginLoc();
  T->O = Own::Escaped;
  say(S, std::move(E));
}

} // namespace flow
} // namespace bpftidy
