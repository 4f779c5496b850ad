//===- Pointer.cpp - what makes a pointer a kptr --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of the field walk that looks at one pointer: btf_find_kptr().
//
//===----------------------------------------------------------------------===//

#include "kernel/Walk.h"
#include "llvm/ADT/STLExtras.h"
#include <cerrno>

using namespace llvm;

namespace bpftidy {
namespace kernel {

using btf::Kind;
using btf::TypeId;

/// True if both words have the same letters, in whatever order.
static bool sameLetters(StringRef A, StringRef B) {
  std::string Left = A.lower(), Right = B.lower();
  sort(Left);
  sort(Right);
  return Left == Right;
}

const Tag *intendedTag(StringRef Spelling) {
  if (const Tag *T = knownTag(Spelling))
    return T;
  const Tag *Nearest = nullptr;
  unsigned Distance = ~0U;
  auto Try = [&](StringRef Known) {
    // Parts in another order are as near as a slip.
    unsigned D = sameLetters(Spelling, Known)
                     ? 1
                     : Spelling.edit_distance_insensitive(Known);
    bool Alike = D <= 1 || Spelling.contains_insensitive("kptr");
    if (Alike && D < Distance) {
      Nearest = knownTag(Known);
      Distance = D;
    }
  };
#define TAG(Known, Kind, Macro, Since, Until) Try(Known);
#include "kernel/Tags.def"
  return Nearest;
}

Walker::Pointer Walker::classify(TypeId Id) const {
  TypeId P = Id;
  if (G[P].K == Kind::Volatile && K.SeesVolatilePointer())
    P = G[P].Ref;
  if (G[P].K == Kind::Ptr) {
    if (TypeId FirstTag = firstTag(G[P].Ref))
      return classifyTags(FirstTag);
    // A pointer to a tagged pointer, or to an array of them.
    TypeId To = G.skipModifiers(G[P].Ref);
    while (G[To].K == Kind::Array)
      To = G.skipModifiers(G[To].Ref);
    Pointer None;
    if (G[To].K == Kind::Ptr && G[G[To].Ref].K == Kind::TypeTag)
      if (const Tag *T = K.tag(G[G[To].Ref].Name)) {
        None.Why = Reason::PointerToKptr;
        None.Meant = T->Kind;
      }
    return None;
  }

  // A modifier that the kernel does not look through may hide a kptr.
  Pointer Hidden;
  StringRef Typedef;
  while (btf::Graph::isModifier(G[P].K) && G[P].K != Kind::TypeTag) {
    if (G[P].K == Kind::Typedef && Typedef.empty())
      Typedef = G[P].Name;
    P = G[P].Ref;
  }
  TypeId FirstTag = G[P].K == Kind::Ptr ? firstTag(G[P].Ref) : 0;
  if (P == Id || !FirstTag)
    return Hidden;
  Pointer Bare = classifyTags(FirstTag);
  Hidden.Meant = Bare.Kind ? Bare.Kind : Bare.Meant;
  if (!Hidden.Meant)
    return Hidden;
  Hidden.Why =
      Typedef.empty() ? Reason::QualifiedPointer : Reason::PointerTypedef;
  Hidden.Detail = Typedef.str();
  return Hidden;
}

/// The first type tag of a pointer to \p Pointee; 0 if it has none.
TypeId Walker::firstTag(TypeId Pointee) const {
  while (K.IgnoresForeignTags() && btf::Graph::isModifier(G[Pointee].K) &&
         G[Pointee].K != Kind::TypeTag)
    Pointee = G[Pointee].Ref;
  return G[Pointee].K == Kind::TypeTag ? Pointee : 0;
}

/// \p FirstTag is the first among what a pointer points to.
Walker::Pointer Walker::classifyTags(TypeId FirstTag) const {
  Pointer P;
  const Tag *Kptr = nullptr, *Lookalike = nullptr;
  unsigned Tags = 0;
  bool Conflict = false;
  TypeId Id = FirstTag;
  for (; G[Id].K == Kind::TypeTag ||
         (K.IgnoresForeignTags() && btf::Graph::isModifier(G[Id].K));
       Id = G[Id].Ref) {
    if (G[Id].K != Kind::TypeTag)
      continue;
    ++Tags;
    const Tag *T = K.tag(G[Id].Name);
    if (!T) {
      if (const Tag *Similar = intendedTag(G[Id].Name))
        Lookalike = Similar;
      continue;
    }
    Conflict |= Kptr && Kptr != T;
    Kptr = T;
  }
  if (Kptr)
    P.Meant = Kptr->Kind;
  else if (Lookalike)
    P.Meant = Lookalike->Kind;
  P.Detail = G[FirstTag].Name;

  if (K.IgnoresForeignTags() ? Conflict : Tags > 1 && (Kptr || Lookalike)) {
    P.Why = Reason::SeveralTags;
    P.Errno = EINVAL;
    return P;
  }
  if (!Kptr) {
    P.Errno = K.IgnoresForeignTags() ? 0 : EINVAL;
    if (!Lookalike) {
      if (P.Errno)
        P.Why = Reason::ForeignTag;
      return P;
    }
    P.Why = knownTag(P.Detail) ? Reason::OtherReleaseTag : Reason::MisspeltTag;
    return P;
  }
  // A field that is not looked for here is passed over before its pointee is.
  if (For == Purpose::Object && Kptr->Kind == FieldKind::User)
    return Pointer();
  return classifyPointee(P, Id);
}

Walker::Pointer Walker::classifyPointee(Pointer P, TypeId Id) const {
  Id = G.skipModifiers(Id);
  const btf::Type &T = G[Id];
  P.Pointee = Id;
  P.Detail = T.Name;
  P.Errno = EINVAL;
  if (T.K == Kind::Fwd) {
    P.Why = Reason::PointeeIncomplete;
  } else if (T.K != Kind::Struct) {
    P.Why = Reason::PointeeNotStruct;
  } else if (T.Emitted == btf::Emission::Forward) {
    P.Why = Reason::PointeeForwarded;
  } else {
    P.Errno = 0;
    P.Kind = P.Meant;
  }
  return P;
}

} // namespace kernel
} // namespace bpftidy
