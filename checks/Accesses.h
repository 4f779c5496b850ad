//===- Accesses.h - how the program touches memory --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Loads, stores and calls of the user's functions, each with the memory that
/// it is about. Only what certainly runs is in here: functions that nothing
/// calls, branches that are never taken, and whatever a test of the running
/// kernel guards (CO-RE's, a weak kfunc's, Kconfig's) are left out.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_ACCESSES_H
#define BPFTIDY_CHECKS_ACCESSES_H

#include "Pointers.h"
#include "kernel/Kfuncs.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SetVector.h"

namespace bpftidy {

/// One access to memory.
struct Access {
  enum class Kind : uint8_t {
    Load,
    Store,
    Update,  ///< `x += n`, `x++`: both.
    Fill,    ///< memset.
    Copy,    ///< The target of memcpy, or of a struct's assignment.
    Read,    ///< The source of memcpy.
    Compare, ///< An operand of memcmp.
    Atomic
  };
  Kind How;
  Address Where;
  uint64_t Size = 0;                  ///< Bytes.
  const clang::Expr *E = nullptr;     ///< All of it.
  const clang::Expr *Place = nullptr; ///< The lvalue, or pointer.
  const clang::Expr *Value = nullptr; ///< Of a Store; the source of a Copy.
  const clang::FunctionDecl *In = nullptr;
  bool Volatile = false;
  bool Used = true;     ///< False for a load whose value goes nowhere.
  bool Certain = false; ///< No condition of the function stands before it.
  /// What really touches the memory, if that is in a function that several
  /// callers share; E and Place are the call then, and there is no Value.
  const clang::Expr *Inside = nullptr;

  bool writes() const {
    return How != Kind::Load && How != Kind::Read && How != Kind::Compare;
  }
  /// True for what becomes one instruction.
  bool isScalar() const {
    return How == Kind::Load || How == Kind::Store || How == Kind::Update;
  }
};

/// One call of a function that has a name.
struct Call {
  const clang::CallExpr *E;
  llvm::StringRef Name;
  const clang::FunctionDecl *In;
  bool Used = true; ///< False if nothing is made of the result.

  const clang::Expr *arg(unsigned I) const {
    return I < E->getNumArgs() ? E->getArg(I) : nullptr;
  }
  bool is(kernel::CallRole Role) const {
    return kernel::callRole(Name) == Role;
  }
};

/// One CO-RE access: libbpf looks its members up in the kernel's types.
struct Relocation {
  const clang::MemberExpr *Root; ///< The outermost struct's member.
  const clang::FunctionDecl *In;
  const clang::CallExpr *By; ///< The builtin; null if the struct's attribute
                             ///< asks for it.
};

/// The accesses and calls of one translation unit.
class Accesses {
public:
  Accesses(Pointers P, llvm::ArrayRef<const clang::FunctionDecl *> Bodies);

  const Pointers &pointers() const { return P; }
  llvm::ArrayRef<Access> accesses() const { return List; }
  llvm::ArrayRef<Call> calls() const { return Calls; }

  /// What may not run, as callers or the running kernel may have it.
  llvm::ArrayRef<Access> doubtfulAccesses() const { return Doubtful; }
  llvm::ArrayRef<Call> doubtfulCalls() const { return DoubtfulCalls; }

  llvm::ArrayRef<Relocation> relocations() const { return Relocations; }

  /// The functions that run, callers before those they alone call.
  llvm::ArrayRef<const clang::FunctionDecl *> functions() const {
    return Run.getArrayRef();
  }

  /// The whole statement in a block that is nothing but \p E, if need be cast
  /// to void; null if \p E is part of something else.
  const clang::Expr *statement(const clang::Expr *E) const {
    return Statements.lookup(E);
  }

  /// The functions of the translation unit that \p FD refers to.
  llvm::ArrayRef<const clang::FunctionDecl *>
  refersTo(const clang::FunctionDecl *FD) const;

  /// All functions that \p FD leads to, itself first.
  std::vector<const clang::FunctionDecl *>
  reachedFrom(const clang::FunctionDecl *FD) const;

  /// The calls in all functions that \p FD leads to, in the order of calls().
  std::vector<const Call *>
  callsReachedFrom(const clang::FunctionDecl *FD) const;

  /// True if one program may run both functions.
  bool runTogether(const clang::FunctionDecl *A,
                   const clang::FunctionDecl *B) const;

  /// The programs that lead to \p FD: functions in a section of their own.
  std::vector<const clang::FunctionDecl *>
  programsOf(const clang::FunctionDecl *FD) const;

private:
  class Walk;

  void addShared();

  /// Leaves out what the compiler drops, which knows all uses of a static
  /// variable: stores that nothing reads, and whatever is about a variable that
  /// is NULL throughout.
  void dropFolded();

  /// Replaces copies of whole structs to and from the stack by what the
  /// compiler makes of them.
  void splitCopies();

  /// The indices of the functions that run and lead to \p FD.
  const llvm::BitVector &rootsOf(const clang::FunctionDecl *FD) const;

  Pointers P;
  std::vector<Access> List;
  std::vector<Call> Calls;
  std::vector<Access> Doubtful;
  std::vector<Call> DoubtfulCalls;
  std::vector<Relocation> Relocations;
  /// Whether a static function asks for one of its parameters, a number.
  llvm::DenseMap<const clang::FunctionDecl *, bool> AsksForNumbers;
  llvm::SetVector<const clang::FunctionDecl *> Run;
  llvm::DenseSet<const clang::FunctionDecl *> Broken; ///< Did not compile.
  llvm::DenseMap<const clang::Expr *, const clang::Expr *> Statements;
  /// The structs on the stack that such an expression is copied to.
  llvm::DenseMap<const clang::Expr *, const clang::VarDecl *> CopiedTo;
  llvm::DenseMap<const clang::FunctionDecl *,
                 std::vector<const clang::FunctionDecl *>>
      Refers;
  /// Which calls() are a function's: from the first to before the last.
  llvm::DenseMap<const clang::FunctionDecl *, std::pair<unsigned, unsigned>>
      CallRange;
  mutable llvm::DenseMap<const clang::FunctionDecl *, llvm::BitVector> Roots;
};

/// True if \p Cond, in \p In, depends on something that may differ from what is
/// seen here: the kernel, its configuration, or what callers pass.
bool asksKernel(const clang::Stmt *Cond, const clang::FunctionDecl *In);

/// True if \p S certainly does something that the compiler keeps.
bool hasEffect(const clang::Stmt *S);

/// True if \p Cond, in \p In, certainly comes out as \p Truth in some run,
/// whatever the kernel, or user space before it loads the program, decides.
bool comesOut(const clang::Expr *Cond, bool Truth,
              const clang::FunctionDecl *In, const Pointers &Ptrs);

/// What the condition \p Cond tests for NULL, if that is all that it does, and
/// it is a parameter of a function; null otherwise. \p Positive is set if the
/// condition holds for other pointers.
const clang::Expr *testedParameter(const clang::Expr *Cond, bool &Positive,
                                   clang::ASTContext &Ctx);

} // namespace bpftidy

#endif // BPFTIDY_CHECKS_ACCESSES_H
