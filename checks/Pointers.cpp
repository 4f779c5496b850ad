//===- Pointers.cpp - what a pointer points to ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pointers.h"
#include "kernel/Kfuncs.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/AST/RecordLayout.h"
#include "clang/AST/Stmt.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace bpftidy {

/// Expressions that one question may lead to.
static constexpr unsigned MaxSteps = 2000;

bool Address::sameAs(const Address &Other) const {
  if (In != Other.In || Map != Other.Map || Var != Other.Var ||
      Call != Other.Call || Offset != Other.Offset || Variable ||
      Other.Variable)
    return false;
  if (!From || !Other.From)
    return !From && !Other.From;
  return From->sameAs(*Other.From);
}

void Pointers::Merge::add(const Address &One) {
  if (One.In == Memory::Null) {
    HasNull = true;
    return;
  }
  Differs |= Any && !All.sameAs(One);
  All = One;
  Any = true;
}

/// What all of \p Values have in common; NULL adds nothing to that.
Address Pointers::merged(llvm::ArrayRef<const Expr *> Values) const {
  History Alone;
  return after(Alone, Values);
}

/// What \p VD holds at \p Use. Where nothing runs twice, only what is assigned
/// further up counts.
Address Pointers::variable(const VarDecl *VD, const Expr *Use) const {
  Asking Ask(Asked, VD);
  if (Ask.again())
    return Address();
  if (const auto *PD = dyn_cast<ParmVarDecl>(VD))
    return parameter(PD);
  const auto *Values = values(VD);
  const auto *FD = dyn_cast<FunctionDecl>(VD->getDeclContext());
  if (!Values || !FD)
    return Address();
  auto It = Functions.find(FD->getCanonicalDecl());
  if (It == Functions.end() || It->second.Repeats)
    return merged(*Values);
  // Many rules ask for the same uses. Answers inside of others depend on what
  // these are about.
  bool Keep = Asked.size() == 1 && Depth < MaxDepth / 2;
  if (auto Known = KnownAt.find({VD, Use}); Keep && Known != KnownAt.end())
    return Known->second;
  const SourceManager &SM = Ctx.getSourceManager();
  SourceLocation At = SM.getExpansionLoc(Use->getBeginLoc());
  auto End = [&](const Expr *E) {
    return SM.getExpansionRange(E->getEndLoc()).getEnd();
  };
  auto IsBefore = [&](const Expr *E) {
    SourceLocation Last = E->getEndLoc();
    // Within one macro, what counts is the order of its text.
    if (Last.isMacroID() && SM.getExpansionLoc(Last) == At)
      return SM.isBeforeInTranslationUnit(Last, Use->getBeginLoc());
    return !SM.isBeforeInTranslationUnit(At, End(E));
  };
  auto [H, New] = Histories.try_emplace(VD);
  History &Past = H->second;
  // Values are in order, but for those of a variable that nests its own.
  if (New)
    Past.InOrder = llvm::is_sorted(*Values, [&](const Expr *X, const Expr *Y) {
      return SM.isBeforeInTranslationUnit(X->getEndLoc(), Y->getEndLoc());
    });
  Address A;
  if (Past.InOrder && Keep) {
    auto Last = llvm::partition_point(*Values, IsBefore);
    A = after(Past, llvm::ArrayRef(*Values).take_front(Last - Values->begin()));
  } else {
    std::vector<const Expr *> Before;
    llvm::copy_if(*Values, std::back_inserter(Before), IsBefore);
    A = merged(Before);
  }
  if (Keep)
    KnownAt[{VD, Use}] = A;
  return A;
}

/// The same as merged(), which goes on from what was found out before.
Address Pointers::after(History &Past,
                        llvm::ArrayRef<const Expr *> Values) const {
  while (Past.After.size() < Values.size()) {
    Merge Next = Past.After.empty() ? Merge() : Past.After.back();
    if (!Next.Differs)
      Next.add(pointee(Values[Past.After.size()]));
    if (Steps > MaxSteps)
      return Address();
    Past.After.push_back(std::move(Next));
  }
  if (Values.empty())
    return Address();
  const Merge &M = Past.After[Values.size() - 1];
  if (Values.size() > 1 || !M.HasNull)
    return M.Differs ? Address() : M.All;
  Address Null;
  Null.In = Memory::Null;
  return Null;
}

static std::optional<int64_t> constant(const Expr *E, const ASTContext &Ctx) {
  Expr::EvalResult R;
  if (E->isValueDependent() || !E->getType()->isIntegralOrEnumerationType() ||
      !E->EvaluateAsInt(R, Ctx))
    return std::nullopt;
  return R.Val.getInt().getExtValue();
}

uint64_t sizeOf(QualType T, const ASTContext &Ctx) {
  return T.isNull() || T->isDependentType() || T->isIncompleteType() ||
                 T->isFunctionType() || T->isVoidType()
             ? 0
             : Ctx.getTypeSizeInChars(T).getQuantity();
}

