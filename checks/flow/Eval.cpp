//===- Eval.cpp - what expressions do to the state of a path --------------===//
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

static const Expr *lastExpr(const StmtExpr *SE) {
  const CompoundStmt *CS = SE->getSubStmt();
  return CS->body_empty() ? nullptr : dyn_cast<Expr>(CS->body_back());
}

const Node *Explorer::truth(const Node *N) {
  if (N->Kind == Op::Const)
    return Values.constant(N->Imm != 0);
  return Values.binary(BO_NE, N, Values.constant(0), Ctx.IntTy);
}

const Node *Explorer::constantOf(const Expr *E) {
  Expr::EvalResult R;
  if (E->EvaluateAsInt(R, Ctx) && R.Val.getInt().getSignificantBits() <= 64)
    return Values.constant(R.Val.getInt().getExtValue());
  return Values.unknown();
}

/// The value that \p E was given, or one that needs no execution.
const Node *Explorer::value(State &S, const Expr *E) {
  E = valueOf(E);
  if (!E)
    return Values.unknown();
  if (const Node **N = find(S.Values, E))
    return *N;
  if (isa<CallExpr>(E) || isa<StmtExpr>(E) ||
      isa<AbstractConditionalOperator>(E) || E->isValueDependent() ||
      E->containsErrors())
    return Values.unknown();
  if (const auto *BO = dyn_cast<BinaryOperator>(E))
    if (BO->isAssignmentOp() || BO->isLogicalOp() ||
        BO->getOpcode() == BO_Comma)
      return Values.unknown();
  if (const auto *UO = dyn_cast<UnaryOperator>(E))
    if (UO->isIncrementDecrementOp())
      return Values.unknown();
  return evaluate(S, E);
}

/// Something that is not understood takes all of its parts.
void Explorer::lose(State &S, const Stmt *St) {
  for (const Stmt *Child : St->children())
    if (const auto *E = dyn_cast_or_null<Expr>(Child)) {
      const Node *V = value(S, E);
      // Of a local array, only what is read again is made.
      if (!isa<InitListExpr>(St))
        sink(S, V);
      escape(S, V);
    }
}

/// True for an asm statement without an instruction: it keeps the compiler
/// from what it knows of a value, and the verifier sees nothing of it.
static bool isBarrier(const GCCAsmStmt *AS) {
  for (unsigned I = 0; I != AS->getNumOutputs(); ++I)
    if (!AS->isOutputPlusConstraint(I) || !localVariable(AS->getOutputExpr(I)))
      return false;
  return StringRef(compat::asmText(AS)).trim().empty();
}

void Explorer::execute(State &S, const Stmt *St) {
  if (const auto *DS = dyn_cast<DeclStmt>(St)) {
    for (const Decl *D : DS->decls())
      if (const auto *VD = dyn_cast<VarDecl>(D))
        declare(S, VD);
    return;
  }
  if (const auto *RS = dyn_cast<ReturnStmt>(St)) {
    S.Return = RS;
    S.Returned = RS->getRetValue() ? value(S, RS->getRetValue()) : nullptr;
    return;
  }
  if (const auto *AS = dyn_cast<GCCAsmStmt>(St)) {
    if (isBarrier(AS)) {
      for (unsigned I = 0; I != AS->getNumOutputs(); ++I)
        if (const Node **Old =
                find(S.Vars, localVariable(AS->getOutputExpr(I))))
          sink(S, *Old);
      for (unsigned I = 0; I != AS->getNumInputs(); ++I)
        sink(S, value(S, AS->getInputExpr(I)));
      clobber(S, false);
      return;
    }
    for (unsigned I = 0; I != AS->getNumOutputs(); ++I) {
      const Node *Loc = value(S, AS->getOutputExpr(I));
      if (AS->isOutputPlusConstraint(I) && Loc->Kind == Op::LVar)
        if (const Node **Old =
                find(S.Vars, static_cast<const VarDecl *>(Loc->Ref))) {
          sink(S, *Old);
          escape(S, *Old);
        }
      store(S, Loc, Values.unknown(), AS->getOutputExpr(I));
    }
    for (unsigned I = 0; I != AS->getNumInputs(); ++I) {
      const Node *V = value(S, AS->getInputExpr(I));
      sink(S, V);
      escape(S, V);
    }
    // A load may or may not be kept across it.
    clobber(S, false);
    return;
  }
  const auto *E = dyn_cast<Expr>(St);
  if (!E)
    return;
  if (const auto *CE = dyn_cast<CallExpr>(E)) {
    call(S, CE);
    return;
  }
  const Node *V = evaluate(S, E);
  if (!S.Dead)
    put(S.Values, E, V);
}

