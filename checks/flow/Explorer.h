//===- Explorer.h - all certain paths of a program --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Walks a program from its entry, a state at a time. Where both ways of a
/// condition exist the events of both count; where only one of them may, those
/// that both ways share.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_FLOW_EXPLORER_H
#define BPFTIDY_CHECKS_FLOW_EXPLORER_H

#include "Program.h"
#include "flow/Body.h"
#include "flow/State.h"
#include "kernel/Kfuncs.h"
#include <set>

namespace bpftidy {
namespace flow {

/// Numbers of events, in ascending order.
using Found = std::vector<unsigned>;

class Explorer {
public:
  Explorer(const Program &P, const kernel::Kernel &K)
      : P(P), K(K), Ctx(P.context()), Values(Ctx), Code(Ctx) {}

  /// Follows the program \p Entry, of a kind that may be null, or a callback.
  void run(const clang::FunctionDecl *Entry, const kernel::ProgramKind *Kind,
           bool Callback);

  /// Functions that were handed to helpers on the way.
  const std::vector<const clang::FunctionDecl *> &callbacks() const {
    return Callbacks;
  }
  /// Whether the callback \p FD is only ever run in a context that may sleep.
  bool isDeferred(const clang::FunctionDecl *FD) const {
    return !Undeferred.count(FD);
  }
  std::vector<Event> takeEvents();

private:
  // Explorer.cpp: paths.
  Found explore(State S);
  Found exploreOnce(State S);
  bool step(State &S, Found &Here);
  void leaveBlock(State &S);
  bool enter(State &S, const clang::CFGBlock *Next, bool BackEdge);
  Found fork(State S, const clang::CFGBlock *Block, Found Here);
  Found forkSwitch(State S, const clang::CFGBlock *Block, Found Here);
  bool finish(State &S, Found &Here);
  void widen(State &S, const clang::CFGBlock *Head);

  // Eval.cpp: expressions.
  void execute(State &S, const clang::Stmt *St);
  const Node *evaluate(State &S, const clang::Expr *E);
  const Node *value(State &S, const clang::Expr *E);
  const Node *evalCast(State &S, const clang::CastExpr *E);
  const Node *evalUnary(State &S, const clang::UnaryOperator *E);
  const Node *evalBinary(State &S, const clang::BinaryOperator *E);
  const Node *evalLogical(State &S, const clang::BinaryOperator *E);
  const Node *truth(const Node *N);
  const Node *pointerPlus(State &S, const Node *P, const Node *Distance);
  void declare(State &S, const clang::VarDecl *VD);
  void lose(State &S, const clang::Stmt *St);

  // Memory.cpp: loads and stores.
  const Node *load(State &S, const Node *Loc, const clang::Expr *E);
  const Node *loadKptr(State &S, const Node *Loc, const clang::Expr *E,
                       const clang::ValueDecl *D, kernel::FieldKind Kind);
  void store(State &S, const Node *Loc, const Node *V, const clang::Expr *E);
  bool checkAccess(State &S, const Node *Loc, const clang::Expr *E, Use How,
                   const Node *Result);
  std::optional<kernel::FieldKind> kptrKind(const Node *Loc,
                                            const clang::ValueDecl *&D) const;
  void setVariable(State &S, const clang::VarDecl *VD, const Node *V);
  void escape(State &S, const Node *V);
  void clobber(State &S, bool Calls);
  void sink(State &S, const Node *V);

  // Calls.cpp
  void call(State &S, const clang::CallExpr *E);
  bool inlineCall(State &S, const clang::CallExpr *E,
                  const clang::FunctionDecl *FD);
  void cleanup(State &S, const clang::VarDecl *VD);
  const Node *callKernel(State &S, const clang::CallExpr *E,
                         llvm::StringRef Name,
                         const std::optional<kernel::Callee> &Known);
  const Node *callUnknown(State &S, const clang::CallExpr *E);
  void checkArg(State &S, const clang::CallExpr *E, unsigned Index,
                llvm::StringRef Name, const kernel::Callee &Known);
  void release(State &S, const clang::CallExpr *E, unsigned Index,
               llvm::StringRef Name, bool Exchange);
  bool playRole(State &S, const clang::CallExpr *E, llvm::StringRef Name);
  const Node *make(State &S, Made How, const clang::Expr *E,
                   llvm::StringRef Callee, const clang::ValueDecl *Field,
                   bool Owned);
  void leakAll(State &S, Use How, clang::SourceLocation Loc);

  /// Reports; the pointer is out of sight from then on.
  void report(State &S, Wrong What, Use How, const Node *Sym,
              clang::SourceLocation Loc, llvm::StringRef Callee = "");
  void say(const State &S, Event E);

  const Program &P;
  const kernel::Kernel &K;
  clang::ASTContext &Ctx;
  Arena Values;
  Bodies Code;
  const kernel::ProgramKind *Kind = nullptr;
  bool Callback = false;

  unsigned Blocks = 0, Depth = 0;
  std::map<std::vector<uint64_t>, std::optional<Found>> Visited;
  std::vector<Event> Events;
  std::map<std::tuple<Wrong, Use, const Origin *, unsigned>, unsigned> Numbers;
  std::set<unsigned> Certain;
  Found *Now = nullptr; ///< Where say() puts what the present path found.
  std::vector<const clang::FunctionDecl *> Callbacks;
  std::set<const clang::FunctionDecl *> Undeferred;
};

/// The FieldKind of a field or variable by its type tag, as \p K reads it.
std::optional<kernel::FieldKind> taggedKind(const clang::ValueDecl *D,
                                            const kernel::Kernel &K);

} // namespace flow
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_FLOW_EXPLORER_H