/// The greatest value of \p E that is plain to see, as that of `i & 7`.
static std::optional<uint64_t> greatest(const Expr *E, const ASTContext &Ctx) {
  E = E->IgnoreParenCasts();
  const auto *BO = dyn_cast<BinaryOperator>(E);
  if (!BO || (BO->getOpcode() != BO_And && BO->getOpcode() != BO_Rem))
    return std::nullopt;
  auto N = constant(BO->getRHS(), Ctx);
  if (BO->getOpcode() == BO_And)
    return N && *N >= 0 ? std::optional<uint64_t>(*N) : std::nullopt;
  return N && *N > 0 && BO->getLHS()->getType()->isUnsignedIntegerType()
             ? std::optional<uint64_t>(*N - 1)
             : std::nullopt;
}

static int64_t pointeeSize(QualType T, const ASTContext &Ctx) {
  QualType P = T->getPointeeType();
  if (P.isNull() || P->isVoidType() || P->isFunctionType())
    return 1;
  return sizeOf(P, Ctx);
}

/// `p + n`, on pointers and on integers that were pointers.
Address Pointers::shifted(const BinaryOperator *E) const {
  const Expr *Ptr = E->getLHS(), *By = E->getRHS();
  if (E->getOpcode() == BO_Add && By->getType()->isPointerType())
    std::swap(Ptr, By);
  Address A = pointee(Ptr);
  if (!A.known() || A.In == Memory::Null || A.In == Memory::Scalar)
    return Address();
  int64_t Size =
      E->getType()->isPointerType() ? pointeeSize(E->getType(), Ctx) : 1;
  if (auto N = constant(By, Ctx)) {
    A.Offset += (E->getOpcode() == BO_Sub ? -*N : *N) * Size;
  } else {
    auto Most = greatest(By, Ctx);
    // Only what begins at a constant and counts upwards has a known extent.
    bool Known = Most && !A.Variable && E->getOpcode() == BO_Add;
    A.Extent = Known ? *Most * Size : Address::AnyExtent;
    A.Step = !A.Variable && E->getOpcode() == BO_Add ? Size : 0;
    A.Variable = true;
    A.Index = By;
  }
  return A;
}

/// True for a member of the context of a program that is too small for a
/// pointer to an object.
static bool isContextNumber(const Expr *E, const ASTContext &Ctx) {
  const auto *Load = dyn_cast<CastExpr>(E->IgnoreParens());
  if (!Load || Load->getCastKind() != CK_LValueToRValue ||
      Ctx.getTypeSize(E->getType()) >= Ctx.getTypeSize(Ctx.VoidPtrTy))
    return false;
  const auto *ME = dyn_cast<MemberExpr>(Load->getSubExpr()->IgnoreParens());
  const auto *Ref =
      ME && ME->isArrow()
          ? dyn_cast<DeclRefExpr>(ME->getBase()->IgnoreParenCasts())
          : nullptr;
  const auto *Of = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
  const auto *FD = Of ? dyn_cast<FunctionDecl>(Of->getDeclContext()) : nullptr;
  return FD && FD->hasAttr<SectionAttr>();
}

Address Pointers::castTo(const CastExpr *E) const {
  const Expr *Sub = E->getSubExpr();
  switch (E->getCastKind()) {
  case CK_NullToPointer: {
    Address A;
    A.In = Memory::Null;
    return A;
  }
  case CK_ArrayToPointerDecay:
    return place(Sub);
  case CK_LValueToRValue: {
    if (const VarDecl *VD = localVariable(Sub))
      return variable(VD, Sub);
    Address At = place(Sub);
    // A pointer kept in other stack memory is not followed.
    if (!At.known() || At.In == Memory::Local)
      return Address();
    Address A;
    A.In = Memory::Loaded;
    A.From = std::make_shared<Address>(std::move(At));
    A.Load = E;
    return A;
  }
  case CK_NoOp:
  case CK_BitCast:
  case CK_AddressSpaceConversion:
  case CK_IntegralToPointer:
  case CK_PointerToIntegral:
    return pointee(Sub);
  case CK_IntegralCast:
    if (Address A = pointee(Sub); A.In == Memory::Scalar && A.Call)
      return A;
    if (isContextNumber(Sub, Ctx)) {
      Address A;
      A.In = Memory::Scalar;
      return A;
    }
    if (Ctx.getTypeSize(E->getType()) < Ctx.getTypeSize(Sub->getType()) ||
        Ctx.getTypeSize(Sub->getType()) < Ctx.getTypeSize(Ctx.VoidPtrTy))
      return Address();
    return pointee(Sub);
  default:
    return Address();
  }
}

