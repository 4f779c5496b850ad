//===- Ownership.cpp - types that own one another -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_check_ownership_depth() and, before it, btf_check_and_fixup_fields():
// what a program-local type owns must be freed with it, so that the chain of
// owners has to end.
//
//===----------------------------------------------------------------------===//

#include "kernel/Ownership.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cerrno>

using namespace llvm;

namespace bpftidy {
namespace kernel {

using btf::TypeId;

/// The program-local struct that \p F keeps alive, if that one has special
/// fields of its own; 0 otherwise. A kptr's name is looked up in the kernel
/// first, that of a list's or tree's struct in the object alone.
TypeId OwnershipModel::owned(const Field &F) const {
  TypeId Id = 0;
  if (F.Kind == FieldKind::ListHead || F.Kind == FieldKind::RbRoot)
    Id = G.find(containedStruct(F));
  else if ((F.Kind == FieldKind::Referenced || F.Kind == FieldKind::Percpu) &&
           !K.hasStruct(G[F.Pointee].Name))
    Id = F.Pointee;
  if (!Id || G[Id].OfKernel)
    return 0;
  return Walker(G, K, Purpose::Object).isParsed(Id) ? Id : 0;
}

StringRef OwnershipModel::containedStruct(const Field &F) const {
  auto Tags = containsTags(G[F.At.Owner].Members[F.At.Index]);
  return Tags.empty() ? StringRef() : Tags.front().split(':').first;
}

/// The levels of owners that begin with \p Id; ~0 for a circle.
unsigned OwnershipModel::depth(TypeId Id) {
  if (is_contained(Path, Id))
    return ~0U;
  auto It = Depths.find(Id);
  if (It != Depths.end())
    return It->second;
  Path.push_back(Id);
  unsigned Deepest = 0;
  for (const Field &F : Walker(G, K, Purpose::Object).walk(Id).Fields)
    if (TypeId Next = owned(F))
      Deepest = std::max(Deepest, depth(Next));
  Path.pop_back();
  unsigned Depth = Deepest == ~0U ? ~0U : Deepest + 1;
  // Within a circle the answer depends on where one came in.
  if (Path.empty())
    Depths[Id] = Depth;
  return Depth;
}

void OwnershipModel::check(TypeId Id, Walk &W) {
  if (K.BoundsOwnership()) {
    if (W.Fields.empty())
      return;
    unsigned Depth = depth(Id);
    for (const Field &F : W.Fields) {
      TypeId Next = owned(F);
      if (!Next || Depth <= K.ownershipDepth())
        continue;
      unsigned Below = depth(Next);
      bool Circle = reaches(Next, Id);
      // One finding for a circle of several types, and one for a long chain, at
      // the owner that is one too many.
      if (Circle && any_of(Circles, [&](TypeId Other) {
            return Other != Id && reaches(Other, Id) && reaches(Id, Other);
          }))
        continue;
      if (Circle)
        Circles.push_back(Id);
      if (Circle || Below == K.ownershipDepth())
        W.Faults.push_back(
            {Circle ? Reason::OwnershipCycle : Reason::OwnershipDepth, ELOOP,
             F.At, F.Path, F.Kind, G[Next].Name});
    }
    return;
  }
  // Before: a type that is a node may own only types that own nothing.
  bool IsNode = any_of(W.Fields, [](const Field &F) {
    return F.Kind == FieldKind::ListNode || F.Kind == FieldKind::RbNode;
  });
  for (const Field &F : W.Fields) {
    if (!IsNode || isPointer(F.Kind) || !repeats(F.Kind))
      continue;
    TypeId Next = owned(F);
    if (Next && any_of(Walker(G, K, Purpose::Object).walk(Next).Fields,
                       [](const Field &Inner) {
                         return !isPointer(Inner.Kind) && repeats(Inner.Kind);
                       }))
      W.Faults.push_back(
          {reaches(Next, Id) ? Reason::OwnershipCycle : Reason::OwnershipDepth,
           ELOOP, F.At, F.Path, F.Kind, G[Next].Name});
  }
}

bool OwnershipModel::reaches(TypeId From, TypeId To) const {
  SmallVector<TypeId, 8> Work{From};
  SmallVector<TypeId, 8> Seen;
  while (!Work.empty()) {
    TypeId Id = Work.pop_back_val();
    if (Id == To)
      return true;
    if (is_contained(Seen, Id))
      continue;
    Seen.push_back(Id);
    for (const Field &F : Walker(G, K, Purpose::Object).walk(Id).Fields)
      if (TypeId Next = owned(F))
        Work.push_back(Next);
  }
  return false;
}

} // namespace kernel
} // namespace bpftidy
