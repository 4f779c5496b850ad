//===- Calls.cpp - what calls do to the state of a path -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "flow/Explorer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {
namespace flow {

using kernel::CallRole;
using kernel::callRole;

/// What a pointer, or each one of an array, points to; null if it is no struct.
static const RecordDecl *pointeeStruct(QualType Pointer, ASTContext &Ctx) {
  QualType T = Ctx.getBaseElementType(Pointer)->getPointeeType();
  return T.isNull() ? nullptr : T->getAsRecordDecl();
}

static std::string structName(QualType Pointer, ASTContext &Ctx) {
  const RecordDecl *RD = pointeeStruct(Pointer, Ctx);
  // Behind "___" is the flavour of a CO-RE type.
  return RD ? RD->getName().split("___").first.str() : "";
}

/// True if a load of the kptr \p Field is an object that lists or trees may
/// hold as well, of which the verifier does not take the program for an owner.
static bool loadsGraphNode(const ValueDecl *Field, ASTContext &Ctx) {
  const RecordDecl *RD = Field ? pointeeStruct(Field->getType(), Ctx) : nullptr;
  return hasMember(RD,
                   {kernel::FieldKind::ListNode, kernel::FieldKind::RbNode});
}

const Node *Explorer::make(State &S, Made How, const Expr *E, StringRef Callee,
                           const ValueDecl *Field, bool Owned) {
  Origin *O = Values.origin(E).get();
  if (!O->Site) {
    O->How = How;
    O->Site = E;
    if (const auto *Call = dyn_cast<CallExpr>(E))
      O->Callee = asWritten(Call, Callee);
    O->Field = Field;
    if (Field) {
      O->Struct = structName(Field->getType(), Ctx);
      if (auto Kind = taggedKind(Field, K))
        O->Kind = *Kind;
    } else if (How == Made::Acquire && callRole(Callee) != CallRole::Graph) {
      O->Struct = kernel::resultStruct(Callee).str();
      if (callRole(Callee) == CallRole::PercpuNew)
        O->Kind = kernel::FieldKind::Percpu;
    }
    O->KernelStruct = !O->Struct.empty() && kernel::isKernelStruct(O->Struct);
  }
  O->Alone &= isAlone(S);
  const Node *Sym = Values.sym(O, S.freeInstance(Op::Sym, O));
  Tracked T;
  T.Sym = Sym;
  T.O = Owned ? Own::Owned : Own::Borrowed;
  T.Rcu = How == Made::Load;
  S.Syms.push_back(T);
  S.remember(Mark::Made, E, Sym);
  return Sym;
}

bool Explorer::isWrapped(const CallExpr *E) const {
  return Ctx.getSourceManager().isMacroBodyExpansion(E->getBeginLoc());
}

bool Explorer::isAlone(const State &S) const {
  if (S.Busy || !S.RcuKnown || S.RcuDepth || S.Lock || S.Stack.size() > 2 ||
      (S.Stack.size() == 2 &&
       !(S.Stack.back().Call && isWrapped(S.Stack.back().Call))))
    return false;
  return llvm::none_of(S.Syms, [](const Tracked &T) {
    return T.O == Own::Owned && T.N != Null::Yes;
  });
}

const Node *Explorer::begin(State &S, Made How, const Expr *E, StringRef Name) {
  Origin *O = Values.origin(E).get();
  O->How = How;
  O->Site = E;
  O->Callee = Name.str();
  const Node *Sym = Values.sym(O, 0);
  S.remember(Mark::Made, E, Sym);
  return Sym;
}

void Explorer::call(State &S, const CallExpr *E) {
  if (unsigned Id = E->getBuiltinCallee()) {
    put(S.Values, static_cast<const Expr *>(E), callBuiltin(S, E, Id));
    return;
  }
  const Decl *D = E->getCalleeDecl();
  const auto *FD = dyn_cast_or_null<FunctionDecl>(D);
  if (FD && inlineCall(S, E, FD))
    return;
  StringRef Name;
  if (const auto *ND = dyn_cast_or_null<NamedDecl>(D))
    if (ND->getIdentifier())
      Name = ND->getName();
  // Helpers are variables that hold a number, kfuncs have no body here.
  const auto *VD = dyn_cast_or_null<VarDecl>(D);
  bool IsKernels = (VD && VD->hasGlobalStorage()) ||
                   (FD && !FD->hasBody() && !FD->getDefinition());
  std::optional<kernel::Callee> Known =
      IsKernels ? kernel::callee(Name, K) : std::nullopt;
  const Node *V;
  if (IsKernels && (Known || VD || callRole(Name) != CallRole::None))
    V = callKernel(S, E, Name, Known);
  else
    V = callUnknown(S, E);
  put(S.Values, static_cast<const Expr *>(E), V);
}

const kernel::ProgramKind *Explorer::callbackKind(const State &S,
                                                  StringRef Name) const {
  // One object, as entries are told apart by address.
  static const kernel::ProgramKind Later = [] {
    kernel::ProgramKind Kind;
    Kind.Sleepable = true;
    return Kind;
  }();
  if (callRole(Name) == CallRole::Defer)
    return &Later;
  bool Now =
      callRole(Name) == CallRole::CallsNow || callRole(Name) == CallRole::Visit;
  return Now && S.isOutsideRcu() ? Root.Kind : nullptr;
}

bool Explorer::playRole(State &S, const CallExpr *E, StringRef Name) {
  switch (callRole(Name)) {
  case CallRole::TailCall:
    leakAll(S, Use::TailCall, E->getExprLoc());
    return true;
  case CallRole::Throw:
    leakAll(S, Use::Throw, E->getExprLoc());
    S.Dead = true;
    return true;
  case CallRole::RcuLock:
    if (!S.RcuDepth++)
      S.Section = begin(S, Made::Section, E, Name);
    return true;
  case CallRole::RcuUnlock:
    if (S.RcuDepth > 1)
      S.RcuKnown = false;
    S.RcuDepth = 0;
    for (Tracked &T : S.Syms)
      if (T.Rcu && !S.RcuKnown)
        T.O = Own::Escaped;
    for (Tracked &T : S.Syms)
      if (T.Rcu && T.O == Own::Borrowed)
        T.Expired = true;
    S.remember(Mark::Ended, E);
    return true;
  case CallRole::Lock:
  case CallRole::TryLock:
    // Of these a program may hold several; which it leaves is not followed.
    if (callRole(Name) == CallRole::TryLock || S.Tried)
      S.RcuKnown &= !S.Lock && !S.Tried;
    (callRole(Name) == CallRole::Lock ? S.Lock : S.TriedLock) =
        begin(S, Made::Lock, E, Name);
    return true;
  case CallRole::TryUnlock:
  case CallRole::Unlock:
    unlock(S, E);
    return true;
  case CallRole::Guard:
    S.RcuKnown &= !K.GuardsProtect();
    S.Busy = true;
    return true;
  case CallRole::Opens:
    S.Busy = true;
    return false;
  default:
    return false;
  }
  return false;
}

const Node *Explorer::callKernel(State &S, const CallExpr *E, StringRef Name,
                                 const std::optional<kernel::Callee> &Known) {
  unsigned Count = E->getNumArgs();
  for (const Expr *Arg : E->arguments())
    sink(S, value(S, Arg));
  // What is stored so far is in memory before the kernel does anything.
  for (const auto &[To, V] : Pairs<const Node *, const Node *>(S.Stored))
    sink(S, V);
  S.Stored.clear();
  if (playRole(S, E, Name) && S.Dead)
    return Values.unknown();

  bool Exchange = Known && callRole(Name) == CallRole::Exchange && Count == 2;
  const ValueDecl *Field = nullptr;
  bool Referenced = false;
  if (Exchange) {
    const Node *To = value(S, E->getArg(0));
    const Node *Loc = Values.pointee(To);
    // Anything but a kptr is refused as such.
    Referenced = true;
    if (const ValueDecl *D = innermost(Loc)) {
      std::optional<kernel::FieldKind> Kind = taggedKind(D, K);
      Referenced = (Kind == kernel::FieldKind::Referenced ||
                    Kind == kernel::FieldKind::Percpu) &&
                   mayBeKptr(D);
      Field = D;
    }
    checkIndex(S, Loc, E, nullptr);
    // A destination behind a pointer that may be NULL.
    const Node *Sym = symOf(To);
    const Tracked *T = Sym ? S.tracked(Sym) : nullptr;
    if (T && Sym->source().How == Made::Lookup && T->N == Null::Yes &&
        !T->MaybeNull) {
      S.Dead = true;
      return Values.unknown();
    }
    if (T && Sym->source().How == Made::Lookup && T->MaybeNull &&
        T->N != Null::No && T->O != Own::Escaped)
      report(S, Wrong::UncheckedNull, Use::Into, Sym, E->getExprLoc(),
             asWritten(E, Name));
    if (T && T->N == Null::No && Sym->source().How != Made::Lookup &&
        Sym->source().Kind != kernel::FieldKind::Percpu &&
        (T->O == Own::Released || T->O == Own::Moved))
      report(S, Wrong::Gone, Use::Into, Sym, E->getExprLoc(),
             asWritten(E, Name));
  }
  if (Known)
    checkLock(S, E, Name, *Known);
  useGraph(S, E, Name);
  if (kernel::isPercpuHelper(Name))
    checkPercpu(S, E, Name);
  bool IsKfunc = Known && !Known->IsHelper;
  unsigned Released = Known && Known->releases() && (Exchange || IsKfunc)
                          ? kernel::releasedArg(Name)
                          : ~0U;
  for (unsigned I = 0; I != Count && !S.Dead; ++I) {
    const Node *V = value(S, E->getArg(I));
    if (I == Released) {
      release(S, E, I, Name, Exchange);
      continue;
    }
    if (V->Kind == Op::Func) {
      const auto *FD = static_cast<const FunctionDecl *>(
          static_cast<const ValueDecl *>(V->Ref));
      if (const FunctionDecl *Def = FD->getDefinition())
        More.push_back({Def, Walked::Callback, callbackKind(S, Name)});
      continue;
    }
    if (Exchange && I == 0)
      continue;
    QualType Param = E->getArg(I)->getType();
    bool ReadOnly = Param->isPointerType() &&
                    Param->getPointeeType().isConstQualified() &&
                    !E->getArg(I)->containsErrors();
    if (IsKfunc)
      checkArg(S, E, I, Name, *Known);
    if (callRole(Name) == CallRole::Again && I == 0 && symOf(V) &&
        S.tracked(symOf(V)) && isLentNoMore(*S.tracked(symOf(V))))
      report(S, Wrong::Gone, Use::Pass, symOf(V), E->getExprLoc(),
             asWritten(E, Name));
    checkMoved(S, V, E->getArg(I));
    // The kernel keeps no reference that it is only shown; a kfunc that is
    // shown a part of it may put it in a list.
    const Tracked *T = symOf(V) ? S.tracked(symOf(V)) : nullptr;
    // To take a node out is no way to take it over.
    if (V->Kind == Op::Sym || callRole(Name) == CallRole::Graph ||
        (!IsKfunc && symOf(V)) || (T && T->O == Own::Shared))
      continue;
    bool Shown = ReadOnly && (V->Kind == Op::Addr || V->Kind == Op::AddrOf);
    if ((!Shown && !fill(S, E, I, Name, V)) || symOf(V))
      escape(S, V);
  }
  if (S.Dead)
    return Values.unknown();
  // What has a cleanup function is ended by whatever leaves the block.
  if (Known && (Known->Flags & kernel::kfunc::IterNew)) {
    const Node *Iterator = Count ? value(S, E->getArg(0)) : Values.unknown();
    S.Busy |=
        Iterator->Kind != Op::Addr ||
        !static_cast<const VarDecl *>(Iterator->Ref)->hasAttr<CleanupAttr>();
  }
  S.Busy |= Known && Known->acquires() && !IsKfunc && !Exchange;
  clobber(S, /*Calls=*/true);

  if (Exchange)
    return Referenced ? make(S, Made::Exchange, E, Name, Field, true)
                      : Values.unknown();
  QualType Result = E->getType();
  if (Known && Known->acquires() && IsKfunc && Result->isPointerType()) {
    bool MayBeNull = Known->mayReturnNull();
    if (callRole(Name) == CallRole::Again) {
      const Node *Of = symOf(value(S, E->getArg(0)));
      const Tracked *T = Of ? S.tracked(Of) : nullptr;
      // What is out of sight may have been owned.
      MayBeNull =
          T && T->O == Own::Borrowed && loadsGraphNode(Of->source().Field, Ctx);
    }
    const Node *Sym = make(S, Made::Acquire, E, Name, nullptr, true);
    if (!MayBeNull)
      S.tracked(Sym)->N = Null::No;
    return Sym;
  }
  if (auto Helper = kernel::valueHelper(Name); Helper && !IsKfunc) {
    const Node *In = Count ? value(S, E->getArg(0)) : nullptr;
    const Tracked *T = In && In->Kind == Op::Sym ? S.tracked(In) : nullptr;
    if (T && In->source().How == Made::Lookup && T->MaybeNull &&
        T->N != Null::No)
      report(S, Wrong::UncheckedNull, Use::Pass, In, E->getExprLoc(),
             asWritten(E, Name));
    const Node *Sym = make(S, Made::Lookup, E, Name, nullptr, false);
    Tracked *New = S.tracked(Sym);
    New->MaybeNull = Helper->MayBeNull && lookupMayFail(S, E, In, *Helper);
    if (!Helper->MayBeNull)
      New->N = Null::No;
    return Sym;
  }
  if (!kernel::borrowedResult(Name).empty()) {
    const Node *Sym = make(S, Made::Lent, E, Name, nullptr, false);
    Values.origin(E)->Struct = kernel::borrowedResult(Name).str();
    S.tracked(Sym)->N = Null::No;
    return Sym;
  }
  if (Known && Known->mayReturnNull() && Result->isPointerType()) {
    const Node *Sym = make(S, Made::Other, E, Name, nullptr, false);
    if (callRole(Name) == CallRole::Graph && S.Lock)
      S.tracked(Sym)->O = Own::Shared;
    return Sym;
  }
  if (Result->isVoidType())
    return Values.unknown();
  bool Tries = callRole(Name) == CallRole::TryLock;
  Arena::Traits Is;
  Is.Doubt = callRole(Name) == CallRole::Bounded;
  Is.Processor = callRole(Name) == CallRole::Processor;
  Is.Error = Tries;
  const Node *V = Values.leaf(E, S.freeInstance(Op::Leaf, E), Result, Is);
  if (Tries)
    S.Tried = V;
  return V;
}

} // namespace flow
} // namespace bpftidy
