//===- Graph.h - a small BTF type graph -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The types of one BPF object as its .BTF section describes them. A graph has
/// a maker (the AST, see FromAst.h) and one reader, the model of the kernel in
/// checks/kernel. Neither side sees the other.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_BTF_GRAPH_H
#define BPFTIDY_CHECKS_BTF_GRAPH_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace bpftidy {
namespace btf {

/// Names a type of a Graph. 0 is void, as in BTF; the others are no BTF ids.
using TypeId = uint32_t;

/// BTF kinds, as include/uapi/linux/btf.h numbers them; those that no rule
/// looks at are Other.
enum class Kind : uint8_t {
  Void,
  Int,
  Ptr,
  Array,
  Struct,
  Union,
  Enum,
  Fwd,
  Typedef,
  Volatile,
  Const,
  Restrict,
  FuncProto,
  Datasec,
  TypeTag,
  Other
};

/// Whether a struct or union is in the object's BTF with its members. Clang up
/// to 20 emits a forward declaration for a struct that nothing but pointer
/// members mention; what keeps it is partly up to the optimizer.
enum class Emission : uint8_t { Full, Forward, Unknown };

/// What clang emits as it stands, and no kernel takes.
enum class Flaw : uint8_t {
  None,
  Complex,          ///< A _Complex, for which there is no type.
  UndefinedEnum,    ///< An enum without a size.
  UndefinedArgument ///< A function's struct, by value and never defined.
};

/// A member of a struct or union, or a variable of a data section.
struct Member {
  std::string Name; ///< Empty for an anonymous struct or union.
  TypeId Type = 0;
  uint64_t BitOffset = 0;
  uint32_t BitSize = 0; ///< Not 0 for a bit-field.
  uint64_t Size = 0;    ///< Bytes; set for variables of a data section only.
  TypeId Atomic = 0;    ///< What an _Atomic holds that comes out as void.
  Flaw Wrong = Flaw::None;
  std::string Undefined; ///< The enum or struct that Wrong is about.
  llvm::SmallVector<std::string, 1> DeclTags;
};

/// One node. Which members mean something depends on K, as in BTF.
struct Type {
  Kind K = Kind::Void;
  Emission Emitted = Emission::Full; ///< Struct and Union.
  bool OfKernel = false;             ///< A struct that mirrors a kernel type.
  std::string Name;                  ///< The tag's value for a TypeTag.
  TypeId Ref = 0;                    ///< What a modifier, Ptr or Array is of.
  uint64_t Size = 0;                 ///< Bytes; Struct, Union, Int, Enum.
  uint64_t Count = 0;                ///< Elements of an Array.
  std::vector<Member> Members;
};

/// Owns the nodes. References stay valid while nodes are added.
class Graph {
public:
  Graph() { Types.emplace_back(); }

  /// Adds a node and returns its id.
  TypeId add(Type T) {
    Types.push_back(std::move(T));
    return Types.size() - 1;
  }

  /// The node of \p Id, which this graph must have made.
  const Type &operator[](TypeId Id) const { return Types[Id]; }
  Type &at(TypeId Id) { return Types[Id]; }

  /// The number of nodes, void included; ids are below it.
  TypeId size() const { return Types.size(); }

  /// The struct of that name that the object's BTF has, or may have; 0 if there
  /// is none.
  TypeId find(llvm::StringRef Struct) const {
    for (TypeId Id = 1; Id != size(); ++Id)
      if (Types[Id].K == Kind::Struct && Types[Id].Name == Struct &&
          Types[Id].Emitted != Emission::Forward)
        return Id;
    return 0;
  }

  /// Looks through typedefs, qualifiers and type tags, as the kernel's
  /// btf_type_skip_modifiers() does.
  TypeId skipModifiers(TypeId Id) const {
    while (isModifier(Types[Id].K))
      Id = Types[Id].Ref;
    return Id;
  }

  /// True for the kinds that the kernel's btf_type_is_modifier() names.
  static bool isModifier(Kind K) {
    return K == Kind::Typedef || K == Kind::Volatile || K == Kind::Const ||
           K == Kind::Restrict || K == Kind::TypeTag;
  }

private:
  std::deque<Type> Types;
};

} // namespace btf
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_BTF_GRAPH_H