Address Pointers::pointee(const Expr *E) const {
  // Parameters of functions that call one another from several places each
  // would otherwise be asked for once for every way through all of them.
  if (!Depth)
    Steps = 0;
  if (!E || E->containsErrors() || Depth > MaxDepth || ++Steps > MaxSteps)
    return Address();
  ++Depth;
  struct Leave {
    unsigned &D;
    ~Leave() { --D; }
  } Restore{Depth};
  E = E->IgnoreParens();
  if (auto N = constant(E, Ctx)) {
    Address A;
    A.In = *N ? Memory::Scalar : Memory::Null;
    return A;
  }
  if (const auto *Cast = dyn_cast<CastExpr>(E)) {
    if (Cast->getCastKind() == CK_IntegralToPointer)
      if (auto N = constant(Cast->getSubExpr(), Ctx)) {
        Address A;
        A.In = *N ? Memory::Scalar : Memory::Null;
        return A;
      }
    return castTo(Cast);
  }
  if (const auto *UO = dyn_cast<UnaryOperator>(E)) {
    if (UO->getOpcode() == UO_AddrOf)
      return place(UO->getSubExpr());
    return UO->getOpcode() == UO_Extension ? pointee(UO->getSubExpr())
                                           : Address();
  }
  if (const auto *BO = dyn_cast<BinaryOperator>(E)) {
    if (BO->getOpcode() == BO_Comma || BO->getOpcode() == BO_Assign)
      return pointee(BO->getRHS());
    if (BO->isAdditiveOp())
      return shifted(BO);
    return Address();
  }
  if (const auto *CO = dyn_cast<ConditionalOperator>(E))
    return merged({CO->getTrueExpr(), CO->getFalseExpr()});
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return call(Call);
  if (const auto *GS = dyn_cast<GenericSelectionExpr>(E))
    return pointee(GS->getResultExpr());
  if (const auto *CE = dyn_cast<ChooseExpr>(E))
    return pointee(CE->getChosenSubExpr());
  if (const auto *SE = dyn_cast<StmtExpr>(E)) {
    const CompoundStmt *Body = SE->getSubStmt();
    return Body->body_empty() ? Address()
                              : pointee(dyn_cast<Expr>(Body->body_back()));
  }
  return Address();
}

Address Pointers::place(const Expr *E) const {
  if (!E || E->containsErrors() || Depth > MaxDepth)
    return Address();
  E = E->IgnoreParens();
  Address A;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const auto *VD = dyn_cast<VarDecl>(Ref->getDecl());
    if (!VD)
      return A;
    A.In = VD->hasLocalStorage() ? Memory::Local : Memory::Global;
    A.Var = VD;
    return A;
  }
  if (const auto *ME = dyn_cast<MemberExpr>(E)) {
    const auto *FD = dyn_cast<FieldDecl>(ME->getMemberDecl());
    if (!FD || FD->getParent()->isInvalidDecl())
      return A;
    A = ME->isArrow() ? pointee(ME->getBase()) : place(ME->getBase());
    A.Offset += Ctx.getFieldOffset(FD) / 8;
    return A;
  }
  if (const auto *AS = dyn_cast<ArraySubscriptExpr>(E)) {
    A = pointee(AS->getBase());
    int64_t Size = pointeeSize(AS->getBase()->getType(), Ctx);
    if (auto N = constant(AS->getIdx(), Ctx)) {
      A.Offset += *N * Size;
      return A;
    }
    const auto *AT = Ctx.getAsConstantArrayType(
        AS->getBase()->IgnoreParenImpCasts()->getType());
    uint64_t Extent = Address::AnyExtent;
    if (auto Most = greatest(AS->getIdx(), Ctx); Most && !A.Variable)
      Extent = *Most * Size;
    else if (AT && !A.Variable && AT->getSize().getZExtValue())
      Extent = (AT->getSize().getZExtValue() - 1) * Size;
    A.Step = A.Variable ? 0 : Size;
    A.Variable = true;
    A.Extent = Extent;
    A.Index = AS->getIdx();
    return A;
  }
  if (const auto *UO = dyn_cast<UnaryOperator>(E)) {
    if (UO->getOpcode() == UO_Deref)
      return pointee(UO->getSubExpr());
    return UO->getOpcode() == UO_Extension ? place(UO->getSubExpr()) : A;
  }
  if (const auto *Cast = dyn_cast<CastExpr>(E))
    return Cast->getCastKind() == CK_NoOp ? place(Cast->getSubExpr()) : A;
  if (isa<StringLiteral>(E)) {
    A.In = Memory::Text;
    return A;
  }
  if (const auto *GS = dyn_cast<GenericSelectionExpr>(E))
    return place(GS->getResultExpr());
  if (const auto *CE = dyn_cast<ChooseExpr>(E))
    return place(CE->getChosenSubExpr());
  return A;
}

} // namespace bpftidy
