//===- Kfuncs.h - what kfuncs, helpers and programs are ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Typed questions over Kfuncs.def, Helpers.def and ProgramTypes.def: what a
/// call acquires, releases and demands, and which programs may make it.
/// Functions are asked for by the name that the object calls: the macros of
/// bpf_experimental.h are gone by then (bpf_obj_new is bpf_obj_new_impl).
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_KERNEL_KFUNCS_H
#define BPFTIDY_CHECKS_KERNEL_KFUNCS_H

#include "kernel/Kernel.h"

namespace bpftidy {
namespace kernel {

namespace kfunc {
/// The kernel's KF_ flags; see Kfuncs.def.
enum Flag : unsigned {
  NoFlags = 0,
  Acquire = 1U << 0,
  Release = 1U << 1,
  RetNull = 1U << 2,
  TrustedArgs = 1U << 3,
  Rcu = 1U << 4,
  RcuProtected = 1U << 5,
  Sleepable = 1U << 6,
  Destructive = 1U << 7,
  Fastcall = 1U << 8,
  ImplicitArgs = 1U << 9,
  ArenaArg1 = 1U << 10,
  ArenaArg2 = 1U << 11,
  ArenaRet = 1U << 12,
  IterNew = 1U << 13,
  IterNext = 1U << 14,
  IterDestroy = 1U << 15,
  KptrGet = 1U << 16,
  Perfmon = 1U << 17,
  SpinlockSafe = 1U << 18
};
} // namespace kfunc

/// A function of the kernel as one release has it.
struct Callee {
  bool IsHelper = false;
  unsigned Flags = 0; ///< kfunc::Flag

