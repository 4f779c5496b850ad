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
