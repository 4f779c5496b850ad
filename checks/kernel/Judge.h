//===- Judge.h - what a kernel makes of an object's maps --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Puts the walks of all types and maps of an object together and says what
/// each mistake costs: the BTF load (btf_parse_struct_metas), the creation of
/// each map (map_check_btf), and what libbpf does when they fail.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_KERNEL_JUDGE_H
#define BPFTIDY_CHECKS_KERNEL_JUDGE_H

#include "kernel/Walk.h"

namespace bpftidy {
namespace kernel {

/// The consequences; see Effects.def. A greater one is worse.
enum class Effect : uint8_t {
#define EFFECT(Name, Id, Words) Name,
#include "kernel/Effects.def"
};

/// The name of \p E in output formats.
llvm::StringRef effectId(Effect E);

/// What libbpf makes for a section of globals.
constexpr unsigned ArrayMapType = 2;

/// What libbpf makes of a variable in one of its struct_ops sections.
constexpr unsigned StructOpsMapType = 26;

/// The flags of map_flags that libbpf gives to a read-only section.
extern const uint64_t ReadOnlySectionFlags;

/// The flag of an update that takes the lock in the value.
extern const uint64_t LockedUpdateFlag;

/// The symbolic name of an errno that this model uses; empty for others.
llvm::StringRef errnoName(int Errno);

/// A map as libbpf is going to create it.
struct MapSpec {
  std::string Name;
  bool IsSection = false;   ///< Made by libbpf for a section of globals.
  unsigned Type = 0;        ///< enum bpf_map_type; 0 is unknown.
  uint64_t Flags = 0;       ///< map_flags.
  uint64_t Entries = 0;     ///< max_entries; 0 if it is not known here.
  btf::TypeId Key = 0;      ///< 0 if none is given by type.
  btf::TypeId Value = 0;    ///< 0 if none is given by type.
  bool KeyBySize = false;   ///< key_size instead of a type.
  bool ValueBySize = false; ///< value_size instead of a type.
  /// With ValueBySize, the type whose size it is, where that can be told.
  btf::TypeId SizedValue = 0;
  /// A section: the first variable that other objects can see, which makes
  /// libbpf ask for a map that user space can mmap().
  std::optional<Place> Exported;
  /// A map of maps: the map that describes the inner ones, and those that its
  /// initialiser puts into it. Indices into the maps.
  std::optional<unsigned> Template;
  /// The map that describes the inner ones of another.
  bool IsTemplate = false;
  std::vector<unsigned> Slots;
};

/// A special field that a mistake takes away.
struct Loss {
  unsigned Map; ///< Index into the maps.
  FieldKind Kind;
  std::string Path;
};

/// One mistake, once, whatever number of maps it is in.
struct Problem {
  Fault What;
  Effect Cost;
  std::vector<unsigned> Maps; ///< Those whose value it is in; may be empty.
  bool LoadFails = false;     ///< libbpf gives up on the whole object.
  std::optional<unsigned> Needy = {}; ///< The map that cannot do without BTF.
  /// Other special fields that are plain memory for it.
  std::vector<Loss> Losses;
  /// The struct that the kernel was looking through when it found this in the
  /// object's BTF; 0 if it was none.
  btf::TypeId Object = 0;
};

/// All that is wrong with the maps and types of an object on one kernel. \p G
/// holds the types; every struct of it that is emitted in full is taken to be
/// in the object.
std::vector<Problem> judge(const btf::Graph &G, llvm::ArrayRef<MapSpec> Maps,
                           const Kernel &K);

} // namespace kernel
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_KERNEL_JUDGE_H
