//===- KptrLoadedTwice.cpp - a check of one load and the use of another --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each load of a kptr is a pointer of its own, as others may change the field
// between two of them. A check of the first says nothing about the second:
// "R1 invalid mem access 'rcu_ptr_or_null_'", "Possibly NULL pointer passed to
// trusted arg0". The compiler makes one load of two only where no call stands
// between them.
//
//===----------------------------------------------------------------------===//

#include "DirectUse.h"
#include "Flow.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/MapVector.h"

using namespace clang;

namespace bpftidy {

namespace {
using Teller = llvm::function_ref<void(const DirectUse &, const Expr *Check,
                                       const Stmt *Before,
                                       llvm::ArrayRef<const Stmt *> Scope)>;

/// Follows what is checked through one function.
class Checked {
public:
  Checked(const Program &P, llvm::ArrayRef<DirectUse> All, Teller Tell)
      : P(P), Tell(Tell) {
    for (const DirectUse &U : All)
      Uses[textOf(P, U.Place->getSourceRange())].push_back(&U);
  }

  /// \p InBlock if a declaration can stand in front of \p S.
  void block(const Stmt *S, bool InBlock);

private:
  using Tests = llvm::MapVector<StringRef, const Expr *>;
  void tests(const Expr *Cond, bool Positive, Tests &Out) const;
  void candidates(const Expr *Cond, bool Positive,
                  llvm::ArrayRef<const Stmt *> Region);
  bool region(const Stmt *S, StringRef Place, const Expr *Check);
  bool mentions(const Stmt *S, StringRef Place) const;
  bool checksAgain(const Stmt *S, StringRef Place) const;

