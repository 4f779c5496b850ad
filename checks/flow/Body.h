//===- Body.h - a function as the walk needs it -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The control flow graph of a function, with what each block needs to know
/// about the code that follows it.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_FLOW_BODY_H
#define BPFTIDY_CHECKS_FLOW_BODY_H

#include "clang/Analysis/CFG.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <map>
#include <memory>

namespace bpftidy {
namespace flow {

/// A function with its graph.
struct Body {
  const clang::FunctionDecl *Function = nullptr;
  std::unique_ptr<clang::CFG> Graph;

  /// True if code from the start of \p Block on may read \p VD before it is
  /// set. In a \p Caller, which is in the midst of a block, mentions count.
  bool isLive(const clang::VarDecl *VD, const clang::CFGBlock *Block,
              bool Caller) const;
  /// True if \p Block, or code behind it, names \p D, in called functions, too.
  bool mentions(const void *D, const clang::CFGBlock *Block) const;
  /// True if \p E is needed by another block than the one that computes it.
  bool crosses(const clang::Expr *E) const { return Crossing.count(E); }
  /// True if \p Block computes \p E.
  bool computes(const clang::CFGBlock *Block, const clang::Expr *E) const {
    auto It = Home.find(E);
    return It != Home.end() && It->second == Block;
  }
  /// True if one way out of \p Block makes a call that the other does not make
  /// in the same turn of a loop.
  bool decides(const clang::CFGBlock *Block) const;
  /// True if only \p Way out of \p Block leads to where that begins, and what
  /// is stored there is not stored where the other way begins.
  bool storesOnlyBehind(const clang::CFGBlock *Block,
                        const clang::CFGBlock *Way) const;

  // Filled by makeBody().
  llvm::DenseMap<const clang::Expr *, const clang::CFGBlock *> Home;
  llvm::DenseSet<const clang::Expr *> Crossing;
  llvm::DenseMap<const void *, unsigned> Numbers;
  std::vector<llvm::BitVector> Mentions, LiveIn, Reachable;
  std::vector<llvm::BitVector> Ahead; ///< Blocks that follow in the same turn.
  llvm::BitVector AlwaysLive;
  std::vector<bool> Calls;
  std::vector<llvm::DenseSet<const void *>> Stores; ///< What is assigned to.
};

/// Makes and keeps bodies.
class Bodies {
public:
  explicit Bodies(clang::ASTContext &Ctx) : Ctx(Ctx) {}
  /// The body of \p FD; null if it has none that can be followed.
  const Body *of(const clang::FunctionDecl *FD);
  /// What a function writes, with all that it calls.
  struct Writes {
    /// How often a variable or member gets a value that is not made of its own,
    /// or what has no name gets one, by its type.
    std::map<const void *, unsigned> Plain;
    bool Whole = false; ///< More than one variable or member at once.
  };
  const Writes &writesIn(const clang::FunctionDecl *Def);
  /// True if \p S is a call, or assembly, that the compiler cannot leave out.
  bool isKept(const clang::Stmt *S);

private:
  void fill(Body &B);
  using Names = llvm::DenseSet<const void *>;
  const Names &namesIn(const clang::FunctionDecl *Def);
  void addName(const clang::Stmt *S, Names &Into);

  clang::ASTContext &Ctx;
  std::map<const clang::FunctionDecl *, std::unique_ptr<Body>> Known;
  std::map<const clang::FunctionDecl *, Names> Inside;
  std::map<const clang::FunctionDecl *, Writes> Written;
  std::map<const clang::FunctionDecl *, bool> Kept;
};

/// The part of a statement that a parent's value depends on: parentheses are
/// stripped, a statement expression's last expression found.
const clang::Expr *valueOf(const clang::Expr *E);

} // namespace flow
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_FLOW_BODY_H