void Explorer::declare(State &S, const VarDecl *VD) {
  if (VD->hasGlobalStorage())
    return;
  llvm::erase_if(S.Escaped, [VD](const VarDecl *Old) { return Old == VD; });
  llvm::erase_if(S.Filled,
                 [VD](const Node *Loc) { return rootVariable(Loc) == VD; });
  const Expr *Init = VD->getInit();
  if (!VD->getType()->isScalarType()) {
    dropParts(S, VD);
    if (Init)
      initialize(S, Values.ref(Op::LVar, VD), VD->getType(), valueOf(Init));
    drop(S.Vars, VD);
    return;
  }
  // A list around one value is that value.
  if (const auto *List =
          dyn_cast_or_null<InitListExpr>(Init ? valueOf(Init) : nullptr))
    Init = List->getNumInits() == 1 ? List->getInit(0) : nullptr;
  if (Init)
    setVariable(S, VD, value(S, Init), VD->getInit());
  else
    drop(S.Vars, VD);
}

const Node *Explorer::evaluate(State &S, const Expr *E) {
  E = valueOf(E);
  if (E->containsErrors()) {
    lose(S, E);
    return Values.unknown();
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const ValueDecl *D = Ref->getDecl();
    if (const auto *EC = dyn_cast<EnumConstantDecl>(D))
      return Values.constant(EC->getInitVal().getExtValue());
    if (isa<VarDecl>(D))
      return Values.ref(Op::LVar, D->getCanonicalDecl());
    if (isa<FunctionDecl>(D))
      // The address of a weak function is known when the program is loaded.
      return D->isWeak() ? Values.unknown() : Values.ref(Op::Func, D);
    return Values.unknown();
  }
  if (const auto *Cast = dyn_cast<CastExpr>(E))
    return evalCast(S, Cast);
  if (const auto *ME = dyn_cast<MemberExpr>(E)) {
    const Node *Base = value(S, ME->getBase());
    const auto *FD = dyn_cast<FieldDecl>(ME->getMemberDecl());
    if (!FD)
      return Values.unknown();
    if (ME->isArrow())
      Base = Values.pointee(Base);
    // Members of a union may overlap: another kind of location.
    return Values.ref(Op::LField, FD->getCanonicalDecl(), Base);
  }
  if (const auto *AS = dyn_cast<ArraySubscriptExpr>(E)) {
    const Node *Base = value(S, AS->getBase());
    const Node *Index = value(S, AS->getIdx());
    if (Base->Kind == Op::AddrOf)
      return Values.elem(Base->A, Index);
    if (Base->Kind == Op::Addr)
      return Values.elem(Values.ref(Op::LVar, Base->Ref), Index);
    return Values.elem(Values.pointee(Base), Index);
  }
  if (const auto *UO = dyn_cast<UnaryOperator>(E))
    return evalUnary(S, UO);
  if (const auto *BO = dyn_cast<BinaryOperator>(E))
    return evalBinary(S, BO);
  if (const auto *CO = dyn_cast<AbstractConditionalOperator>(E)) {
    const Node **Way = find(S.Values, static_cast<const Expr *>(CO));
    if (!Way || (*Way)->Kind != Op::Const)
      return Values.unknown();
    const Node *V;
    if (const auto *Short = dyn_cast<BinaryConditionalOperator>(CO)) {
      V = value(S, (*Way)->Imm ? Short->getCommon() : Short->getFalseExpr());
      drop(S.Values, valueOf(Short->getCommon()));
    } else
      V = value(S, (*Way)->Imm ? CO->getTrueExpr() : CO->getFalseExpr());
    drop(S.Values, valueOf(CO->getTrueExpr()));
    drop(S.Values, valueOf(CO->getFalseExpr()));
    return V;
  }
  if (const auto *OV = dyn_cast<OpaqueValueExpr>(E))
    return OV->getSourceExpr() ? value(S, OV->getSourceExpr())
                               : Values.unknown();
  if (const auto *SE = dyn_cast<StmtExpr>(E)) {
    const Expr *Last = lastExpr(SE);
    return Last ? value(S, Last) : Values.unknown();
  }
  if (const auto *CE = dyn_cast<ChooseExpr>(E))
    return value(S, CE->getChosenSubExpr());
  if (const auto *GE = dyn_cast<GenericSelectionExpr>(E))
    return value(S, GE->getResultExpr());
  if (const auto *UE = dyn_cast<UnaryExprOrTypeTraitExpr>(E);
      UE && !UE->getTypeOfArgument()->isVariablyModifiedType())
    return constantOf(E);
  if (isa<IntegerLiteral>(E) || isa<CharacterLiteral>(E) ||
      isa<OffsetOfExpr>(E) || isa<ConstantExpr>(E) ||
      isa<CXXBoolLiteralExpr>(E) || isa<TypeTraitExpr>(E))
    return constantOf(E);
  if (!isa<StringLiteral>(E) && !isa<PredefinedExpr>(E))
    lose(S, E);
  return Values.unknown();
}

