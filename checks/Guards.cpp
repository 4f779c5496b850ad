//===- Guards.cpp - conditions that decide whether code is there ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Accesses.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"

using namespace clang;

namespace bpftidy {

static bool isParameterOfStatic(const Decl *D, const FunctionDecl *In) {
  const auto *PD = dyn_cast<ParmVarDecl>(D);
  return PD && !In->isExternallyVisible() && !PD->getType()->isPointerType();
}

bool asksKernel(const Stmt *Cond, const FunctionDecl *In) {
  if (!Cond)
    return false;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Cond)) {
    const ValueDecl *D = Ref->getDecl();
    if (isParameterOfStatic(D, In))
      return true;
    if (const auto *VD = dyn_cast<VarDecl>(D)) {
      const auto *Section = VD->getAttr<SectionAttr>();
      if (Section &&
          (Section->getName() == ".kconfig" || Section->getName() == ".ksyms"))
        return true;
      // User space sets such constants before it loads the object, and the
      // kernel drops the branches that are dead then.
      if (VD->hasGlobalStorage() && VD->getType().isConstQualified())
        return true;
    }
    if (isa<FunctionDecl>(D))
      return true;
  }
  if (const auto *Call = dyn_cast<CallExpr>(Cond)) {
    if (calleeName(Call).substr(0, 19) == "__builtin_preserve_")
      return true;
    return llvm::any_of(Call->arguments(),
                        [&](const Expr *E) { return asksKernel(E, In); });
  }
  for (const Stmt *Child : Cond->children())
    if (asksKernel(Child, In))
      return true;
  return false;
}

/// Of `X op Limit`, whichever number the limit is, and any may be read for X:
/// whether it comes out as \p Truth in some run.
static bool someRunHas(BinaryOperatorKind Op, bool Truth) {
  switch (Op) {
  case BO_EQ:
  case BO_NE:
    return true;
  case BO_LT:
  case BO_GT:
    return !Truth;
  case BO_LE:
  case BO_GE:
    return Truth;
  default:
    return false;
  }
}

/// True if some variable is in both.
static bool share(const Stmt *A, const Stmt *B) {
  if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(A))
    return mentions(B, Ref->getDecl());
  return A && llvm::any_of(A->children(),
                           [B](const Stmt *C) { return share(C, B); });
}

/// The same as varies(), where it is this condition that asks for a variable.
static bool isReadAtRunTime(const Expr *E, const FunctionDecl *In,
                            const Pointers &Ptrs) {
  const VarDecl *VD = localVariable(E);
  if (!VD)
    return varies(Ptrs, E, In);
  const auto *Values = Ptrs.values(VD);
  return Values && llvm::all_of(*Values, [&](const Expr *One) {
           return varies(Ptrs, One, In);
         });
}

/// True if \p E, an integer of \p Bytes bytes, may certainly be any number of
/// its type: it is read at run time, or a sum or difference without a sign that
/// has such a part.
static bool isAnyNumber(const Expr *E, uint64_t Bytes, const FunctionDecl *In,
                        const Pointers &Ptrs) {
  E = E->IgnoreParenImpCasts();
  if (!E->getType()->isIntegerType() ||
      sizeOf(E->getType(), Ptrs.context()) != Bytes)
    return false;
  if (isa<DeclRefExpr, MemberExpr, CallExpr>(E))
    return isReadAtRunTime(E, In, Ptrs);
  const auto *BO = dyn_cast<BinaryOperator>(E);
  return BO && BO->isAdditiveOp() && BO->getType()->isUnsignedIntegerType() &&
         !share(BO->getLHS(), BO->getRHS()) &&
         (isAnyNumber(BO->getLHS(), Bytes, In, Ptrs) ||
          isAnyNumber(BO->getRHS(), Bytes, In, Ptrs));
}

bool comesOut(const Expr *Cond, bool Truth, const FunctionDecl *In,
              const Pointers &Ptrs) {
  if (!asksKernel(Cond, In))
    return true;
  Cond = Cond->IgnoreParenImpCasts();
  if (const auto *UO = dyn_cast<UnaryOperator>(Cond))
    return UO->getOpcode() == UO_LNot &&
           comesOut(UO->getSubExpr(), !Truth, In, Ptrs);
  const auto *BO = dyn_cast<BinaryOperator>(Cond);
  if (!BO)
    return false;
  if (BO->isLogicalOp()) {
    bool Left = comesOut(BO->getLHS(), Truth, In, Ptrs);
    bool Right = comesOut(BO->getRHS(), Truth, In, Ptrs);
    // One operand is enough to decide it, or it takes both.
    if ((BO->getOpcode() == BO_LOr) == Truth)
      return Left || Right;
    return Left && Right && !share(BO->getLHS(), BO->getRHS());
  }
  if (!BO->isComparisonOp())
    return false;
  const Expr *X = BO->getLHS(), *Limit = BO->getRHS();
  BinaryOperatorKind Op = BO->getOpcode();
  if (asksKernel(X, In)) {
    std::swap(X, Limit);
    if (BO->isRelationalOp())
      Op = BinaryOperator::reverseComparisonOp(Op);
  }
  uint64_t Bytes =
      sizeOf(Limit->IgnoreParenImpCasts()->getType(), Ptrs.context());
  return !asksKernel(X, In) && someRunHas(Op, Truth) &&
         isAnyNumber(X, Bytes, In, Ptrs);
}

const Expr *testedParameter(const Expr *Cond, bool &Positive, ASTContext &Ctx) {
  Positive = true;
  for (;;) {
    Cond = Cond->IgnoreParens();
    if (const auto *UO = dyn_cast<UnaryOperator>(Cond);
        UO && UO->getOpcode() == UO_LNot) {
      Positive = !Positive;
      Cond = UO->getSubExpr();
    } else if (const auto *BO = dyn_cast<BinaryOperator>(Cond);
               BO && BO->isEqualityOp() &&
               BO->getRHS()->isNullPointerConstant(
                   Ctx, Expr::NPC_ValueDependentIsNotNull)) {
      Positive ^= BO->getOpcode() == BO_EQ;
      Cond = BO->getLHS();
    } else if (const auto *Cast = dyn_cast<ImplicitCastExpr>(Cond);
               Cast && Cast->getCastKind() != CK_LValueToRValue) {
      Cond = Cast->getSubExpr();
    } else {
      break;
    }
  }
  const VarDecl *VD = isa<ImplicitCastExpr>(Cond)
                          ? localVariable(Cond->IgnoreImpCasts())
                          : nullptr;
  return VD && isa<ParmVarDecl>(VD) && VD->getType()->isPointerType() ? Cond
                                                                      : nullptr;
}

} // namespace bpftidy
