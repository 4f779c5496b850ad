//===- Kfuncs.cpp - what kfuncs, helpers and programs are -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "kernel/Kfuncs.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace bpftidy {
namespace kernel {

namespace {
struct Row {
  StringLiteral Name;
  unsigned Flags;
  Release Since, Until;

  bool in(const Kernel &K) const { return K.in(Since, Until); }
};

struct SectionRow {
  StringLiteral Name;
  StringLiteral Type;
  unsigned Flags;
};
} // namespace

// Here the names of flags hide those of this namespace's types.
namespace kfunc {
static const Row Kfuncs[] = {
#define KFUNC(Name, Flags, A, B, C, D) {#Name, Flags, {A, B}, {C, D}},
#include "kernel/Kfuncs.def"
};

static const Row Helpers[] = {
#define HELPER(Name, Flags, A, B, C, D) {#Name, Flags, {A, B}, {C, D}},
#include "kernel/Kfuncs.def"
};

static const SectionRow Sections[] = {
#define SECTION(Name, Type, Flags) {Name, #Type, Flags},
#include "kernel/ProgramTypes.def"
};
} // namespace kfunc

namespace {
using kfunc::Helpers;
using kfunc::Kfuncs;
using kfunc::Sections;

struct StructRow {
  StringLiteral Kfunc;
  int Arg; ///< -1 is the result.
  StringLiteral Struct;
};

const StructRow Structs[] = {
#define KFUNC_RESULT(Name, Struct) {#Name, -1, #Struct},
#define KFUNC_ARG(Name, Index, Struct) {#Name, Index, #Struct},
#include "kernel/Kfuncs.def"
};

struct ArgRow {
  StringLiteral Name;
  unsigned Arg;
};

const ArgRow Nullable[] = {
#define KFUNC_NULLABLE(Name, Index) {#Name, Index},
#include "kernel/Kfuncs.def"
};

/// A kfunc or program type, and a hook.
struct HookRow {
  StringLiteral Name;
  StringLiteral Hook;
  Release Since, Until;
};

const HookRow Sets[] = {
#define KFUNC_SET(Name, Hook, A, B, C, D) {#Name, #Hook, {A, B}, {C, D}},
#include "kernel/Kfuncs.def"
};

const HookRow Hooks[] = {
#define KFUNC_HOOK(Type, Hook, A, B, C, D) {#Type, #Hook, {A, B}, {C, D}},
#include "kernel/Kfuncs.def"
};

constexpr unsigned MapKey = kernel::MemoryArg::MapKey;
constexpr unsigned MapValue = kernel::MemoryArg::MapValue;

constexpr unsigned Fixed = kernel::MemoryArg::Fixed;

const MemoryArg MemoryArgs[] = {
#define MEMORY_ARG(Name, Arg, SizeArg) {#Name, Arg, SizeArg, 0},
#define FIXED_ARG(Name, Arg, Bytes) {#Name, Arg, Fixed, Bytes},
#include "kernel/Helpers.def"
};

constexpr ValueHelper NeverNullValue{false, false}, MayBeNullValue{true, false},
    ByKeyValue{true, true};
constexpr bool MayBeNull = true, NeverNull = false;

const struct {
  StringLiteral Name;
  ValueHelper Is;
} ValueHelpers[] = {
#define VALUE_HELPER(Name, Null) {#Name, Null##Value},
#include "kernel/Helpers.def"
};

const struct {
  StringLiteral Name;
  unsigned Arg;
  bool Null;
} BtfArgs[] = {
#define BTF_ARG(Name, Arg, Null) {#Name, Arg, Null},
#include "kernel/Helpers.def"
};

const struct {
  StringLiteral Name;
  Release Since;
} RcuStructs[] = {
#define RCU_STRUCT(Name, Since) {#Name, Since},
#include "kernel/Helpers.def"
};

StringRef structOf(StringRef Kfunc, int Arg) {
  for (const StructRow &S : Structs)
    if (S.Arg == Arg && S.Kfunc == Kfunc)
      return S.Struct;
  return "";
}

/// The first release that \p H may hold for: nobody looked at those between
/// 6.1 and 6.12, and between 6.12 and 6.16.
Release earliest(const HookRow &H) {
  if (H.Since == V(6, 12))
    return V(6, 2);
  if (H.Since == V(6, 16))
    return V(6, 13);
  return H.Since;
}
} // namespace

std::optional<Callee> callee(StringRef Name, const Kernel &K) {
  for (const Row &F : Helpers)
    if (F.Name == Name && F.in(K))
      return Callee{true, F.Flags};
  // Rows are sorted by name.
  const Row *F = llvm::lower_bound(
      Kfuncs, Name, [](const Row &A, StringRef B) { return A.Name < B; });
  for (; F != std::end(Kfuncs) && F->Name == Name; ++F)
    if (F->in(K))
      return Callee{false, F->Flags};
  return std::nullopt;
}

bool isKfunc(StringRef Name) {
  return any_of(Kfuncs, [&](const Row &F) { return F.Name == Name; });
}

unsigned releasedArg(StringRef Name) { return Name == "bpf_kptr_xchg"; }

StringRef resultStruct(StringRef Kfunc) { return structOf(Kfunc, -1); }

StringRef argStruct(StringRef Kfunc, unsigned Index) {
  return structOf(Kfunc, Index);
}

bool argMayBeNull(StringRef Kfunc, unsigned Index) {
  return any_of(Nullable, [&](const ArgRow &N) {
    return N.Arg == Index && N.Name == Kfunc;
  });
}

StringRef releaseOf(StringRef Struct, const Kernel &K) {
  for (const StructRow &S : Structs)
    if (S.Arg == 0 && S.Struct == Struct)
      if (auto C = callee(S.Kfunc, K); C && C->releases())
        return S.Kfunc;
  return "";
}

std::optional<ProgramKind> programKind(StringRef Section) {
  if (!Section.empty() && Section.front() == '?')
    Section = Section.drop_front(); // not loaded by default
  std::optional<ProgramKind> Best;
  size_t Length = 0;
  for (const auto &S : Sections) {
    bool Fits =
        Section.substr(0, S.Name.size()) == S.Name &&
        (Section.size() == S.Name.size() || Section[S.Name.size()] == '/');
    if (Fits && S.Name.size() > Length) {
      Best = ProgramKind{S.Type, (S.Flags & kfunc::Sleepable) != 0};
      Length = S.Name.size();
    }
  }
  return Best;
}

StringRef hookTable(StringRef Type) {
#define HOOK_TABLE(Name, Table)                                                \
  if (Type == #Name)                                                           \
    return #Table;
#include "kernel/ProgramTypes.def"
  return "";
}

/// True if \p Name is \p Pattern, or begins with what is in front of its "*".
static bool fits(StringRef Pattern, StringRef Name) {
  return Pattern.consume_back("*") ? Name.substr(0, Pattern.size()) == Pattern
                                   : Name == Pattern;
}

bool neverNull(StringRef Struct, StringRef Member) {
  struct Row {
    StringRef Struct, Member;
  };
  static constexpr Row Rows[] = {
#define NEVER_NULL(Struct, Member) {Struct, Member},
#include "kernel/ProgramTypes.def"
  };
  return llvm::any_of(Rows, [&](const Row &R) {
    return fits(R.Struct, Struct) && R.Member == Member;
  });
}

bool isMaybeNullContext(StringRef Struct) {
#define MAYBE_NULL_CONTEXT(Pattern)                                            \
  if (fits(Pattern, Struct))                                                   \
    return true;
#include "kernel/ProgramTypes.def"
  return false;
}

bool lendsContext(StringRef Type) {
#define OWNS_CONTEXT(Name)                                                     \
  if (Type == #Name)                                                           \
    return false;
#include "kernel/ProgramTypes.def"
  return true;
}

std::optional<bool> mayCall(StringRef Type, StringRef Kfunc, const Kernel &K) {
  // An extension is what the program is that it extends.
  if (Type == "EXT" || !callee(Kfunc, K))
    return std::nullopt;
  bool Known = false, Maybe = false;
  for (const HookRow &S : Sets) {
    if (S.Name != Kfunc || !K.in(earliest(S), S.Until))
      continue;
    Known = true;
    for (const HookRow &H : Hooks) {
      if (H.Hook != S.Hook || (H.Name != Type && H.Hook != "COMMON") ||
          !K.in(earliest(H), H.Until))
        continue;
      if (K.since(S.Since) && K.since(H.Since))
        return true;
      Maybe = true;
    }
  }
  if (!Known || Maybe)
    return std::nullopt;
  return false;
}

std::vector<MemoryArg> memoryArgs(StringRef Name) {
  std::vector<MemoryArg> Found;
  for (const MemoryArg &M : MemoryArgs)
    if (M.Function == Name)
      Found.push_back(M);
  return Found;
}

std::optional<ValueHelper> valueHelper(StringRef Name) {
  for (const auto &H : ValueHelpers)
    if (H.Name == Name)
      return H.Is;
  return std::nullopt;
}

std::optional<HelperObjectArg> helperObjectArg(StringRef Helper, unsigned Arg) {
  for (const auto &A : BtfArgs)
    if (A.Arg == Arg && A.Name == Helper)
      return HelperObjectArg{A.Null};
  return std::nullopt;
}

std::optional<CallbackValue> callbackValue(StringRef Name) {
  constexpr bool Map = false, Field = true;
#define CALLBACK_VALUE(Function, By, Arg)                                      \
  if (Name == #Function)                                                       \
    return CallbackValue{Arg, By};
#include "kernel/Helpers.def"
  return std::nullopt;
}

bool mayWrite(StringRef Type, StringRef Struct) {
  if (Type == "EXT")
    return true;
#define WRITABLE(Name, ProgType)                                               \
  if (Struct == #Name && Type == #ProgType)                                    \
    return true;
#include "kernel/Helpers.def"
  return false;
}

bool isGplCompatible(StringRef License) {
#define GPL_LICENSE(Text)                                                      \
  if (License == Text)                                                         \
    return true;
#include "kernel/Helpers.def"
  return false;
}

CallRole callRole(StringRef Name) {
#define CALL_ROLE(Function, Role)                                              \
  if (Name == #Function)                                                       \
    return CallRole::Role;
#include "kernel/CallRoles.def"
  return CallRole::None;
}

bool writesMemory(StringRef Name, unsigned Arg) {
#define WRITTEN_ARG(Helper, Index)                                             \
  if (Name == #Helper && Arg == Index)                                         \
    return true;
#include "kernel/Helpers.def"
  return false;
}

bool takesArguments(StringRef Type) { return Type == "EXT"; }

bool returnsMemory(StringRef Helper) {
#define MEMORY_RESULT(Name)                                                    \
  if (Helper == #Name)                                                         \
    return true;
#include "kernel/Helpers.def"
  return false;
}

bool isPercpuHelper(StringRef Name) {
#define PERCPU_HELPER(Helper)                                                  \
  if (Name == #Helper)                                                         \
    return true;
#include "kernel/Helpers.def"
  return false;
}

StringRef borrowedResult(StringRef Helper) {
#define BORROWED(Name, Struct)                                                 \
  if (Helper == #Name)                                                         \
    return #Struct;
#include "kernel/Helpers.def"
  return "";
}

bool isRcuProtected(StringRef Name, const Kernel &K) {
  return any_of(RcuStructs, [&](const auto &S) {
    return S.Name == Name && K.since(S.Since);
  });
}

} // namespace kernel
} // namespace bpftidy