/// True if a number is made a pointer, and a number again: BPF_PROG() hands an
/// argument that is no pointer on like that.
static bool isNumber(const CastExpr *E) {
  const auto *Inner = dyn_cast<CastExpr>(E->getSubExpr()->IgnoreParens());
  return Inner && Inner->getCastKind() == CK_IntegralToPointer;
}

const Node *Explorer::evalCast(State &S, const CastExpr *E) {
  const Node *V = value(S, E->getSubExpr());
  switch (E->getCastKind()) {
  case CK_LValueToRValue:
    return load(S, V, E);
  case CK_NoOp:
  case CK_BitCast:
  case CK_FunctionToPointerDecay:
  case CK_BuiltinFnToFnPtr:
    return V;
  case CK_PointerToIntegral:
    if (isNumber(E))
      return number(V, E->getType());
    // offsetof() as many headers have it: the address of a member of nothing.
    if (V->Kind == Op::AddrOf && rootPointer(V->A) &&
        rootPointer(V->A)->Kind == Op::Const)
      return constantOf(E);
    return Values.convert(V, E->getType());
  case CK_IntegralCast:
    if (isPassedOn(V, E))
      return number(V, E->getType());
    return Values.convert(V, E->getType());
  case CK_IntegralToPointer:
    return Values.convert(V, E->getType());
  case CK_NullToPointer:
    return Values.constant(0);
  case CK_PointerToBoolean:
    return isNumber(E) ? number(V, E->getType()) : truth(V);
  case CK_IntegralToBoolean:
    return isPassedOn(V, E) ? number(V, E->getType()) : truth(V);
  case CK_ArrayToPointerDecay:
    return V->Kind == Op::LVar || V->Kind == Op::LField ||
                   V->Kind == Op::LElem || V->Kind == Op::LDeref
               ? Values.addressOf(V)
               : Values.unknown();
  case CK_ToVoid:
    return Values.unknown();
  default:
    escape(S, V);
    return Values.unknown();
  }
}

