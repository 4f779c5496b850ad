//===- Walk.h - the kernel's search for special fields ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What btf_find_field() and its callees in kernel/bpf/btf.c find in a type,
/// pass over, or refuse. Unlike the kernel, which stops at the first error, the
/// walk goes on: each mistake deserves its own finding.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_KERNEL_WALK_H
#define BPFTIDY_CHECKS_KERNEL_WALK_H

#include "btf/Graph.h"
#include "kernel/Kernel.h"
#include <map>
#include <set>

namespace bpftidy {
namespace kernel {

/// Why something is no special field, or why an object or map is refused. Each
/// reason is the subject of one rule.
enum class Reason : uint8_t {
#define REASON(Name) Name,
#include "kernel/Reasons.def"
};

/// The place of a member: the struct, union or data section that has it.
struct Place {
  btf::TypeId Owner = 0;
  unsigned Index = 0;

  friend bool operator==(Place A, Place B) {
    return A.Owner == B.Owner && A.Index == B.Index;
  }
  friend bool operator<(Place A, Place B) {
    return std::tie(A.Owner, A.Index) < std::tie(B.Owner, B.Index);
  }
};

/// A special field that the kernel sees.
struct Field {
  FieldKind Kind;
  uint64_t Offset; ///< Bytes from the start of the walked type.
  Place At;
  std::string Path;        ///< As C would spell it: "a.p", "slot[2]".
  btf::TypeId Pointee = 0; ///< The struct that a kptr points to.
};

/// Something that the kernel passes over or refuses.
struct Fault {
  Reason Why;
  int Errno; ///< 0: passed over without harm to the other fields.
  Place At;
  std::string Path;
  /// The field that was meant, where the source shows that one was.
  std::optional<FieldKind> Meant;
  std::string Detail; ///< A tag, a struct's name, a number; see the reason.
};

/// What a walk found.
struct Walk {
  std::vector<Field> Fields;
  std::vector<Fault> Faults;
  /// All the fields that the kernel would count; of a long array only so many
  /// are in Fields as it takes to be too many.
  uint64_t Count = 0;

  /// True if the kernel keeps no record of the type.
  bool fails() const;
};

/// Which fields are looked for.
enum class Purpose : uint8_t {
  MapValue, ///< map_check_btf
  Object    ///< btf_parse_struct_metas
};

/// Searches types of one graph the way one kernel does.
class Walker {
public:
  Walker(const btf::Graph &G, const Kernel &K, Purpose For)
      : G(G), K(K), For(For) {}

  /// Walks a struct or data section. Bad ids and other kinds find nothing.
  Walk walk(btf::TypeId Root);

  /// How the kernel classifies a pointer, if \p Id is one.
  struct Pointer {
    std::optional<FieldKind> Kind; ///< Set if it is a special field.
    std::optional<Reason> Why;     ///< Set if it was passed over or refused.
    int Errno = 0;
    std::optional<FieldKind> Meant;
    btf::TypeId Pointee = 0;
    std::string Detail;
  };
  Pointer classify(btf::TypeId Id) const;

  /// The first special field anywhere inside \p Id, whether or not the kernel
  /// would look there; nothing if there is none.
  std::optional<Field> hidden(btf::TypeId Id, unsigned Depth = 0) const;

  /// True if the kernel parses the struct when it loads the object's BTF.
  bool isParsed(btf::TypeId Struct) const;

private:
  using Seen = std::vector<FieldKind>;
  struct Cursor {
    Place At;
    btf::TypeId Type;
    uint64_t Offset;
    std::string Path;
    unsigned Level;
  };

  void members(btf::TypeId Struct, uint64_t Base, const std::string &Path,
               unsigned Level, Seen &SeenAbove, Walk &Out);
  void member(Cursor C, Seen &SeenHere, Walk &Out);
  void structField(const Cursor &C, const StructField &F, uint64_t Count,
                   uint64_t Stride, Seen &SeenHere, Walk &Out);
  void graphRoot(const Cursor &C, const StructField &F, Walk &Out);
  void nested(const Cursor &C, uint64_t Count, Seen &SeenHere, Walk &Out);
  void pointer(const Cursor &C, uint64_t Count, Walk &Out);
  void passedOver(const Cursor &C, Walk &Out);
  const StructField *named(btf::TypeId Id) const;
  const StructField *wanted(btf::TypeId Id) const;
  const StructField *resized(btf::TypeId Id) const;
  bool isMeant(btf::TypeId Id) const {
    Pointer P = classify(Id);
    return P.Kind || P.Meant;
  }
  Pointer classifyTags(btf::TypeId FirstTag) const;
  btf::TypeId firstTag(btf::TypeId Pointee) const;
  Pointer classifyPointee(Pointer P, btf::TypeId Id) const;

  /// As many fields are worth being told of, and no more.
  static constexpr size_t EnoughFields = 1 << 14;

  const btf::Graph &G;
  const Kernel &K;
  Purpose For;
  /// Structs without a field or a fault, each by the level it was met at.
  std::set<std::pair<btf::TypeId, unsigned>> Plain;
  /// Types in which nothing is hidden, from such a depth on.
  mutable std::map<btf::TypeId, unsigned> Nothing;
};

/// What the tags of the list head or tree root \p M say that it contains, each
/// as "STRUCT:NODE".
std::vector<llvm::StringRef> containsTags(const btf::Member &M);

} // namespace kernel
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_KERNEL_WALK_H
