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
/// silence; so is the rest of a program that exhausts its budget.
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
/// The same for all programs of a file; what comes later is not walked.
constexpr unsigned MaxBlocksOfFile = 200000;
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
  Lent,     ///< a helper that lends an object
  Other,    ///< another call that may return NULL
  Given,    ///< an argument of the program
  Lock,     ///< no pointer: the call that takes a lock
  Section,  ///< no pointer: the call that begins an RCU read section
  Null      ///< NULL, as it is given to a variable
};

/// One place of the source that makes a pointer.
struct Origin {
  Made How = Made::Other;
  const clang::Expr *Site = nullptr;
  /// Without a Site: the argument of a function that the verifier walks alone.
  const clang::ParmVarDecl *Param = nullptr;
  /// Unless it is an Exchange or Load: the function.
  std::string Callee;
  /// With Exchange and Load: the kptr.
  const clang::ValueDecl *Field = nullptr;
  kernel::FieldKind Kind = kernel::FieldKind::Referenced;
  /// The first variable that it is kept in; null if there is none.
  const clang::VarDecl *Holder = nullptr;
  std::string Struct; ///< What it points to; empty if that is not known.
  bool KernelStruct = false;
  bool Kept = false; ///< It is kept in a variable, or in a part of one.
  /// On every path, the program may be left where it is made, if it is NULL:
  /// nothing else is held, and no section is open.
  bool Alone = true;

  clang::SourceLocation where() const {
    return Site ? Site->getExprLoc() : Param->getLocation();
  }
};

/// What the verifier objects to.
enum class Wrong : uint8_t {
  Leaked,        ///< A reference is left over.
  UncheckedNull, ///< It may be NULL.
  Operator,      ///< An operation that is for numbers only.
  Gone,          ///< The reference was released or moved before.
  Borrowed,      ///< A release of what was only loaded.
  WrongRelease,  ///< A release function of another type.
  Moved,         ///< A release of a pointer that was moved by some bytes.
  Locked,        ///< A call that may not be made while a lock is held.
  Expired,       ///< An RCU pointer behind its read section.
  Outside,       ///< A kptr that was loaded outside of every read section.
  Open,          ///< A section or lock is not left.
  Unlocked,      ///< A list or tree is used without its lock.
  Varies         ///< An index is no constant; see Index.
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
  Pass,     ///< hands it to another kfunc
  Compute   ///< computes with it
};

/// What happened on the way.
enum class Mark : uint8_t {
  Made,        ///< The pointer was made.
  False,       ///< A condition did not hold.
  True,        ///< A condition held.
  Released,    ///< The reference was released.
  Moved,       ///< It was moved into a map.
  Put,         ///< It was put into a list or tree.
  Overwritten, ///< The last variable that had it got another value.
  Ended,       ///< The RCU read section ended.
  Unlocked,    ///< The lock was released under which it was lent.
  Called       ///< The function was called that the event is in.
};

struct Step {
  clang::SourceLocation Loc;
  Mark What;
};

/// What the verifier walks by itself.
enum class Walked : uint8_t { Program, Callback, Function };

/// One thing that the verifier objects to, once.
struct Event {
  Wrong What;
  Use How;
  std::shared_ptr<const Origin> Of;
  clang::SourceLocation Loc;
  /// With Release and Pass: the function; with Operator, that.
  std::string Callee;
  Mark Gone = Mark::Released; ///< With Gone: how.
  Walked In = Walked::Program;
  const clang::FunctionDecl *Root = nullptr; ///< The function that is walked.
  /// The type of the program that it is part of; empty if that is not certain.
  llvm::StringRef ProgramType;
  std::vector<Step> Before; ///< The calls that led to where it was made.
  std::vector<Step> Path;   ///< What happened since, in order.
  /// The variable that still has the pointer at Loc; null if none does.
  const clang::VarDecl *Held = nullptr;
  bool Null = false; ///< It may be NULL at Loc.
  /// With Leaked: the statement that every path leaves by with the reference in
  /// Held; null if some path does without it.
  const clang::Stmt *Exit = nullptr;
};

/// An access to an element whose index the verifier does not know.
struct Index {
  const clang::Expr *Access; ///< The load, store or call.
  int64_t Least, Most;       ///< Two numbers that it certainly may be.
};

/// What kept a walk from seeing everything.
enum class Limit : uint8_t {
  Blocks, ///< MaxBlocks
  File,   ///< MaxBlocksOfFile
  Forks,  ///< MaxForks
  Calls   ///< MaxCalls, or a function that calls itself
};

/// A function that the verifier walks, and whose paths were not all followed.
struct Unfinished {
  const clang::FunctionDecl *Function;
  Limit Why;
  /// With Calls: the call that was not followed; else null.
  const clang::Expr *At = nullptr;
};

/// What was found for one kernel.
struct Walk {
  std::vector<Event> Events; ///< In the order of the source.
  std::vector<Index> Indices;
  std::vector<Unfinished> Left;
};

Walk follow(const Program &P, const kernel::Kernel &K);

/// A sentence for each function whose paths were not all followed for one of
/// \p Targets, and where to say it.
std::vector<std::pair<clang::SourceLocation, std::string>>
unfinishedPaths(const Program &P, const kernel::ReleaseSet &Targets);

} // namespace flow
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_FLOW_H
