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
#include "llvm/ADT/STLFunctionalExtras.h"
#include <algorithm>
#include <deque>
#include <optional>

namespace bpftidy {
namespace kernel {

/// The kinds of special fields (enum btf_field_type).
enum class FieldKind : uint8_t {
#define POINTER_FIELD(Kind, Words) Kind,
#define STRUCT_FIELD(Kind, Name, Size, Align, Since, Sized, Traits) Kind,
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
  Release Sized; ///< The first with that size.
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

/// One release, and what the tables know of it. It keeps count of which others
/// would have given the same answers to all that it was asked: what was found
/// out with it holds for them, too.
class Kernel {
public:
  explicit Kernel(Release R) : R(R) {}
  /// A copy would be asked behind the back of this one.
  Kernel(const Kernel &) = delete;
  Kernel &operator=(const Kernel &) = delete;

  /// True if this release is not older than \p Since, nor newer than \p Until.
  /// Every answer comes about here.
  bool in(Release Since, Release Until) const {
    Release Past = {Until.Major, Until.Minor + 1};
    if (R < Since) {
      End = std::min(End, Since);
      return false;
    }
    if (Until < R) {
      Begin = std::max(Begin, Past);
      return false;
    }
    Begin = std::max(Begin, Since);
    End = std::min(End, Past);
    return true;
  }
  bool since(Release First) const { return in(First, Now); }

  /// True if \p Other, asked the same, would have given the same answers.
  bool answersLike(Release Other) const {
    return Begin <= Other && Other < End;
  }

  /// True if \p Asked has given the answers of this release. Then they count as
  /// given by this one.
  bool adopts(const Kernel &Asked) const {
    if (!Asked.answersLike(R))
      return false;
    Begin = std::max(Begin, Asked.Begin);
    End = std::min(End, Asked.End);
    return true;
  }

#define BEHAVIOUR(Name, Since, Until)                                          \
  bool Name() const { return in(Since, Until); }
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
  template <typename T> friend class PerKernel;

  Release R;
  /// The releases from the one up to the other, which is not among them.
  mutable Release Begin = {}, End = {~0U, ~0U};
};

/// What is found out from a kernel, once for all kernels that answer alike.
template <typename T> class PerKernel {
public:
  /// What \p Find finds out from \p K. The result stays where it is.
  const T &get(const Kernel &K, llvm::function_ref<T(const Kernel &)> Find) {
    for (const Entry &E : Known)
      if (E.Found && K.adopts(E.Asked))
        return *E.Found;
    Entry &New = Known.emplace_back(K.R);
    New.Found = Find(New.Asked);
    K.adopts(New.Asked);
    return *New.Found;
  }

private:
  struct Entry {
    explicit Entry(Release R) : Asked(R) {}
    Kernel Asked;
    std::optional<T> Found; ///< None while it is being found.
  };
  std::deque<Entry> Known;
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

/// Takes the newest releases out of \p Left that answer as \p K did.
ReleaseSet takeAlike(ReleaseSet &Left, const Kernel &K);

} // namespace kernel
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_KERNEL_KERNEL_H