  bool acquires() const { return Flags & kfunc::Acquire; }
  bool releases() const { return Flags & kfunc::Release; }
  bool mayReturnNull() const { return Flags & kfunc::RetNull; }
  /// Pointer arguments must be owned, or trusted otherwise.
  bool wantsTrusted() const {
    return (Flags & kfunc::TrustedArgs) && !(Flags & kfunc::Rcu);
  }
  /// Pointer arguments may be valid by RCU alone.
  bool takesRcu() const { return Flags & kfunc::Rcu; }
};

/// The kfunc, or helper with a row, of that name in \p K; none if it is not
/// known there.
std::optional<Callee> callee(llvm::StringRef Name, const Kernel &K);

/// True if some release that the tables were made from has such a kfunc.
bool isKfunc(llvm::StringRef Name);

/// The argument whose reference a release function takes: 1 for bpf_kptr_xchg.
unsigned releasedArg(llvm::StringRef Name);

/// The kernel struct that the kfunc returns, or takes as argument \p Index, a
/// pointer to; empty if it is none.
llvm::StringRef resultStruct(llvm::StringRef Kfunc);
llvm::StringRef argStruct(llvm::StringRef Kfunc, unsigned Index);

/// True if argument \p Index of the kfunc may be NULL.
bool argMayBeNull(llvm::StringRef Kfunc, unsigned Index);

/// The kfunc that releases what a kptr to kernel struct \p Struct holds, by
/// the name that programs call; empty if none is known.
llvm::StringRef releaseOf(llvm::StringRef Struct, const Kernel &K);

/// What a program's section says.
struct ProgramKind {
  llvm::StringRef Type; ///< Without BPF_PROG_TYPE_.
  bool Sleepable = false;
};

/// The kind of a program in \p Section; none for a section of another kind.
std::optional<ProgramKind> programKind(llvm::StringRef Section);

/// The kernel's type with a pointer to function for each hook that programs of
/// type \p Type attach to, if they find the hook's result, within a range that
/// the verifier knows, behind its arguments; else empty.
llvm::StringRef hookTable(llvm::StringRef Type);

/// True if programs of type \p Type get arguments of their own, as a function
/// that they replace does, and no context.
bool takesArguments(llvm::StringRef Type);

/// True if the helper returns a pointer to memory that holds no object.
bool returnsMemory(llvm::StringRef Helper);

/// True if the verifier may take what is loaded from \p Member of the kernel
/// struct \p Struct for a pointer that is never NULL.
bool neverNull(llvm::StringRef Struct, llvm::StringRef Member);

/// True if \p Struct, without a flavour, is the context of programs that are
/// given NULL in some of its members, unless neverNull() has them.
bool isMaybeNullContext(llvm::StringRef Struct);

/// True if nothing that programs of type \p Type find in their context is
/// theirs to release; an operation of a struct may be given a reference.
bool lendsContext(llvm::StringRef Type);

/// Whether programs of type \p Type may call \p Kfunc in \p K. None if the
/// tables cannot tell.
std::optional<bool> mayCall(llvm::StringRef Type, llvm::StringRef Kfunc,
                            const Kernel &K);

/// Memory that a helper or kfunc reads or writes.
struct MemoryArg {
  static constexpr unsigned MapKey = 254, MapValue = 255, Fixed = 253;
  llvm::StringRef Function;
  unsigned Arg;
  unsigned
      SizeArg;    ///< An argument, or MapKey or MapValue of the map, or Fixed.
  unsigned Bytes; ///< If Fixed.
};

/// True if the helper \p Name writes to memory that it gets as \p Arg.
bool writesMemory(llvm::StringRef Name, unsigned Arg);

/// All memory arguments of the helper or kfunc \p Name.
std::vector<MemoryArg> memoryArgs(llvm::StringRef Name);

/// Whether a helper returns a pointer into the value of the map that is its
/// first argument; and whether that may be NULL.
struct ValueHelper {
  bool MayBeNull;
  bool ByKey; ///< Not where an array has an element for the second argument.
};
std::optional<ValueHelper> valueHelper(llvm::StringRef Name);

/// How a call that hands the values of a map to a callback says which map.
struct CallbackValue {
  static constexpr unsigned Param = 2; ///< Of the callback.
  unsigned Arg; ///< Of the call: the map, or a field in a value of it.
  bool ByField;
};
std::optional<CallbackValue> callbackValue(llvm::StringRef Name);

/// Whether helper argument \p Arg must be a pointer to a kernel object that is
/// trusted or valid by RCU; and whether that may be NULL.
struct HelperObjectArg {
  bool MayBeNull;
};
std::optional<HelperObjectArg> helperObjectArg(llvm::StringRef Helper,
                                               unsigned Arg);

/// True if programs of type \p Type may write some members of kernel struct
/// \p Struct, and for those that have the type of what they replace.
bool mayWrite(llvm::StringRef Type, llvm::StringRef Struct);

/// True for the licenses that the kernel takes for compatible with the GPL.
bool isGplCompatible(llvm::StringRef License);

/// What a call is besides its flags; see CallRoles.def.
enum class CallRole : uint8_t {
  None,
  TailCall,
  Throw,
  RcuLock,
  RcuUnlock,
  Lock,
  Unlock,
  Guard,
  TryLock,
  TryUnlock,
  GraphAdd,
  Graph,
  Opens,
  Exchange,
  Update,
  Create,
  New,
  PercpuNew,
  Drop,
  PercpuDrop,
  Again,
  Defer,
  CallsNow,
  Visit,
  Bounded,
  Processor
};
CallRole callRole(llvm::StringRef Name);

/// True for bpf_this_cpu_ptr and bpf_per_cpu_ptr.
bool isPercpuHelper(llvm::StringRef Name);

/// The kernel struct that a helper returns a pointer to without a reference;
/// empty for other helpers.
llvm::StringRef borrowedResult(llvm::StringRef Helper);

/// The struct that CO-RE means by \p Name: without "___" and what follows.
inline llvm::StringRef withoutFlavour(llvm::StringRef Name) {
  size_t At = Name.find("___");
  return At ? Name.substr(0, At) : Name;
}

/// True if a loaded kptr to kernel struct \p Name is protected by RCU in \p K.
bool isRcuProtected(llvm::StringRef Name, const Kernel &K);

} // namespace kernel
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_KERNEL_KFUNCS_H
