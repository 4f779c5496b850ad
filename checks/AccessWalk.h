//===- AccessWalk.h - goes through a function body --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// How Accesses finds what it holds: a walk over the statements that certainly
/// run and over their expressions.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_ACCESSWALK_H
#define BPFTIDY_CHECKS_ACCESSWALK_H

#include "Accesses.h"
#include "clang/AST/Stmt.h"

namespace bpftidy {

/// Goes through one function body.
class Accesses::Walk {
public:
  Walk(Accesses &Out, const clang::FunctionDecl *In)
      : Out(Out), Ctx(Out.P.context()), In(In) {}

  /// Goes through the static function \p Callee, as far as what it does is
  /// decided by the numbers that \p Call, in \p From, gives it.
  Walk(Accesses &Out, const clang::FunctionDecl *Callee,
       const clang::CallExpr *Call, const clang::FunctionDecl *From);

  void statement(const clang::Stmt *S);

  /// To be called behind the body: what is loaded into variables that are not
  /// looked at any more is not used.
  void finish();

private:
  /// An assignment to a variable, with the accesses of what it is given.
  struct Assigned {
    const clang::VarDecl *To;
    unsigned Uses;     ///< Of all variables, so far.
    size_t Begin, End; ///< In Out.List.
  };

  void expression(const clang::Expr *E, bool Used);
  void children(const clang::Stmt *S);
  void assignment(const clang::BinaryOperator *BO);
  void call(const clang::CallExpr *Call, bool Used);
  bool memoryBuiltin(const clang::CallExpr *Call, bool Used);
  bool keepsCopy(const clang::Expr *To, uint64_t Bytes) const;
  bool branch(const clang::Expr *Cond, const clang::Stmt *Then,
              const clang::Stmt *Else);
  bool decided(const clang::Expr *Cond, const clang::Stmt *Then,
               const clang::Stmt *Else);
  bool decided(const clang::SwitchStmt *Switch);
  std::optional<int64_t> given(const clang::Expr *E) const;
  void lookInto(const clang::CallExpr *Call);
  bool isRelocated(const clang::MemberExpr *ME) const;
  void relocation(const clang::MemberExpr *ME);
  void refer(const clang::FunctionDecl *FD);
  Access &add(Access::Kind How, const clang::Expr *E, const clang::Expr *Place,
              const clang::Expr *Value, uint64_t Size);
  uint64_t sizeOf(clang::QualType T) const { return bpftidy::sizeOf(T, Ctx); }

  Accesses &Out;
  clang::ASTContext &Ctx;
  const clang::FunctionDecl *In;
  bool Guarded = false;
  bool Certain = true;                        ///< Nothing has been asked yet.
  const clang::CallExpr *Preserves = nullptr; ///< The CO-RE builtin around.
  /// Of a walk that a call decides: the call, its function, and its numbers.
  const clang::CallExpr *Through = nullptr;
  const clang::FunctionDecl *From = nullptr;
  llvm::DenseMap<const clang::VarDecl *, int64_t> Given;
  bool ByNumbers = false; ///< In such a walk: what is visited is decided.
  bool Repeats = false;   ///< There is a loop or label.
  unsigned Uses = 0;      ///< Of variables, so far.
  llvm::DenseMap<const clang::VarDecl *, unsigned> LastUse;
  std::vector<Assigned> Loaded;
};

} // namespace bpftidy

#endif // BPFTIDY_CHECKS_ACCESSWALK_H
