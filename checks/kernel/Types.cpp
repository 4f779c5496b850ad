//===- Types.cpp - what the kernel asks of BTF types ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kernel resolves all types of an object before it looks for special
// fields. Clang emits what it refuses in few cases only.
//
//===----------------------------------------------------------------------===//

#include "kernel/Types.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <cerrno>

using namespace llvm;

namespace bpftidy {
namespace kernel {

using btf::Kind;
using btf::TypeId;

namespace {
class TypeChecker {
public:
  TypeChecker(const btf::Graph &G, const Kernel &K)
      : G(G), K(K), Value(G, K, Purpose::MapValue) {}

  std::vector<Fault> run();

private:
  void checkMembers(TypeId Id);
  std::optional<Place> tooDeep(TypeId Id, unsigned Depth, Place At) const;
  bool isRecord(TypeId Id) const {
    return G[Id].K == Kind::Struct || G[Id].K == Kind::Union;
  }
  void add(Reason Why, int Errno, Place At, TypeId Meant, StringRef Detail);

  const btf::Graph &G;
  const Kernel &K;
  Walker Value;
  std::vector<Fault> Faults;
  /// Records that are not too deep at a depth.
  mutable DenseMap<TypeId, unsigned> Reaches;
};
} // namespace

void TypeChecker::add(Reason Why, int Errno, Place At, TypeId Meant,
                      StringRef Detail) {
  const btf::Member &M = G[At.Owner].Members[At.Index];
  auto Field = Value.hidden(Meant);
  Faults.push_back({Why, Errno, At, M.Name,
                    Field ? std::optional(Field->Kind) : std::nullopt,
                    Detail.str()});
}

void TypeChecker::checkMembers(TypeId Id) {
  for (auto [Index, M] : enumerate(G[Id].Members)) {
    Place At{Id, unsigned(Index)};
    TypeId Held = G.skipModifiers(M.Type);
    while (G[Held].K == Kind::Array)
      Held = G.skipModifiers(G[Held].Ref);
    if (Held == 0 && M.Atomic)
      add(Reason::AtomicMember, EINVAL, At, M.Atomic, "");
    else if (M.Wrong != btf::Flaw::None)
      add(Reason::InvalidType, EINVAL, At, 0, M.Undefined);
    if (!K.TagsPrecedeModifiers())
      continue;
    // Tags come first in a chain of modifiers.
    StringRef Typedef;
    for (TypeId T = M.Type; T; T = G[T].Ref) {
      if (G[T].K == Kind::Typedef && Typedef.empty())
        Typedef = G[T].Name;
      if (G[T].K == Kind::TypeTag && !Typedef.empty()) {
        TypeId Pointee = G.skipModifiers(T);
        add(Reason::TagBehindTypedef, EINVAL, At, 0, Typedef);
        if (const Tag *Kptr = K.tag(G[T].Name);
            Kptr && Held && G[Held].K == Kind::Ptr &&
            G.skipModifiers(G[Held].Ref) == Pointee)
          Faults.back().Meant = Kptr->Kind;
        break;
      }
      if (G[T].K == Kind::Ptr || G[T].K == Kind::Array)
        Typedef = "";
      else if (!btf::Graph::isModifier(G[T].K))
        break;
    }
  }
}

/// The member at which the kernel, that is at \p Depth with the type \p Id of
/// \p At, finds it has gone too deep. Typedefs of scalars are left out: they
/// are mostly resolved before.
std::optional<Place> TypeChecker::tooDeep(TypeId Id, unsigned Depth,
                                          Place At) const {
  TypeId Bare = G.skipModifiers(Id);
  if (!isRecord(Bare) && G[Bare].K != Kind::Array)
    return std::nullopt;
  if (Depth > K.maxDepth())
    return At;
  if (Bare != Id || G[Id].K == Kind::Array)
    return tooDeep(G[Id].Ref, Depth + 1, At);
  // What is not too deep from here is not from further up.
  if (auto Known = Reaches.find(Id);
      Known != Reaches.end() && Depth <= Known->second)
    return std::nullopt;
  for (auto [Index, M] : enumerate(G[Id].Members))
    if (auto Found = tooDeep(M.Type, Depth + 1, {Id, unsigned(Index)}))
      return Found;
  Reaches[Id] = Depth;
  return std::nullopt;
}

std::vector<Fault> TypeChecker::run() {
  DenseSet<TypeId> Inner;
  for (TypeId Id = 1; Id != G.size(); ++Id)
    for (const btf::Member &M : G[Id].Members) {
      TypeId Held = G.skipModifiers(M.Type);
      while (G[Held].K == Kind::Array)
        Held = G.skipModifiers(G[Held].Ref);
      Inner.insert(Held);
    }
  for (TypeId Id = 1; Id != G.size(); ++Id) {
    bool Emitted = isRecord(Id) && G[Id].Emitted == btf::Emission::Full;
    if (!Emitted && G[Id].K != Kind::Datasec)
      continue;
    checkMembers(Id);
    if (Emitted && !Inner.count(Id))
      if (auto At = tooDeep(Id, 1, {}))
        add(Reason::TooDeep, E2BIG, *At, G[At->Owner].Members[At->Index].Type,
            "");
  }
  return std::move(Faults);
}

std::vector<Fault> checkTypes(const btf::Graph &G, const Kernel &K) {
  return TypeChecker(G, K).run();
}

} // namespace kernel
} // namespace bpftidy
