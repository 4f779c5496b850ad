//===- Touch.h - which special field an access is about ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Puts an address and the special fields of one kernel together, so that a
/// rule asks of fields only. A field that the kernel does not see is none.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_TOUCH_H
#define BPFTIDY_CHECKS_TOUCH_H

#include "Edit.h"
#include "Flow.h"
#include "Rule.h"
#include "kernel/Kfuncs.h"

namespace bpftidy {

/// A special field that an access reaches.
struct Touch {
  const kernel::Field *Field;
  const clang::DeclaratorDecl *Decl; ///< Its declaration.
  bool InObject;                     ///< Of a program-local object.
  unsigned Map;                      ///< Unless InObject.
  int64_t Delta; ///< Where the access begins, from the field's own start.

  bool is(kernel::FieldKind Kind) const { return Field->Kind == Kind; }
  /// True if only bpf_kptr_xchg() may change it.
  bool owns() const {
    return is(kernel::FieldKind::Referenced) || is(kernel::FieldKind::Percpu);
  }
};

/// The bytes that the kernel reads and writes a kptr by.
constexpr uint64_t KptrSize = 8;

/// The pointer fields that the \p Size bytes at \p A overlap.
std::vector<Touch> touches(const Program &P, const kernel::Kernel &K,
                           const Address &A, uint64_t Size = KptrSize);

/// The other special fields, structs all of them, that these bytes overlap.
std::vector<Touch> structTouches(const Program &P, const kernel::Kernel &K,
                                 const Address &A, uint64_t Size);

/// The pointer field that begins at \p A; none if there is none.
std::optional<Touch> fieldAt(const Program &P, const kernel::Kernel &K,
                             const Address &A);

/// The kernel object or program-local object that a pointer points to.
struct Object {
  std::string Struct;        ///< Its name.
  btf::TypeId Type = 0;      ///< 0 if the program has no such type.
  bool Local = false;        ///< Made by bpf_obj_new().
  bool Percpu = false;       ///< Made by bpf_percpu_obj_new().
  bool Borrowed = false;     ///< Loaded from a field, or otherwise not owned.
  bool Member = false;       ///< Loaded from an object of the kernel.
  std::optional<Touch> From; ///< The field that it was loaded from.

