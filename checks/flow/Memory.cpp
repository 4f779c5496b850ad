//===- Memory.cpp - loads and stores --------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compat.h"
#include "flow/Explorer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {
namespace flow {

std::optional<kernel::FieldKind> taggedKind(const ValueDecl *D,
                                            const kernel::Kernel &K) {
  QualType T = D->getType();
  while (const ArrayType *AT = T->getAsArrayTypeUnsafe())
    T = AT->getElementType();
  const auto *PT = T->getAs<PointerType>();
  if (!PT)
    return std::nullopt;
  const auto *Tag = PT->getPointeeType()->getAs<BTFTagAttributedType>();
  if (!Tag || Tag->getWrappedType()->getAs<BTFTagAttributedType>())
    return std::nullopt;
  const kernel::Tag *Row = K.tag(Tag->getAttr()->getBTFTypeTag());
  return Row ? std::optional(Row->Kind) : std::nullopt;
}

/// The kind of kptr at \p Loc, if the kernel sees one there.
std::optional<kernel::FieldKind> Explorer::kptrKind(const Node *Loc,
                                                    const ValueDecl *&D) const {
  D = innermost(Loc);
  if (!D)
    return std::nullopt;
  std::optional<kernel::FieldKind> Kind = taggedKind(D, K);
  if (!Kind)
    return std::nullopt;
  std::vector<unsigned> Maps;
  if (const auto *FD = dyn_cast<FieldDecl>(D)) {
    if (rootVariable(Loc) && rootVariable(Loc)->hasLocalStorage())
      return std::nullopt;
    Maps = P.mapsHolding(FD->getParent());
    if (Maps.empty())
      return std::nullopt;
  } else if (!cast<VarDecl>(D)->hasGlobalStorage()) {
    return std::nullopt;
  }
  // In a map that is wrong in some way the field may be plain memory.
  for (const kernel::Problem &X : P.verdict(K))
    if (X.Maps.empty() || isa<VarDecl>(D) ||
        llvm::any_of(X.Maps,
                     [&](unsigned M) { return llvm::is_contained(Maps, M); }))
      return std::nullopt;
  return Kind;
}

/// False if every map that holds \p D has lost it as a kptr.
bool Explorer::mayBeKptr(const ValueDecl *D) const {
  const auto *FD = dyn_cast<FieldDecl>(D);
  std::vector<unsigned> Maps;
  if (FD)
    Maps = P.mapsHolding(FD->getParent());
  return Maps.empty() || llvm::any_of(Maps, [&](unsigned M) {
           return llvm::any_of(P.mapFields(M, K), [&](const kernel::Field &F) {
             return P.declaration(F.At) == FD;
           });
         });
}

/// \p V goes where nobody follows it.
void Explorer::escape(State &S, const Node *V) {
  if (!V)
    return;
  for (const Node *L : V->Leaves)
    if (L->Kind == Op::Sym)
      if (Tracked *T = S.tracked(L)) {
        S.Busy |= T->O == Own::Owned && T->N != Null::Yes;
        T->O = Own::Escaped;
      }
  const VarDecl *VD = nullptr;
  if (V->Kind == Op::Addr)
    VD = static_cast<const VarDecl *>(V->Ref);
  else if (V->Kind == Op::AddrOf)
    VD = rootVariable(V->A);
  if (!VD || !VD->hasLocalStorage() || llvm::is_contained(S.Escaped, VD))
    return;
  S.Escaped.push_back(VD);
  const Node *Inside = nullptr;
  if (const Node **Old = find(S.Vars, VD))
    Inside = *Old;
  drop(S.Vars, VD);
  escape(S, Inside);
  Pairs<const Node *, const Node *> Parts = S.Memory;
  dropParts(S, VD);
  for (const auto &[Loc, Part] : Parts)
    if (rootVariable(Loc) == VD)
      escape(S, Part);
}

/// Memory has changed, for certain after a call.
void Explorer::clobber(State &S, bool Calls) {
  if (Calls) {
    llvm::erase_if(S.Memory,
                   [](const auto &M) { return !isLocalPart(M.first); });
    for (const auto &[To, V] : Pairs<const Node *, const Node *>(S.Stored))
      sink(S, V);
    S.Stored.clear();
  }
  // Another type's store may leave a load as it was: it is not certain.
  for (auto &[Loc, V] : S.Memory)
    if (!isLocalPart(Loc))
      V = nullptr;
}

/// True if \p E reads through a pointer by a way that the program's loader
/// adjusts (CO-RE): the compiler does not see what the place has to do with the
/// pointer, and takes no path for impossible because of it.
static bool isRelocated(const Expr *E) {
  E = E->IgnoreParenCasts();
  while (true) {
    if (const auto *ME = dyn_cast<MemberExpr>(E)) {
      E = ME->getBase()->IgnoreParenCasts();
      if (!ME->isArrow())
        continue;
      const RecordDecl *RD = E->getType()->getPointeeType()->getAsRecordDecl();
      return RD && RD->hasAttr<BPFPreserveAccessIndexAttr>();
    }
    const auto *AS = dyn_cast<ArraySubscriptExpr>(E);
    if (!AS || !AS->getBase()->IgnoreParenCasts()->getType()->isArrayType())
      return false;
    E = AS->getBase()->IgnoreParenCasts();
  }
}

/// The pointer that \p E reads or writes through.
static const Expr *pointerOf(const Expr *E) {
  E = E->IgnoreParenCasts();
  while (const auto *ME = dyn_cast<MemberExpr>(E)) {
    E = ME->getBase()->IgnoreParenCasts();
    if (ME->isArrow())
      break;
  }
  return E;
}

/// An access to \p Loc; \p Result is what it loads, if it does. False if the
/// path does not exist.
bool Explorer::checkAccess(State &S, const Node *Loc, const Expr *E, Use How,
                           const Node *Result) {
  const Node *P = rootPointer(Loc);
  if (!P)
    return true;
  // What was read through a bad pointer is as bad.
  if (Result)
    for (const Pending &L : llvm::SmallVector<Pending, 2>(S.Loads))
      if (P->has(L.Result))
        S.Loads.push_back({Result, L.Sym, L.What, L.At, false, L.Index});
  // The compiler takes it that no program reads through NULL, where it sees it.
  bool Seen = !Result || !isRelocated(E);
  const Node *Sym = symOf(P);
  if (P->isConst(0)) {
    if (Seen)
      return false;
    P = Sym = nullIn(S, pointerOf(E));
  }
  Tracked *T = Sym ? S.tracked(Sym) : nullptr;
  if (!T)
    return true;
  if (T->N == Null::Yes && P == Sym && Seen)
    return false;
  const Origin &O = Sym->source();
  if (T->O == Own::Escaped || O.How == Made::Lent ||
      (O.How == Made::Lookup && !T->MaybeNull) ||
      O.Kind == kernel::FieldKind::Percpu)
    return true;
  Wrong What;
  if (T->O == Own::Released || T->O == Own::Moved)
    What = Wrong::Gone;
  else if (T->N != Null::No && !T->Expired &&
           (P == Sym || (P->Kind == Op::Inside && P->Code == MovedForCertain)))
    What = Wrong::UncheckedNull;
  else
    return true;
  if (!Result || E->getType().isVolatileQualified())
    report(S, What, How, Sym, E->getExprLoc());
  else
    S.Loads.push_back({Result, Sym, What, E});
  return true;
}

/// True for a member of a union, unless it is there to be aligned, alone.
static bool overlaps(const FieldDecl *FD) {
  return FD->getParent()->isUnion() &&
         llvm::any_of(FD->getParent()->fields(), [FD](const FieldDecl *Other) {
           return Other != FD && (!Other->isBitField() || Other->getDeclName());
         });
}

const Node *Explorer::load(State &S, const Node *Loc, const Expr *E) {
  if (Loc->Kind != Op::LVar && Loc->Kind != Op::LField &&
      Loc->Kind != Op::LElem && Loc->Kind != Op::LDeref)
    return Values.unknown();
  QualType T = E->getType();
  if (Loc->Kind == Op::LVar) {
    const auto *VD = static_cast<const VarDecl *>(Loc->Ref);
    if (!VD->hasGlobalStorage()) {
      if (VD->getType().isVolatileQualified())
        return Values.unknown();
      if (T->isRecordType())
        escape(S, Values.addressOf(Loc));
      const Node **V = find(S.Vars, VD);
      return V ? *V : loadFilled(S, Loc, E);
    }
  }
  if (const VarDecl *VD = rootVariable(Loc)) {
    if (!VD->hasGlobalStorage()) {
      if (T->isRecordType())
        escape(S, Values.ref(Op::Addr, VD));
      Loc = wholeUnion(Loc, T);
      const Node **V = isFollowed(S, Loc, T) ? find(S.Memory, Loc) : nullptr;
      return V ? *V : loadFilled(S, Loc, E);
    }
    // Set before the program is loaded: the verifier knows it.
    if (Loc->Kind == Op::LVar && VD->getType().isConstQualified() &&
        VD->getType().isVolatileQualified() && T->isIntegerType()) {
      Arena::Traits Is;
      Is.Doubt = Is.Fixed = true;
      return Values.leaf(VD, 0, T, Is);
    }
    if (VD->getType().isConstQualified() || VD->hasExternalStorage())
      return Values.unknown();
    // Nor does it help to ask what only this file can write.
    if (!VD->hasExternalFormalLinkage() && !taggedKind(VD, K)) {
      if (Loc->Kind != Op::LVar || !isCounter(VD))
        return Values.unknown();
      Arena::Traits Is;
      Is.Doubt = Is.AtRunTime = true;
      return Values.leaf(E, S.freeInstance(Op::Leaf, E), T, Is);
    }
  }
  const ValueDecl *D = nullptr;
  const auto *From = dyn_cast<CastExpr>(E);
  bool Volatile =
      (From ? From->getSubExpr() : E)->getType().isVolatileQualified();
  if (!Volatile && !(rootPointer(Loc) && rootPointer(Loc)->Kind == Op::Unknown))
    if (const Node **Known = find(S.Memory, Loc))
      return *Known ? *Known : readBack(S, Loc, E);
  if (auto Kind = kptrKind(Loc, D)) {
    const Node *V = loadKptr(S, Loc, E, D, *Kind);
    if (!S.Dead)
      checkIndex(S, Loc, E, Volatile ? nullptr : V);
    if (!S.Dead && !Volatile)
      put(S.Memory, Loc, V);
    return V;
  }
  if (isMaybeNullArgument(Loc, T)) {
    const Node *V = make(S, Made::Given, E, "", nullptr, /*Owned=*/false);
    put(S.Memory, Loc, V);
    return V;
  }
  D = innermost(Loc);
  bool Doubt = D && D->getType().isConstQualified();
  // Bit-fields are narrower than their type, and members of a union overlap.
  if (const auto *FD = dyn_cast_or_null<FieldDecl>(D))
    Doubt |= FD->isBitField() || overlaps(FD);
  // Two names of the same memory would be two values.
  const Node *Root = rootPointer(Loc);
  bool OfElement = Root && Root->Kind == Op::Leaf && isOfElement(Root);
  Doubt |=
      Root && (Root->Kind == Op::Unknown || (!D && !symOf(Root) && !OfElement));
  // A callback is shown its caller's stack, of which the verifier knows all.
  Doubt |= Root && Root->Kind == Op::Leaf && Root->Doubt && !OfElement;
  // A word of the context may be a pointer, whatever its type is.
  bool Word = isContextWord(Loc, T);
  Arena::Traits Is;
  Is.Doubt = Doubt && !(Word && Loc->B->Imm < Arguments);
  Is.Pointer = Word;
  Is.Nullable = T->isPointerType() && mayLoadNull(Loc);
  const Node *V = Values.leaf(E, S.freeInstance(Op::Leaf, E), T, Is);
  if (Root && isContext(Root))
    FromContext.insert(V);
  if (const auto *FD = dyn_cast_or_null<FieldDecl>(D);
      FD && T->isPointerType() && T->getPointeeType()->isRecordType() && Root &&
      isKernelObject(Root))
    FromObject[V] = FD;
  if (!checkAccess(S, Loc, E, Use::Read, V)) {
    S.Dead = true;
    return V;
  }
  checkPlace(S, Loc, V);
  checkIndex(S, Loc, E, Volatile ? nullptr : V);
  if (!Volatile && !(Root && Root->Kind == Op::Unknown))
    put(S.Memory, Loc, V);
  return V;
}

const Node *Explorer::loadKptr(State &S, const Node *Loc, const Expr *E,
                               const ValueDecl *D, kernel::FieldKind Kind) {
  // Whose field it is must be certain.
  const Node *P = rootPointer(Loc);
  if (P && (P->Kind == Op::Unknown || P->Kind == Op::Const))
    return Values.unknown();
  if (const Node *Sym = symOf(P)) {
    Tracked *T = S.tracked(Sym);
    if (T && T->N == Null::Yes && Sym == P) {
      S.Dead = true;
      return Values.unknown();
    }
    // Inside of an object that a program allocates it cannot be read.
    if (Sym->source().How != Made::Lookup)
      return Values.unknown();
  }
  const Node *V = make(S, Made::Load, E, "", D, /*Owned=*/false);
  if (Root.Kind && Root.Kind->Sleepable && S.isOutsideRcu())
    S.tracked(V)->Rcu = false;
  return V;
}

/// True for what is 0 or 1, from which no pointer comes back.
static bool isTruth(const Node *V) {
  while (V->Kind == Op::Cast)
    V = V->A;
  return (V->Kind == Op::Unary && V->Code == UO_LNot) ||
         (V->Kind == Op::Binary &&
          BinaryOperator::isComparisonOp(BinaryOperatorKind(V->Code)));
}

void Explorer::store(State &S, const Node *Loc, const Node *V, const Expr *E) {
  if (Loc->Kind == Op::LVar) {
    const auto *VD = static_cast<const VarDecl *>(Loc->Ref);
    if (!VD->hasGlobalStorage()) {
      if (VD->getType()->isScalarType()) {
        setVariable(S, VD, V, E);
      } else {
        escape(S, V);
        escape(S, Values.addressOf(Loc));
      }
      return;
    }
  }
  const VarDecl *Root = rootVariable(Loc);
  if (Root && !Root->hasGlobalStorage()) {
    Loc = wholeUnion(Loc, E->getType());
    if (isFollowed(S, Loc, E->getType())) {
      setPart(S, Loc, V, E);
    } else {
      escape(S, V);
      escape(S, Values.ref(Op::Addr, Root));
    }
    return;
  }
  // What is stored counts once nothing can overwrite it any more.
  llvm::erase_if(S.Stored, [&](const auto &Old) {
    return innermost(Old.first) == innermost(Loc);
  });
  // The compiler drops a variable of the file that nothing reads.
  bool Lasts = !Root || Root->hasExternalFormalLinkage();
  if (Lasts) {
    // Nor does a store need its condition that another one makes superfluous.
    const Node *Decided = isSeenByOthers(S, E) ? S.Decided : nullptr;
    if (const Node *Kept = keepLoads(S, V, Decided, E, /*Early=*/true))
      put(S.Stored, Loc, Kept);
    else if (isOperated(V))
      put(S.Stored, Loc, V);
  }
  if (!checkAccess(S, Loc, E, Use::Write, nullptr)) {
    S.Dead = true;
    return;
  }
  checkPlace(S, Loc, nullptr);
  checkIndex(S, Loc, E, nullptr);
  // A pointer in a map value, or in a global, is a number and keeps nothing.
  const Node *Sym = symOf(rootPointer(Loc));
  // In a kptr it would be kept, if that were not refused as such.
  bool OfMap = Root || (Sym && Sym->source().How == Made::Lookup);
  const ValueDecl *D = innermost(Loc);
  std::optional<kernel::FieldKind> Kind = D ? taggedKind(D, K) : std::nullopt;
  // An untrusted kptr is no more than a number, either.
  bool Keeps = Kind && *Kind != kernel::FieldKind::Untrusted;
  bool Number = V->Kind == Op::Sym || isOperated(V);
  if (!isTruth(V) && (!OfMap || !Number || Keeps))
    escape(S, V);
  clobber(S, false);
  // Whether it is loaded again or not: nobody knows more about it.
  bool Made = V->Kind == Op::Leaf || V->Kind == Op::Binary ||
              V->Kind == Op::Unary || V->Kind == Op::Cast;
  bool Plain = Made && !V->Doubt && !E->getType().isVolatileQualified() &&
               llvm::none_of(V->Leaves, [](const Node *L) {
                 return L->Kind != Op::Leaf || L->Pointer;
               });
  put(S.Memory, Loc, Plain ? V : nullptr);
}

} // namespace flow
} // namespace bpftidy
