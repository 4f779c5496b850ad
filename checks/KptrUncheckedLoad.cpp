//===- KptrUncheckedLoad.cpp - a kptr that is used unchecked -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kptr may be NULL at any time, and what is loaded from it has to be checked
// before it is used: "R1 invalid mem access 'rcu_ptr_or_null_'"; as an argument
// of a kfunc, "Possibly NULL pointer passed to trusted arg0".
//
//===----------------------------------------------------------------------===//

#include "DirectUse.h"

using namespace clang;

namespace bpftidy {

/// Loads what \p U uses into a local, and runs the statement only where that is
/// no NULL, if nothing that follows depends on it.
static Edits checkedLocal(const Program &P, const DirectUse &U,
                          StatementsAround &Statements) {
  const Stmt *S = Statements.of(U.In, U.At);
  const auto *E = dyn_cast_or_null<Expr>(S);
  if (!E)
    return {};
  if (const auto *BO = dyn_cast<BinaryOperator>(E->IgnoreParens());
      BO && localVariable(BO->getLHS()))
    return {};
  return loadIntoLocal(P, U, S, S, /*Check=*/true);
}

std::vector<DirectUse> uncheckedUses(const Program &P,
                                     const kernel::Kernel &K) {
  std::vector<DirectUse> Uses = directUses(P, K);
  llvm::DenseSet<const Expr *> Direct;
  for (const DirectUse &U : Uses)
    Direct.insert(U.Place);
  // The functions that load a field in another way.
  using Functions = llvm::SetVector<const FunctionDecl *>;
  llvm::DenseMap<const DeclaratorDecl *, Functions> Loaders;
  if (!Uses.empty())
    for (const Access &A : P.accesses().accesses())
      if (A.How == Access::Kind::Load && A.Size == KptrSize &&
          !Direct.count(A.Place))
        for (const Touch &T : touches(P, K, A.Where, A.Size))
          Loaders[T.Decl].insert(A.In);
  // Any other load of the program may be the check, and the compiler may make
  // one of two.
  llvm::erase_if(Uses, [&](const DirectUse &U) {
    auto Others = Loaders.find(U.Field.Decl);
    return U.Field.is(kernel::FieldKind::Percpu) ||
           (Others != Loaders.end() &&
            llvm::any_of(Others->second, [&](const FunctionDecl *In) {
              return P.accesses().runTogether(In, U.In);
            }));
  });
  return Uses;
}

void kptrUncheckedLoad(const Program &P, const kernel::Kernel &K, Findings &F) {
  StatementsAround Statements;
  for (const DirectUse &U : uncheckedUses(P, K)) {
    if (U.Callee.empty())
      F.warn(U.At->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0 may be NULL, and is dereferenced without a check")
          << U.Field.Decl << U.At->getSourceRange();
    else
      F.warn(U.At->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0 may be NULL, and is passed to %1() without a check")
          << U.Field.Decl << U.Callee << U.At->getSourceRange();
    F.note(U.Place->getExprLoc(),
           "load it into a local variable, and check that")
        << U.Place->getSourceRange() << checkedLocal(P, U, Statements);
    noteField(P, F, U.Field);
  }
}

} // namespace bpftidy
