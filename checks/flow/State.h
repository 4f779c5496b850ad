//===- State.h - what is known at one point of one path ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The state of a path: values of variables, pointers that are followed, and
/// the conditions that were decided. States are compared, never merged.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_FLOW_STATE_H
#define BPFTIDY_CHECKS_FLOW_STATE_H

#include "flow/Value.h"
#include "clang/Analysis/CFG.h"
#include <memory>

namespace bpftidy {
namespace flow {

struct Body;

/// Whether a pointer is NULL on this path.
enum class Null : uint8_t { Maybe, Yes, No };

/// What became of a pointer.
enum class Own : uint8_t {
  Borrowed, ///< Never was a reference.
  Owned,
  Released,
  Moved,
  Shared, ///< In a list or tree whose lock is held.
  Escaped ///< Out of sight: nothing more is said about it.
};

/// A pointer that is followed.
struct Tracked {
  const Node *Sym;
  Null N = Null::Maybe;
  Own O = Own::Borrowed;
  bool Rcu = false;      ///< Valid by RCU.
  bool Expired = false;  ///< Its read section has ended.
  bool MaybeNull = true; ///< To the verifier, until it is compared.
  /// The variable that was given it last, unless that got another value since;
  /// not part of the identity.
  const clang::VarDecl *In = nullptr;
};

/// A load that is of consequence only if its result is used.
struct Pending {
  const Node *Result;
  const Node *Sym;
  Wrong What;
  const clang::Expr *At;
  /// It was stored before it was known whether the pointer is NULL.
  bool Early = false;
  /// With Varies: the index, whose element At accesses; there is no Sym.
  const Node *Index = nullptr;
};

/// A function being executed.
struct Frame {
  const Body *Code;
  const clang::CFGBlock *Block;
  unsigned Next;               ///< The element to execute.
  const clang::CallExpr *Call; ///< The call to return to in the frame below.
  /// What the function below is about to return, for a cleanup function.
  const Node *Returned = nullptr;
  const clang::Stmt *Return = nullptr;
};

/// What happened on a path, shared between the paths that it is part of.
struct Trail {
  std::shared_ptr<Trail> Before;
  Mark What;
  const clang::Stmt *At;
  const Node *Sym; ///< Null for what is not about one pointer.
  ~Trail();
};

template <typename K, typename V>
using Pairs = llvm::SmallVector<std::pair<K, V>, 8>;

template <typename K, typename V> V *find(Pairs<K, V> &In, K Key) {
  for (auto &[Known, Value] : In)
    if (Known == Key)
      return &Value;
  return nullptr;
}
template <typename K, typename V> void put(Pairs<K, V> &In, K Key, V Value) {
  if (V *Old = find(In, Key))
    *Old = Value;
  else
    In.push_back({Key, Value});
}
template <typename K, typename V> void drop(Pairs<K, V> &In, K Key) {
  llvm::erase_if(In, [&](const auto &P) { return P.first == Key; });
}

struct State {
  llvm::SmallVector<Frame, 4> Stack;
  Pairs<const clang::VarDecl *, const Node *> Vars;
  Pairs<const clang::Expr *, const Node *> Values;
  llvm::SmallVector<Tracked, 4> Syms;
  Pairs<const Node *, bool> Facts;
  /// What memory holds: location, value. A null value: not certain any more.
  Pairs<const Node *, const Node *> Memory;
  llvm::SmallVector<Pending, 2> Loads;
  /// Stores of such loads, which a later store may make superfluous.
  Pairs<const Node *, const Node *> Stored;
  llvm::SmallVector<const clang::VarDecl *, 4> Escaped;
  /// Parts of local variables that the kernel wrote: any number to the
  /// verifier.
  llvm::SmallVector<const Node *, 2> Filled;
  Pairs<const clang::CFGBlock *, unsigned> Turns;
  const Node *Returned = nullptr;
  unsigned RcuDepth = 0;
  bool RcuKnown = true;
  const Node *Lock = nullptr; ///< The Sym of the lock that is held.
  /// What a call returned that takes a lock if it returns 0, and its Sym.
  const Node *Tried = nullptr, *TriedLock = nullptr;
  /// The condition behind which alone the present block is executed, as far as
  /// its stores depend on a load that may be wrong; else null.
  const Node *Decided = nullptr;
  /// Something was begun, or is held, that is not followed.
  bool Busy = false;
  bool Dead = false; ///< No such path exists.
  /// The user's own return, where that of the program is in a macro that wraps
  /// the user's function (BPF_PROG); else null.
  const clang::Stmt *Inner = nullptr;

  // Not part of the identity.
  const clang::Stmt *Return = nullptr;
  const Node *Section = nullptr; ///< The Sym of the read section.
  std::shared_ptr<Trail> Way;

  Tracked *tracked(const Node *Sym) {
    for (Tracked &T : Syms)
      if (T.Sym == Sym)
        return &T;
    return nullptr;
  }
  /// What a program can still tell apart, as a string of numbers.
  std::vector<uint64_t> key() const;
  /// The smallest instance of (\p Kind, \p Ref) that nothing refers to.
  unsigned freeInstance(Op Kind, const void *Ref) const;
  /// Forgets what no code behind this point can ask for.
  void forget();
  void remember(Mark What, const clang::Stmt *At, const Node *Sym = nullptr);
  /// Whether the path is outside of what keeps a loaded kptr alive; false if it
  /// cannot be told.
  bool isOutsideRcu() const { return RcuKnown && !RcuDepth && !Lock && !Tried; }
};

/// The answer of a state to a condition.
enum class Answer : uint8_t {
  No,
  Yes,
  OftenNo,  ///< The path where it fails exists, the other one perhaps.
  OftenYes, ///< The path where it holds exists, the other one perhaps.
  Either,   ///< Both paths exist.
  Doubt     ///< One or the other exists, or both.
};

/// Whether \p N is other than 0 in \p S.
Answer ask(const State &S, Arena &A, const Node *N);
/// The same for a condition that depends on others, as far as numbers are found
/// for which all of them hold.
Answer solve(const State &S, const Arena &A, const Node *N);
/// The least and greatest of the numbers that \p N certainly may be where \p S
/// is, as far as they are found; none if it may be one only, or if branches may
/// tell the verifier which one it is.
std::optional<std::pair<int64_t, int64_t>> span(const State &S, const Arena &A,
                                                const Node *N);
/// Goes on with \p N being other than 0, or being 0.
void assume(State &S, Arena &A, const Node *N, bool Truth);

} // namespace flow
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_FLOW_STATE_H