  /// True for what only the kernel makes.
  bool ofKernel() const;
};

/// What \p A points to if that is an object; none if it cannot be told.
std::optional<Object> objectAt(const Program &P, const kernel::Kernel &K,
                               const Address &A);

/// The object that \p A is in, at whichever offset.
std::optional<Object> enclosing(const Program &P, const kernel::Kernel &K,
                                Address A);

/// The place that the lvalue \p Place names in the first of several objects of
/// one struct, all of them the program's own, that a variable gets in turn.
Address placeInTurn(const Program &P, const kernel::Kernel &K,
                    const clang::Expr *Place);

/// False if \p A, which is in the object \p O, certainly points to no struct
/// \p Wanted.
bool mayPointTo(const Program &P, const Object &O, const Address &A,
                llvm::StringRef Wanted);

/// True if some declaration is wrong whose finding explains why the kernel sees
/// no field \p D in \p Map; \p D may be null.
bool isExplained(const Program &P, const kernel::Kernel &K, unsigned Map,
                 const clang::Decl *D);

/// True if the pointer \p A, used in \p In, was certainly loaded from memory in
/// which the kernel sees numbers only.
bool isPlainNumber(const Program &P, const kernel::Kernel &K, const Address &A,
                   const clang::FunctionDecl *In);

/// What the pointer \p A, used in \p In, is in words, if it certainly points to
/// no object and is not NULL; empty otherwise.
std::string noObject(const Program &P, const kernel::Kernel &K,
                     const Address &A, const clang::FunctionDecl *In);

/// The struct that bpf_obj_new() or bpf_percpu_obj_new() allocates by \p Call;
/// null for any other call.
const clang::RecordDecl *allocated(const clang::CallExpr *Call);

/// "struct 'task_struct'".
std::string nameStruct(llvm::StringRef Name);

/// The call that releases a reference to \p Struct, "bpf_task_release", if the
/// program has it declared; empty otherwise.
std::string releaseCall(const Program &P, const kernel::Kernel &K,
                        llvm::StringRef Struct, bool Percpu);

/// Writes \p Exchange, a call of bpf_kptr_xchg(), in place of the statement
/// \p Old and releases what it returns. Empty if that cannot be written.
Edits exchangeAndRelease(const Program &P, const kernel::Kernel &K,
                         const clang::Expr *Old, llvm::StringRef Exchange,
                         const kernel::Field &F);

/// On which paths, and in which range, the index by which the access or
/// exchange \p E reaches \p Where is certainly no constant.
std::vector<flow::Index> indicesOf(const Program &P, const kernel::Kernel &K,
                                   const Address &Where, const clang::Expr *E);

/// True if some program runs \p FD in an RCU read section from the start.
/// Elsewhere what it loads from a kptr may be untrusted, and reads through that
/// are let through.
bool inRcu(const Program &P, const clang::FunctionDecl *FD);

/// True if \p C calls a kfunc, or something that is declared as one.
bool isDeclaredKfunc(const Call &C);

/// An argument that has to be a pointer to an object of the kernel.
struct ObjectArg {
  unsigned Index;
  bool MayBeNull;
  kernel::Callee Of;
};

/// All such arguments of \p C, which calls a helper, or a kfunc that is
/// declared as one.
std::vector<ObjectArg> objectArgs(const Call &C, const kernel::Kernel &K);

/// Why a function does not take what was loaded from a kptr.
enum class Unfit : uint8_t {
  No,
  Untrusted,   ///< Nothing keeps the object alive.
  OnlyBorrowed ///< RCU does, and the function wants more.
};

/// Whether \p Callee takes a pointer that was loaded from \p T. What a release
/// function takes is another matter.
Unfit unfit(const Program &P, const kernel::Kernel &K, const Touch &T,
            const kernel::Callee &Callee);

/// A use of a kptr just as it was loaded, which wants it not to be NULL.
struct DirectUse {
  Touch Field;
  const clang::Expr *Place; ///< The field, as the load names it.
  const clang::Expr *At;    ///< The use.
  llvm::StringRef Callee;   ///< Of a call; empty for a dereference.
  const clang::FunctionDecl *In;
};

/// All such uses that are written as one expression with their load.
std::vector<DirectUse> directUses(const Program &P, const kernel::Kernel &K);

/// Loads what \p Use is about into a local variable in front of the statement
/// \p Before, and has the loads in \p Where that are spelt alike take that.
/// With \p Check, \p Before runs only where it is not NULL. Empty if that
/// cannot be written.
Edits loadIntoLocal(const Program &P, const DirectUse &Use,
                    const clang::Stmt *Before,
                    llvm::ArrayRef<const clang::Stmt *> Where, bool Check);

/// Tells the statement in a block that has an expression in it: the innermost
/// one. Goes through each function once, whatever number of times it is asked.
class StatementsAround {
public:
  /// Null if \p FD has no such statement.
  const clang::Stmt *of(const clang::FunctionDecl *FD, const clang::Expr *E);

private:
  llvm::DenseSet<const clang::FunctionDecl *> Seen;
  llvm::DenseMap<const clang::Expr *, const clang::Stmt *> Around;
};

/// A pointer that a part of a local variable gets.
struct Given {
  const clang::Expr *Value;
  uint64_t Offset;                ///< In the variable.
  const clang::ValueDecl *Member; ///< Null if it is not called by name.
};

/// The field or variable that the lvalue \p E names, arrays looked through;
/// null for others.
const clang::DeclaratorDecl *namedBy(const clang::Expr *E);

/// All of them in \p VD, in order, from its initialiser to the call \p C.
std::vector<Given> givenTo(const Program &P, const clang::VarDecl *VD,
                           const Call &C);

/// Memory that a call lets a function of the kernel, or a global function, work
/// on.
struct GivenMemory {
  const clang::Expr *Pointer;
  uint64_t Size; ///< At least so many bytes.
  bool Exact;    ///< And no more.
  bool Global;   ///< The function is a global one of the program.
};

/// All memory that \p C gives away.
std::vector<GivenMemory> givenMemory(const Program &P, const Call &C);

/// What the helper call \p C reads a map's value from; null if it does not.
const clang::Expr *valueArg(const Call &C);

/// What the update \p C reads a key from; null if it is none.
const clang::Expr *keyArg(const Call &C);

/// The note that says where, in a function that several callers share, \p A
/// happens; none for what happens where it is reported.
void noteInside(Findings &F, const Access &A);

/// The note that says where the field of \p T is declared.
void noteField(const Program &P, Findings &F, const Touch &T);

} // namespace bpftidy

#endif // BPFTIDY_CHECKS_TOUCH_H
