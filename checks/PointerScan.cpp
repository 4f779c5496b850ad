//===- PointerScan.cpp - who gives which variable its value ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pointers.h"
#include "kernel/Kfuncs.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Stmt.h"

using namespace clang;

namespace bpftidy {

llvm::StringRef calleeName(const CallExpr *Call) {
  const auto *ND = dyn_cast_or_null<NamedDecl>(Call->getCalleeDecl());
  return ND && ND->getIdentifier() ? ND->getName() : llvm::StringRef();
}

const VarDecl *localVariable(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParens());
  const auto *VD = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return VD && VD->hasLocalStorage() ? VD : nullptr;
}

bool mentions(const Stmt *S, const ValueDecl *D) {
  if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(S))
    return Ref->getDecl() == D;
  return S && llvm::any_of(S->children(),
                           [D](const Stmt *C) { return mentions(C, D); });
}

void Pointers::add(const FunctionDecl *FD) {
  Function &F = Functions[FD->getCanonicalDecl()];
  if (FD->isExternallyVisible())
    F.Escapes = true;
  // scan() may add to the table and move F.
  Function Found;
  scan(FD->getBody(), Found);
  Function &Kept = Functions[FD->getCanonicalDecl()];
  Kept.Returns = std::move(Found.Returns);
  Kept.Repeats = Found.Repeats;
}

/// The local variable whose address \p E is; null if it is something else.
static const VarDecl *addressed(const Expr *E) {
  const auto *UO = dyn_cast<UnaryOperator>(E->IgnoreParenCasts());
  return UO && UO->getOpcode() == UO_AddrOf ? localVariable(UO->getSubExpr())
                                            : nullptr;
}

void Pointers::scanCall(const CallExpr *Call, Function &In) {
  const FunctionDecl *Callee = Call->getDirectCallee();
  if (Callee)
    Functions[Callee->getCanonicalDecl()].Calls.push_back(Call);
  else
    scan(Call->getCallee(), In);
  for (unsigned I = 0; I != Call->getNumArgs(); ++I) {
    const Expr *Arg = Call->getArg(I);
    const VarDecl *To = addressed(Arg);
    if (To && kernel::writesMemory(calleeName(Call), I)) {
      // To the verifier it is a number, whatever it was where it was read.
      Variable &V = Vars[To];
      V.Filled = true;
      V.Values.push_back(Call);
      ++V.Uses;
      continue;
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(Arg->IgnoreParenCasts());
    const auto *FD = Ref ? dyn_cast<FunctionDecl>(Ref->getDecl()) : nullptr;
    if (FD)
      Functions[FD->getCanonicalDecl()].CallbackOf.push_back(Call);
    else
      scan(Arg, In);
  }
}

void Pointers::scan(const Stmt *S, Function &In) {
  if (!S)
    return;
  if (isa<UnaryExprOrTypeTraitExpr>(S))
    return; // asks for a type
  if (const auto *Call = dyn_cast<CallExpr>(S))
    return scanCall(Call, In);
  if (const auto *DS = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : DS->decls()) {
      const auto *VD = dyn_cast<VarDecl>(D);
      // The cleanup function gets the variable's address.
      if (VD && VD->hasAttr<CleanupAttr>())
        Vars[VD].Escapes = true;
      if (VD && VD->getInit()) {
        Vars[VD].Values.push_back(VD->getInit());
        scan(VD->getInit(), In);
      }
    }
    return;
  }
  if (isa<ForStmt, WhileStmt, DoStmt, LabelStmt>(S))
    In.Repeats = true;
  if (const auto *Ret = dyn_cast<ReturnStmt>(S)) {
    if (const Expr *E = Ret->getRetValue())
      In.Returns.push_back(E);
  } else if (const auto *BO = dyn_cast<BinaryOperator>(S)) {
    if (BO->isAssignmentOp())
      if (const VarDecl *VD = localVariable(BO->getLHS())) {
        if (BO->getOpcode() == BO_Assign)
          Vars[VD].Values.push_back(BO->getRHS());
        else
          Vars[VD].Escapes = true;
        return scan(BO->getRHS(), In);
      }
  } else if (const auto *UO = dyn_cast<UnaryOperator>(S)) {
    if (const VarDecl *VD = localVariable(UO->getSubExpr()))
      if (UO->getOpcode() == UO_AddrOf || UO->isIncrementDecrementOp())
        Vars[VD].Escapes = true;
  } else if (const auto *Asm = dyn_cast<GCCAsmStmt>(S)) {
    for (unsigned I = 0; I != Asm->getNumOutputs(); ++I)
      if (const VarDecl *VD = localVariable(Asm->getOutputExpr(I)))
        Vars[VD].Escapes = true;
  } else if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
    if (const auto *VD = dyn_cast<VarDecl>(Ref->getDecl()))
      ++Vars[VD].Uses;
    if (const auto *FD = dyn_cast<FunctionDecl>(Ref->getDecl()))
      Functions[FD->getCanonicalDecl()].Escapes = true;
  }
  for (const Stmt *Child : S->children())
    scan(Child, In);
}

const std::vector<const Expr *> *Pointers::values(const VarDecl *VD) const {
  auto It = Vars.find(VD);
  if (!VD->hasLocalStorage() || isa<ParmVarDecl>(VD) || It == Vars.end() ||
      It->second.Escapes || It->second.Values.empty())
    return nullptr;
  return &It->second.Values;
}

bool Pointers::isPrivate(const VarDecl *VD) const {
  auto It = Vars.find(VD);
  return VD->hasLocalStorage() &&
         (It == Vars.end() || !(It->second.Escapes || It->second.Filled));
}

} // namespace bpftidy
