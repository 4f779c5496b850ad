//===- Varying.cpp - what is known at run time only -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Stmt.h"

using namespace clang;

namespace bpftidy {

namespace {
/// The comparisons that a function makes of one variable.
class Comparisons {
public:
  Comparisons(const VarDecl *VD, const ASTContext &Ctx) : VD(VD), Ctx(Ctx) {}

  void look(const Stmt *S);
  /// True if some of them may leave one number only, by which the verifier, or
  /// the compiler, goes on.
  bool pinDown();

private:
  bool names(const Expr *E) const {
    const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenCasts());
    return Ref && Ref->getDecl() == VD;
  }
  void compare(const BinaryOperator *BO);

  const VarDecl *VD;
  const ASTContext &Ctx;
  /// The numbers at which the outcome of some comparison changes.
  std::vector<int64_t> Edges;
  bool Other = false; ///< There are others, of which that is not known.
};
} // namespace

void Comparisons::compare(const BinaryOperator *BO) {
  Expr::EvalResult R;
  if (!names(BO->getLHS()) || !BO->isRelationalOp() ||
      BO->getRHS()->isValueDependent() ||
      !BO->getRHS()->EvaluateAsInt(R, Ctx)) {
    Other = true;
    return;
  }
  // Behind it for <= and >.
  bool Behind = BO->getOpcode() == BO_LE || BO->getOpcode() == BO_GT;
  Edges.push_back(R.Val.getInt().getExtValue() + Behind);
}

void Comparisons::look(const Stmt *S) {
  if (!S || Other)
    return;
  const Expr *Asked = nullptr;
  if (const auto *If = dyn_cast<IfStmt>(S))
    Asked = If->getCond();
  else if (const auto *While = dyn_cast<WhileStmt>(S))
    Asked = While->getCond();
  else if (const auto *Do = dyn_cast<DoStmt>(S))
    Asked = Do->getCond();
  else if (const auto *For = dyn_cast<ForStmt>(S))
    Asked = For->getCond();
  else if (const auto *Switch = dyn_cast<SwitchStmt>(S))
    Asked = Switch->getCond();
  else if (const auto *CO = dyn_cast<AbstractConditionalOperator>(S))
    Asked = CO->getCond();
  else if (const auto *UO = dyn_cast<UnaryOperator>(S);
           UO && UO->getOpcode() == UO_LNot)
    Asked = UO->getSubExpr();
  const auto *BO = dyn_cast<BinaryOperator>(S);
  // What is asked without a comparison.
  auto Bare = [this](const Expr *E) {
    const auto *Inner = dyn_cast<BinaryOperator>(E->IgnoreParenCasts());
    bool Further = Inner && (Inner->isComparisonOp() || Inner->isLogicalOp());
    const auto *Not = dyn_cast<UnaryOperator>(E->IgnoreParenCasts());
    Further |= Not && Not->getOpcode() == UO_LNot;
    return !Further && mentions(E, VD);
  };
  if (Asked)
    Other |= Bare(Asked);
  if (BO && BO->isLogicalOp())
    Other |= Bare(BO->getLHS()) || Bare(BO->getRHS());
  if (BO && BO->isComparisonOp() && mentions(BO, VD))
    compare(BO);
  for (const Stmt *Child : S->children())
    look(Child);
}

bool Comparisons::pinDown() {
  if (Other)
    return true;
  QualType T = VD->getType();
  if (!Edges.empty() && T->isUnsignedIntegerOrEnumerationType())
    Edges.push_back(0);
  llvm::sort(Edges);
  for (size_t I = 1; I < Edges.size(); ++I)
    if (Edges[I] - Edges[I - 1] == 1)
      return true;
  return false;
}

/// True if comparisons in \p S may leave one value of \p VD only.
static bool pinsDown(const Stmt *S, const VarDecl *VD, const ASTContext &Ctx) {
  Comparisons All(VD, Ctx);
  All.look(S);
  return All.pinDown();
}

/// True for a part of what a program is called with: BPF_PROG() takes what it
/// passes to the user's function from there.
static bool isContextWord(const Expr *E) {
  const auto *AS = dyn_cast<ArraySubscriptExpr>(E);
  const auto *Ref =
      AS ? dyn_cast<DeclRefExpr>(AS->getBase()->IgnoreParenCasts()) : nullptr;
  const auto *Param = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
  const auto *FD =
      Param ? dyn_cast<FunctionDecl>(Param->getDeclContext()) : nullptr;
  return FD && FD->hasAttr<SectionAttr>();
}

bool varies(const Pointers &Ptrs, const Expr *E, const FunctionDecl *In,
            unsigned Depth) {
  constexpr unsigned MaxDepth = 8;
  E = E->IgnoreParenCasts();
  if (Depth > MaxDepth)
    return false;
  if (const auto *BO = dyn_cast<BinaryOperator>(E))
    // What a quotient may be depends on bounds, which paths know.
    return !BO->isComparisonOp() && !BO->isLogicalOp() &&
           BO->getOpcode() != BO_Div && BO->getOpcode() != BO_Shr &&
           (varies(Ptrs, BO->getLHS(), In, Depth + 1) ||
            varies(Ptrs, BO->getRHS(), In, Depth + 1));
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return !Call->getBuiltinCallee() && !calleeName(Call).empty() &&
           (!Call->getDirectCallee() || !Call->getDirectCallee()->hasBody());
  if (const auto *ME = dyn_cast<MemberExpr>(E))
    return ME->isArrow();
  if (isContextWord(E))
    return true;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const auto *VD = dyn_cast<VarDecl>(Ref->getDecl());
    // A comparison makes a bool, by a branch for each of its values.
    if (!VD || VD->getType()->isBooleanType())
      return false;
    if (const auto *PD = dyn_cast<ParmVarDecl>(VD)) {
      std::vector<const Expr *> Passed = Ptrs.passed(PD);
      return Passed.size() == 1 &&
             !pinsDown(In->getBody(), PD, Ptrs.context()) &&
             isContextWord(Passed.front()->IgnoreParenCasts());
    }
    const auto *Values = Ptrs.values(VD);
    return Values && Values->size() == 1 &&
           !pinsDown(In->getBody(), VD, Ptrs.context()) &&
           varies(Ptrs, Values->front(), In, Depth + 1);
  }
  return false;
}

std::vector<flow::Index> indicesOf(const Program &P, const kernel::Kernel &K,
                                   const Address &Where, const Expr *E) {
  std::vector<flow::Index> Found;
  if (Where.Variable && Where.Step)
    llvm::copy_if(P.paths(K).Indices, std::back_inserter(Found),
                  [E](const flow::Index &I) { return I.Access == E; });
  return Found;
}

} // namespace bpftidy