const Node *Explorer::evalUnary(State &S, const UnaryOperator *E) {
  const Node *V = value(S, E->getSubExpr());
  switch (E->getOpcode()) {
  case UO_AddrOf:
    return Values.addressOf(V);
  case UO_Deref:
    return Values.pointee(V);
  case UO_Extension:
    return V;
  case UO_LNot:
    return V->Kind == Op::Const ? Values.constant(!V->Imm)
                                : Values.unary(UO_LNot, V, E->getType());
  case UO_Minus:
  case UO_Not:
  case UO_Plus:
    return Values.unary(E->getOpcode(), V, E->getType());
  case UO_PreInc:
  case UO_PreDec:
  case UO_PostInc:
  case UO_PostDec: {
    const Node *Old = load(S, V, E->getSubExpr());
    const Node *One = Values.constant(1);
    const Node *New = E->getType()->isPointerType()
                          ? pointerPlus(S, Old, One, E->getType(),
                                        /*Back=*/E->isDecrementOp())
                          : Values.binary(E->isIncrementOp() ? BO_Add : BO_Sub,
                                          Old, One, E->getType());
    store(S, V, New, E);
    return E->isPostfix() ? Old : New;
  }
  default:
    lose(S, E);
    return Values.unknown();
  }
}

const Node *Explorer::evalLogical(State &S, const BinaryOperator *E) {
  // One side decided it: the fork left the value.
  bool And = E->getOpcode() == BO_LAnd;
  if (const Node **Decided = find(S.Values, static_cast<const Expr *>(E)))
    return *Decided;
  const Expr *L = valueOf(E->getLHS()), *R = valueOf(E->getRHS());
  const Node **Right = find(S.Values, R), **Left = find(S.Values, L);
  const Node *V = Values.unknown();
  if (Right)
    V = truth(*Right);
  else if (Left && (*Left)->Kind == Op::Const && ((*Left)->Imm == 0) == And)
    V = Values.constant(!And);
  drop(S.Values, L);
  drop(S.Values, R);
  return V;
}

const Node *Explorer::evalBinary(State &S, const BinaryOperator *E) {
  BinaryOperatorKind Opc = E->getOpcode();
  if (E->isLogicalOp())
    return evalLogical(S, E);
  if (Opc == BO_Comma)
    return value(S, E->getRHS());
  const Node *L = value(S, E->getLHS());
  const Node *R = value(S, E->getRHS());
  if (Opc == BO_Assign) {
    store(S, L, R, E);
    return R;
  }
  if (E->isCompoundAssignmentOp()) {
    const Node *Old = load(S, L, E->getLHS());
    const Node *New =
        E->getType()->isPointerType()
            ? pointerPlus(S, Old, R, E->getType(), Opc == BO_SubAssign)
            : Values.convert(
                  symOf(Old) || symOf(R)
                      ? combine(E, Old, R)
                      : Values.binary(
                            BinaryOperator::getOpForCompoundAssignment(Opc),
                            Old, R, E->getType()),
                  E->getType());
    if (New->Kind == Op::Unknown)
      if (const Node *Kept = keepLoads(S, Old, R, E, /*Early=*/false))
        New = Kept;
    store(S, L, New, E);
    return New;
  }
  if (E->isAdditiveOp() && E->getType()->isPointerType()) {
    bool LeftIsPointer = E->getLHS()->getType()->isPointerType();
    return pointerPlus(S, LeftIsPointer ? L : R, LeftIsPointer ? R : L,
                       E->getType(), Opc == BO_Sub);
  }
  // What is computed from a pointer may become one again.
  if (!E->isComparisonOp() && (symOf(L) || symOf(R)))
    return combine(E, L, R);
  // Pointers have no order that a path could depend on for certain.
  if (E->isRelationalOp() && (symOf(L) || symOf(R)))
    return Values.unknown();
  const Node *V = Values.binary(
      Opc, L, R, E->isComparisonOp() ? E->getLHS()->getType() : E->getType());
  if (V->Kind != Op::Unknown)
    return V;
  const Node *Kept = keepLoads(S, L, R, E, /*Early=*/false);
  return Kept ? Kept : V;
}

} // namespace flow
} // namespace bpftidy
