//===- Kernel.h - typed questions over the kernel tables --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What one kernel release accepts. All facts are rows of the .def files beside
/// this one; a rule asks here and never compares releases itself.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_KERNEL_KERNEL_H
#define BPFTIDY_CHECKS_KERNEL_KERNEL_H

#include "kernel/Release.h"
#include <optional>

namespace bpftidy {
namespace kernel {

/// The kinds of special fields (enum btf_field_type).
enum class FieldKind : uint8_t {
#define POINTER_FIELD(Kind, Words) Kind,
#define STRUCT_FIELD(Kind, Name, Size, Align, Since, Traits) Kind,
#include "kernel/Fields.def"
};

/// Properties of a FieldKind; see Fields.def.
namespace field {
enum Trait : uint8_t {
  Unique = 1,
  InMap = 2,
  InObject = 4,
  Marks = 8,
  Repeats = 16
};
}

/// A struct that is a special field.
struct StructField {
  FieldKind Kind;
  llvm::StringRef Name;
  unsigned Size;
  unsigned Align;
  Release Since;
  unsigned Traits;
};

/// Properties of a map type; see MapTypes.def.
namespace maptype {
enum Trait : uint8_t {
  None = 0,
  StripsBtf = 1,
  NoValues = 2,
  NeedsBtf = 4,
  MapOfMaps = 8,
  Indexed = 16
};
}

/// A row of MapTypes.def.
struct MapType {
  llvm::StringRef Name; ///< Without BPF_MAP_TYPE_.
  unsigned Number;
  Release Since;
  unsigned Traits;
};

/// A row of Tags.def.
struct Tag {
  llvm::StringRef Spelling;
  FieldKind Kind;
  llvm::StringRef Macro;
  Release Since;
  Release Until;
};

/// A row of Destructors.def.
struct Destructor {
  llvm::StringRef Struct;
  llvm::StringRef Release;
};

/// One release, and what the tables know of it.
class Kernel {
public:
  explicit Kernel(Release R) : R(R) {}

  Release release() const { return R; }

#define BEHAVIOUR(Name, Since, Until)                                          \
  bool Name() const { return Since <= R && R <= Until; }
#include "kernel/Behaviours.def"

  /// The limits of Behaviours.def in this release.
  unsigned maxFields() const;
  unsigned maxDepth() const;
  unsigned ownershipDepth() const;
  unsigned maxPercpuObject() const;

  /// The meaning of a type tag in this release; none if it has none.
  const Tag *tag(llvm::StringRef Spelling) const;

  /// The tag that means \p Kind in this release; null if it has none yet.
  const Tag *tagFor(FieldKind Kind) const;

  /// The special struct field of that name; null where this release has none.
  const StructField *structField(llvm::StringRef Name) const;

  /// True if this release has such maps and their values may hold the field.
  bool holds(const MapType &Map, FieldKind Kind) const;

  /// The destructor registered for a kernel struct; null if there is none.
  const Destructor *destructor(llvm::StringRef Struct) const;

  /// True if a struct of that name was in the BTF of all kernels of this
  /// release that the table was made from.
  bool hasStruct(llvm::StringRef Name) const;

private:
  Release R;
};

/// The map type of that number in enum bpf_map_type; null for an unknown one.
const MapType *mapType(unsigned Number);

/// A tag that is a kptr's in some release; null for any other. If it has
/// several meanings this is the newest.
const Tag *knownTag(llvm::StringRef Spelling);

/// The kptr tag that \p Spelling was meant to be; null if it resembles none.
const Tag *intendedTag(llvm::StringRef Spelling);

/// True if some release that the table was made from has such a struct.
bool isKernelStruct(llvm::StringRef Name);

/// The special struct field of that name in any release; null if none.
const StructField *knownStructField(llvm::StringRef Name);

/// True if a pointer's tag makes a field of this kind.
bool isPointer(FieldKind Kind);

/// True for the kinds that may stand in arrays.
bool repeats(FieldKind Kind);

/// What the field is, in words with an article: "a kptr", "a bpf_timer".
std::string words(FieldKind Kind);

/// The kernels of \p Set at which some table changes its answers, each with the
/// releases of \p Set that answer alike; together they cover \p Set.
std::vector<std::pair<Kernel, ReleaseSet>>
distinctKernels(const ReleaseSet &Set);

} // namespace kernel
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_KERNEL_KERNEL_H
