//===- References.cpp - releases, and what is wrong with references -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "flow/Explorer.h"
#include "clang/AST/Decl.h"

using namespace clang;
using llvm::StringRef;

namespace bpftidy {
namespace flow {

void Explorer::noteNull(State &S, const VarDecl *VD, const Expr *At) {
  QualType To = VD->getType()->getPointeeType();
  if (!At || To.isNull() || !To->isRecordType())
    return;
  Origin *O = Values.origin(At).get();
  if (O->Site && O->How != Made::Null)
    return;
  O->How = Made::Null;
  O->Site = At;
  O->Holder = VD;
  O->Kept = true;
  S.remember(Mark::Made, At, Values.sym(O, 0));
}

const Node *Explorer::nullIn(State &S, const Expr *E) {
  const VarDecl *VD = localVariable(E->IgnoreParenCasts());
  for (const Trail *T = S.Way.get(); T && VD; T = T->Before.get()) {
    if (T->What != Mark::Made || !T->Sym ||
        T->Sym->source().How != Made::Null || T->Sym->source().Holder != VD)
      continue;
    if (!S.tracked(T->Sym)) {
      Tracked New;
      New.Sym = T->Sym;
      New.N = Null::Yes;
      S.Syms.push_back(New);
    }
    return T->Sym;
  }
  return nullptr;
}

/// An argument of a kfunc that is not released.
void Explorer::checkArg(State &S, const CallExpr *E, unsigned Index,
                        StringRef Name, const kernel::Callee &Known) {
  const Node *V = value(S, E->getArg(Index));
  if (V->isConst(0))
    if (const Node *Empty = nullIn(S, E->getArg(Index)))
      V = Empty;
  Tracked *T = V->Kind == Op::Sym ? S.tracked(V) : nullptr;
  if (!T || T->O == Own::Escaped || kernel::argMayBeNull(Name, Index) ||
      kernel::argStruct(Name, Index).empty() ||
      !(Known.wantsTrusted() || Known.takesRcu()))
    return;
  const Origin &O = V->source();
  if (O.How == Made::Lookup || O.How == Made::Lent ||
      (O.How == Made::Other && T->N == Null::No))
    return;
  if (T->O == Own::Released || T->O == Own::Moved)
    report(S, Wrong::Gone, Use::Pass, V, E->getExprLoc(), asWritten(E, Name));
  else if (T->N != Null::No && !T->Expired)
    report(S, Wrong::UncheckedNull, Use::Pass, V, E->getExprLoc(),
           asWritten(E, Name));
  else if (O.How == Made::Load && O.Kind == kernel::FieldKind::Referenced &&
           kernel::isRcuProtected(O.Struct, K) && S.RcuKnown &&
           T->N != Null::Yes && (T->Expired || !T->Rcu))
    report(S, T->Expired ? Wrong::Expired : Wrong::Outside, Use::Pass, V,
           E->getExprLoc(), asWritten(E, Name));
}

/// The argument of a helper that makes a per-CPU pointer a plain one.
void Explorer::checkPercpu(State &S, const CallExpr *E, StringRef Name) {
  const Node *V = E->getNumArgs() ? value(S, E->getArg(0)) : nullptr;
  const Tracked *T = V && V->Kind == Op::Sym ? S.tracked(V) : nullptr;
  if (!T || T->O == Own::Escaped || V->source().How == Made::Lookup ||
      V->source().Kind != kernel::FieldKind::Percpu)
    return;
  if (T->O == Own::Released || T->O == Own::Moved)
    report(S, Wrong::Gone, Use::Pass, V, E->getExprLoc(), asWritten(E, Name));
  else if (T->N != Null::No)
    report(S, Wrong::UncheckedNull, Use::Pass, V, E->getExprLoc(),
           asWritten(E, Name));
}

/// True if the pointer that \p O tells of is to the start of an object. Lists
/// and trees hand out the node in it.
static bool isWhole(const Origin &O) {
  const auto *Call = dyn_cast_or_null<CallExpr>(O.Site);
  return O.Kind != kernel::FieldKind::Percpu &&
         ((O.How == Made::Exchange && O.Field) ||
          (O.How == Made::Acquire &&
           (O.KernelStruct || (Call && allocated(Call)))));
}

bool Explorer::isLentNoMore(const Tracked &T) {
  return T.O == Own::Moved && T.N == Null::No &&
         T.Sym->source().How == Made::Other;
}

/// The argument whose reference a call takes over.
void Explorer::release(State &S, const CallExpr *E, unsigned Index,
                       StringRef Name, bool Exchange) {
  const Node *V = value(S, E->getArg(Index));
  if (V->Kind == Op::Const) {
    // An exchange takes NULL.
    const Node *Empty = V->Imm || Exchange || kernel::argMayBeNull(Name, Index)
                            ? nullptr
                            : nullIn(S, E->getArg(Index));
    if (Empty)
      report(S, Wrong::UncheckedNull, Use::Release, Empty, E->getExprLoc(),
             asWritten(E, Name));
    return;
  }
  const Node *Sym = symOf(V);
  Tracked *T = Sym ? S.tracked(Sym) : nullptr;
  Use How = Exchange ? Use::Move : Use::Release;
  if (!T) {
    if (const Node *Given = argumentOf(S, V, E->getArg(Index)))
      report(S, Wrong::Borrowed, How, Given, E->getExprLoc(),
             asWritten(E, Name));
    else
      escape(S, V);
    return;
  }
  if (T->O == Own::Escaped)
    return;
  const Origin &O = Sym->source();
  bool Gone =
      T->O == Own::Released || T->O == Own::Moved || T->O == Own::Shared;
  if (isLentNoMore(*T) ||
      (V != Sym && Gone && T->N != Null::Yes && O.How != Made::Lookup &&
       O.How != Made::Other && O.Kind != kernel::FieldKind::Percpu)) {
    report(S, Wrong::Gone, How, Sym, E->getExprLoc(), asWritten(E, Name));
    return;
  }
  if (V != Sym) {
    // A part of it, or the whole that it is a part of.
    bool OfArg = O.KernelStruct && O.Struct == kernel::argStruct(Name, Index);
    bool Whole =
        Exchange || !O.KernelStruct ? T->N == Null::No && isWhole(O) : OfArg;
    if (isMoved(V) && T->O == Own::Owned && Whole) {
      report(S, Wrong::Moved, How, Sym, E->getExprLoc(), asWritten(E, Name));
      return;
    }
    if (T->O == Own::Owned && T->N == Null::Maybe && isMoved(V)) {
      report(S, Wrong::UncheckedNull, How, Sym, E->getExprLoc(),
             asWritten(E, Name));
      return;
    }
    T->O = T->O == Own::Owned && T->N != Null::Maybe && !Exchange
               ? Own::Released
               : Own::Escaped;
    S.remember(Mark::Released, E, Sym);
    return;
  }
  // Known to be NULL: an exchange takes that, a release does not.
  if (T->N == Null::Yes && (Exchange || kernel::argMayBeNull(Name, Index)))
    return;
  if (O.How == Made::Lookup || O.How == Made::Other) {
    T->O = Own::Escaped;
    return;
  }
  if (Gone) {
    if (O.Kind != kernel::FieldKind::Percpu)
      report(S, Wrong::Gone, How, Sym, E->getExprLoc(), asWritten(E, Name));
    return;
  }
  if (T->O == Own::Borrowed) {
    report(S, Wrong::Borrowed, How, Sym, E->getExprLoc(), asWritten(E, Name));
    return;
  }
  if (T->N != Null::No) {
    report(S, Wrong::UncheckedNull, How, Sym, E->getExprLoc(),
           asWritten(E, Name));
    return;
  }
  StringRef Wanted = kernel::argStruct(Name, Index);
  bool OfKernel =
      Wanted.empty() ? O.KernelStruct : !O.Struct.empty() && O.Struct != Wanted;
  // The mark of a per-CPU kptr is lost on a struct of the kernel.
  bool IsPercpu = O.Kind == kernel::FieldKind::Percpu && !O.KernelStruct;
  bool OtherSort =
      (O.How == Made::Acquire || O.Field) &&
      IsPercpu != (kernel::callRole(Name) == kernel::CallRole::PercpuDrop);
  if (!Exchange && (OfKernel || OtherSort)) {
    report(S, Wrong::WrongRelease, How, Sym, E->getExprLoc(),
           asWritten(E, Name));
    return;
  }
  T->O = Exchange ? Own::Moved : Own::Released;
  S.remember(Exchange ? Mark::Moved : Mark::Released, E, Sym);
}

} // namespace flow
} // namespace bpftidy
