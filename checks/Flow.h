//===- Flow.h - who holds which reference where -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The facts that need paths: what happens to the pointers that a program
/// acquires and loads, from its section's function on, through static
/// functions, along every path that certainly exists. A path is taken for
/// certain only if no two of its conditions may depend on each other in a way
/// that is not understood: the verifier knows more than the source shows, and a
/// path that it does not walk is no reason for a finding. Everything else is
/// silence; so is the rest of a function that exhausts its budget.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_FLOW_H
#define BPFTIDY_CHECKS_FLOW_H

#include "kernel/Kernel.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include <memory>

namespace bpftidy {
class Program;

namespace flow {

/// Blocks of code that are walked for one program, over all of its paths.
constexpr unsigned MaxBlocks = 6000;
/// Forks that one path may have, and calls inside each other.
constexpr unsigned MaxForks = 400, MaxCalls = 8;
/// Turns of a loop before its counters become unknown.
constexpr unsigned MaxTurns = 5;

/// Where a pointer that is followed comes from.
enum class Made : uint8_t {
  Exchange, ///< bpf_kptr_xchg
  Acquire,  ///< an acquiring kfunc
  Load,     ///< a load of a kptr
  Lookup,   ///< a map value
  Other     ///< another call that may return NULL
};

/// One place of the source that makes a pointer.
struct Origin {
  Made How = Made::Other;
  const clang::Expr *Site = nullptr;
  /// With Acquire, Lookup and Other: the function.
  std::string Callee;
  /// With Exchange and Load: the kptr.
  const clang::ValueDecl *Field = nullptr;
  kernel::FieldKind Kind = kernel::FieldKind::Referenced;
  /// The first variable that it is kept in; null if there is none.
  const clang::VarDecl *Holder = nullptr;
  std::string Struct; ///< What it points to; empty if that is not known.
  bool KernelStruct = false;
  bool MaybeNull = true; ///< A certain path exists on which it is NULL.
};

/// What the verifier objects to.
enum class Wrong : uint8_t {
  Leaked,        ///< A reference is left over.
  UncheckedNull, ///< It may be NULL.
  Gone,          ///< The reference was released or moved before.
  Borrowed,      ///< A release of what was only loaded.
  WrongRelease,  ///< A release function of another type.
  Expired,       ///< An RCU pointer behind its read section.
  Outside        ///< A kptr that was loaded outside of every read section.
};

/// What the program does with the pointer at that place.
enum class Use : uint8_t {
  Return,   ///< leaves the program
  TailCall, ///< tail call
  Throw,    ///< bpf_throw
  Read,     ///< reads what it points to
  Write,    ///< writes what it points to
  Release,  ///< hands it to a release function
  Move,     ///< stores it with bpf_kptr_xchg
  Into,     ///< exchanges a kptr of what it points to
  Pass      ///< hands it to another kfunc
};

/// A decision on the way.
struct Step {
  clang::SourceLocation Loc;
  bool Taken; ///< The condition held.
};

/// One thing that the verifier objects to, once.
struct Event {
  Wrong What;
  Use How;
  std::shared_ptr<const Origin> Of;
  clang::SourceLocation Loc;
  std::string Callee; ///< With Release and Pass: the function.
  /// With Gone: where it went; with Leaked: where it was overwritten; with
  /// Expired: where the section ended. May be invalid.
  clang::SourceLocation Before;
  bool Moved = false;      ///< With Gone: by an exchange.
  bool InCallback = false; ///< With Leaked.
  std::vector<Step> Path;  ///< Decisions since the pointer was made.
  /// The calls that Loc is in, the innermost first.
  std::vector<clang::SourceLocation> Calls;
};

/// All events of a program on \p K, in the order of the source.
std::vector<Event> follow(const Program &P, const kernel::Kernel &K);

} // namespace flow
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_FLOW_H