  const Program &P;
  llvm::DenseMap<StringRef, std::vector<const DirectUse *>> Uses; ///< By place.
  Teller Tell;
  bool Clobbered = false;
  /// The `if` that checks, if a declaration can stand in front of it, and all
  /// that it says something about.
  const Stmt *Before = nullptr;
  llvm::ArrayRef<const Stmt *> Scope;
};
} // namespace

/// True if \p S calls the kernel, after which memory is loaded anew.
static bool callsKernel(const Stmt *S) {
  if (!S)
    return false;
  if (isa<GCCAsmStmt>(S))
    return true;
  if (const auto *Call = dyn_cast<CallExpr>(S)) {
    const FunctionDecl *FD = Call->getDirectCallee();
    if (!Call->getBuiltinCallee() && !calleeName(Call).empty() &&
        (!FD || !FD->hasBody()))
      return true;
  }
  for (const Stmt *Child : S->children())
    if (callsKernel(Child))
      return true;
  return false;
}

bool Checked::mentions(const Stmt *S, StringRef Place) const {
  if (!S)
    return false;
  if (const auto *E = dyn_cast<Expr>(S))
    if (E->isGLValue() && textOf(P, E->getSourceRange()) == Place)
      return true;
  for (const Stmt *Child : S->children())
    if (mentions(Child, Place))
      return true;
  return false;
}

/// True if \p S has a condition of its own that asks for \p Place.
bool Checked::checksAgain(const Stmt *S, StringRef Place) const {
  if (!S)
    return false;
  if (const auto *CO = dyn_cast<AbstractConditionalOperator>(S))
    if (mentions(CO->getCond(), Place))
      return true;
  if (const auto *BO = dyn_cast<BinaryOperator>(S))
    if (BO->isLogicalOp() && mentions(BO->getLHS(), Place))
      return true;
  return llvm::any_of(S->children(), [&](const Stmt *Child) {
    return checksAgain(Child, Place);
  });
}

/// Finds the places whose loads gave a pointer wherever \p Cond holds or, with
/// \p Positive false, fails.
void Checked::tests(const Expr *Cond, bool Positive, Tests &Out) const {
  Cond = Cond->IgnoreParenImpCasts();
  if (const auto *UO = dyn_cast<UnaryOperator>(Cond)) {
    if (UO->getOpcode() == UO_LNot)
      tests(UO->getSubExpr(), !Positive, Out);
    return;
  }
  if (const auto *BO = dyn_cast<BinaryOperator>(Cond)) {
    if (BO->getOpcode() == (Positive ? BO_LAnd : BO_LOr)) {
      tests(BO->getLHS(), Positive, Out);
      tests(BO->getRHS(), Positive, Out);
    } else if (BO->getOpcode() == (Positive ? BO_NE : BO_EQ) &&
               BO->getRHS()->isNullPointerConstant(
                   P.context(), Expr::NPC_ValueDependentIsNotNull)) {
      tests(BO->getLHS(), true, Out);
    }
    return;
  }
  if (Positive)
    Out.insert({textOf(P, Cond->getSourceRange()), Cond});
}

/// Looks for uses in \p S, in order. False when the rest says nothing more.
bool Checked::region(const Stmt *S, StringRef Place, const Expr *Check) {
  if (!S)
    return true;
  if (const auto *Body = dyn_cast<CompoundStmt>(S)) {
    for (const Stmt *Child : Body->body())
      if (!region(Child, Place, Check))
        return false;
    return true;
  }
  if (const auto *If = dyn_cast<IfStmt>(S)) {
    if (mentions(If->getCond(), Place))
      return false; // checked again
    Clobbered |= callsKernel(If->getCond());
    bool Before = Clobbered;
    if (!region(If->getThen(), Place, Check))
      return false;
    Clobbered = Before;
    if (!region(If->getElse(), Place, Check))
      return false;
    Clobbered = Before; // what the branches did may not have happened
    return true;
  }
  if (!isa<Expr, DeclStmt, ReturnStmt>(S) || checksAgain(S, Place))
    return false;
  const SourceManager &SM = P.sources();
  if (auto Here = Uses.find(Place); Clobbered && Here != Uses.end())
    for (const DirectUse *U : Here->second) {
      SourceLocation At = SM.getExpansionLoc(U->Place->getBeginLoc());
      if (!SM.isPointWithin(At, SM.getExpansionLoc(S->getBeginLoc()),
                            SM.getExpansionLoc(S->getEndLoc())))
        continue;
      Tell(*U, Check, Before, Scope);
      return false;
    }
  // A store makes all bets void.
  if (const auto *BO = dyn_cast<BinaryOperator>(S))
    if (BO->isAssignmentOp() &&
        Place.contains(textOf(P, BO->getLHS()->getSourceRange())))
      return false;
  Clobbered |= callsKernel(S);
  return true;
}

void Checked::candidates(const Expr *Cond, bool Positive,
                         llvm::ArrayRef<const Stmt *> Region) {
  Tests Found;
  tests(Cond, Positive, Found);
  for (const auto &[Place, Check] : Found) {
    if (Place.empty() || !Uses.count(Place))
      continue;
    Clobbered = false;
    for (const Stmt *S : Region)
      if (!region(S, Place, Check))
        break;
  }
}

static bool leaves(const Stmt *S) {
  if (const auto *Body = dyn_cast_or_null<CompoundStmt>(S))
    return !Body->body_empty() && leaves(Body->body_back());
  return S && isa<ReturnStmt, GotoStmt, BreakStmt, ContinueStmt>(S);
}

void Checked::block(const Stmt *S, bool InBlock) {
  if (!S)
    return;
  const auto *Body = dyn_cast<CompoundStmt>(S);
  if (Body) {
    llvm::SmallVector<const Stmt *, 16> All(Body->body_begin(),
                                            Body->body_end());
    for (size_t I = 0; I != All.size(); ++I)
      if (const auto *If = dyn_cast<IfStmt>(All[I]);
          If && leaves(If->getThen()) && !If->getElse()) {
        Before = If;
        Scope = llvm::ArrayRef(All).drop_front(I);
        candidates(If->getCond(), false, Scope.drop_front());
      }
  }
  if (const auto *If = dyn_cast<IfStmt>(S)) {
    Before = InBlock ? If : nullptr;
    Scope = S;
    candidates(If->getCond(), true, If->getThen());
  }
  for (const Stmt *Child : S->children())
    block(Child, Body);
}

void eachLoadedAgain(const Program &P, const kernel::Kernel &K, Teller Tell) {
  std::vector<DirectUse> Uses = directUses(P, K);
  if (Uses.empty())
    return;
  // What the verifier finds unchecked on some path; the compiler leaves out
  // what comes to nothing.
  llvm::DenseSet<const Expr *> Needed;
  for (const flow::Event &E : P.paths(K).Events)
    if (E.What == flow::Wrong::UncheckedNull && E.Of->Site)
      Needed.insert(E.Of->Site->IgnoreParenImpCasts());
  llvm::MapVector<const FunctionDecl *, std::vector<DirectUse>> ByFunction;
  for (const DirectUse &U : Uses)
    if (!U.Field.is(kernel::FieldKind::Percpu) &&
        Needed.count(U.Place->IgnoreParenImpCasts()))
      ByFunction[U.In].push_back(U);
  for (const auto &[FD, Here] : ByFunction)
    Checked(P, Here, Tell).block(FD->getBody(), false);
}

void kptrLoadedTwice(const Program &P, const kernel::Kernel &K, Findings &F) {
  eachLoadedAgain(
      P, K,
      [&](const DirectUse &U, const Expr *Check, const Stmt *Before,
          llvm::ArrayRef<const Stmt *> Scope) {
        F.warn(
            U.At->getExprLoc(), kernel::Effect::ProgramRefused,
            "%0 is loaded again here, and the check before was of another load")
            << U.Field.Decl << U.At->getSourceRange();
        F.note(Check->getExprLoc(),
               "load it into a local variable once; check and use that")
            << Check->getSourceRange()
            << loadIntoLocal(P, U, Before, Scope, /*Check=*/false);
        noteField(P, F, U.Field);
      });
}

} // namespace bpftidy
