//===- Walk.cpp - the kernel's search for special fields ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "kernel/Walk.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cerrno>

using namespace llvm;

namespace bpftidy {
namespace kernel {

using btf::Kind;
using btf::TypeId;

bool Walk::fails() const {
  return any_of(Faults, [](const Fault &F) { return F.Errno != 0; });
}

static std::string joined(const std::string &Path, StringRef Name) {
  if (Name.empty() || Path.empty())
    return Path + Name.str();
  return Path + "." + Name.str();
}

/// The special struct of that name, if this kernel looks for it here.
const StructField *Walker::named(TypeId Id) const {
  const btf::Type &T = G[Id];
  if (T.K != Kind::Struct || T.Name.empty())
    return nullptr;
  const StructField *F = K.structField(T.Name);
  unsigned Mask = For == Purpose::MapValue ? field::InMap : field::InObject;
  return F && (F->Traits & Mask) ? F : nullptr;
}

/// The same, if the kernel takes the type for it.
const StructField *Walker::wanted(TypeId Id) const {
  const StructField *F = named(Id);
  return F && F->Size == G[Id].Size ? F : nullptr;
}

/// The same, if it is the size alone that makes the kernel pass it over.
const StructField *Walker::resized(TypeId Id) const {
  const StructField *F = named(Id);
  return F && F->Size != G[Id].Size && K.since(F->Sized) ? F : nullptr;
}

Walk Walker::walk(TypeId Root) {
  Walk Out;
  Root = G.skipModifiers(Root);
  if (G[Root].K != Kind::Struct && G[Root].K != Kind::Datasec)
    return Out;
  Seen None;
  members(Root, 0, "", 0, None, Out);
  // Before there was one record for all kinds, kptrs had a table by themselves.
  size_t Counted = 0;
  auto Over = find_if(Out.Fields, [&](const Field &F) {
    return (K.OneRecord() || isPointer(F.Kind)) && ++Counted > K.maxFields();
  });
  if (Over != Out.Fields.end())
    Out.Faults.push_back({Reason::TooManyFields, E2BIG, Over->At, Over->Path,
                          Over->Kind, utostr(Out.Count)});
  return Out;
}

void Walker::members(TypeId Struct, uint64_t Base, const std::string &Path,
                     unsigned Level, Seen &SeenAbove, Walk &Out) {
  Seen OwnLevel;
  Seen &SeenHere = K.CountsUniqueByLevel() ? OwnLevel : SeenAbove;
  bool SaidBitfield = false, SaidUnaligned = false;
  for (auto [Index, M] : enumerate(G[Struct].Members)) {
    Cursor C{{Struct, unsigned(Index)},
             M.Type,
             Base + M.BitOffset / 8,
             joined(Path, M.Name),
             Level};
    bool Looked =
        K.SearchesNested() || For == Purpose::MapValue || wanted(M.Type);
    if (M.BitOffset % 8 && Looked) {
      if (!SaidBitfield)
        Out.Faults.push_back({Reason::BesideBitfield, EINVAL, C.At, C.Path,
                              std::nullopt, M.Name});
      SaidBitfield = true;
      continue;
    }
    // Of a section's variables only those of a kptr's size are looked at.
    bool Aligns = G[Struct].K != Kind::Datasec || M.Size == 8;
    if (K.AlignsEveryMember() && M.BitOffset / 8 % 8 && Aligns &&
        !SaidUnaligned && !isMeant(M.Type)) {
      SaidUnaligned = true;
      Out.Faults.push_back({Reason::BesideUnaligned, EINVAL, C.At, C.Path,
                            std::nullopt, M.Name});
    }
    member(std::move(C), SeenHere, Out);
  }
}

void Walker::member(Cursor C, Seen &SeenHere, Walk &Out) {
  // No kernel takes as many, and structs that double with each level would have
  // no end.
  if (Out.Fields.size() > EnoughFields)
    return;
  uint64_t Count = 1;
  TypeId Type = C.Type;
  bool IsArray = G[Type].K == Kind::Array;
  unsigned Dims = 0;
  for (; G[Type].K == Kind::Array; ++Dims) {
    Count *= G[Type].Count;
    Type = G[Type].Ref;
  }
  if (Dims >= K.maxDepth() && K.SearchesNested()) {
    auto Inner = hidden(Type);
    Out.Faults.push_back({Reason::TooDeep, E2BIG, C.At, C.Path,
                          Inner ? std::optional(Inner->Kind) : std::nullopt,
                          ""});
    return;
  }
  if (IsArray && (!K.SearchesNested() || Count == 0)) {
    if (auto Inner = hidden(Type))
      Out.Faults.push_back({Count ? Reason::InArray : Reason::InEmptyArray, 0,
                            C.At, joined(C.Path, Inner->Path), Inner->Kind,
                            ""});
    return;
  }
  C.Type = Type;
  if (const StructField *F = wanted(Type))
    structField(C, *F, Count, G[Type].Size, SeenHere, Out);
  else if (const StructField *F = resized(Type))
    Out.Faults.push_back({Reason::OtherSize, 0, C.At, C.Path, F->Kind,
                          utostr(G[Type].Size) + "," + utostr(F->Size)});
  else if (G[Type].K == Kind::Struct)
    nested(C, Count, SeenHere, Out);
  else
    pointer(C, Count, Out);
}

static std::string element(const std::string &Path, uint64_t I, uint64_t Of) {
  return Of == 1 ? Path : Path + "[" + utostr(I) + "]";
}

void Walker::structField(const Cursor &C, const StructField &F, uint64_t Count,
                         uint64_t Stride, Seen &SeenHere, Walk &Out) {
  if (F.Traits & field::Unique) {
    if (is_contained(SeenHere, F.Kind)) {
      Out.Faults.push_back(
          {Reason::Duplicate, E2BIG, C.At, C.Path, F.Kind, ""});
      return;
    }
    SeenHere.push_back(F.Kind);
  }
  if (G[C.At.Owner].Members[C.At.Index].BitOffset / 8 % F.Align) {
    Out.Faults.push_back({Reason::Misaligned,
                          K.RefusesMisaligned() ? EINVAL : 0, C.At, C.Path,
                          F.Kind, utostr(F.Align)});
    return;
  }
  if (F.Traits & field::Repeats)
    graphRoot(C, F, Out);
  if (Count > 1 && !(F.Traits & field::Repeats))
    Out.Faults.push_back(
        {Reason::NotRepeatable, EINVAL, C.At, C.Path, F.Kind, ""});
  if (K.OneRecord())
    Out.Count += Count;
  for (uint64_t I = 0; I != std::min<uint64_t>(Count, K.maxFields() + 1); ++I)
    Out.Fields.push_back(
        {F.Kind, C.Offset + I * Stride, C.At, element(C.Path, I, Count)});
}

std::vector<StringRef> containsTags(const btf::Member &M) {
  std::vector<StringRef> Found;
  for (StringRef Tag : M.DeclTags)
    if (Tag.consume_front("contains:"))
      Found.push_back(Tag);
  return Found;
}

/// What btf_find_graph_root() and btf_parse_graph_root() ask of a list head or
/// tree root: `contains:STRUCT:NODE` with a struct of the object and a node.
void Walker::graphRoot(const Cursor &C, const StructField &F, Walk &Out) {
  auto Bad = [&](int Errno, Twine Why) {
    Out.Faults.push_back(
        {Reason::GraphWithoutContains, Errno, C.At, C.Path, F.Kind, Why.str()});
  };
  StringRef Contains;
  for (StringRef Tag : containsTags(G[C.At.Owner].Members[C.At.Index])) {
    if (!Contains.empty() && Contains != Tag)
      return Bad(EINVAL, "has two tags that say what it contains");
    Contains = Tag;
  }
  auto [Struct, Node] = Contains.split(':');
  if (Contains.empty() || Node.empty())
    return Bad(EINVAL, "has no tag that says what it contains");
  TypeId Element = G.find(Struct);
  if (!Element)
    return Bad(ENOENT, "contains struct '" + Struct +
                           "', which the object's BTF does not have");
  const char *Wanted =
      F.Kind == FieldKind::ListHead ? "bpf_list_node" : "bpf_rb_node";
  int Errno = ENOENT;
  for (const btf::Member &M : G[Element].Members) {
    if (M.Name != Node)
      continue;
    if (G[M.Type].K == Kind::Struct && G[M.Type].Name == Wanted)
      return;
    Errno = EINVAL;
  }
  Bad(Errno, "contains struct '" + Struct + "', which has no " + Wanted + " '" +
                 Node + "'");
}

void Walker::nested(const Cursor &C, uint64_t Count, Seen &SeenHere,
                    Walk &Out) {
  if (!K.SearchesNested()) {
    if (auto Inner = hidden(C.Type))
      Out.Faults.push_back({Reason::InNestedStruct, 0, C.At,
                            joined(C.Path, Inner->Path), Inner->Kind, ""});
    return;
  }
  if (C.Level + 1 >= K.maxDepth()) {
    auto Inner = hidden(C.Type);
    Out.Faults.push_back({Reason::TooDeep, E2BIG, C.At, C.Path,
                          Inner ? std::optional(Inner->Kind) : std::nullopt,
                          ""});
    return;
  }
  if (Plain.count({C.Type, C.Level}))
    return;
  Walk Inner;
  members(C.Type, C.Offset, C.Path, C.Level + 1, SeenHere, Inner);
  if (Inner.Fields.empty() && Inner.Faults.empty())
    Plain.insert({C.Type, C.Level});
  Out.Count += Count * Inner.Count;
  Out.Faults.insert(Out.Faults.end(), Inner.Faults.begin(), Inner.Faults.end());
  auto Single =
      find_if(Inner.Fields, [](const Field &F) { return !repeats(F.Kind); });
  if (Count > 1 && Single != Inner.Fields.end())
    Out.Faults.push_back(
        {Reason::NotRepeatable, EINVAL, C.At, Single->Path, Single->Kind, ""});
  for (uint64_t I = 0; I != std::min<uint64_t>(Count, K.maxFields() + 1); ++I)
    for (const Field &F : Inner.Fields) {
      Field Copy = F;
      Copy.Offset += I * G[C.Type].Size;
      Copy.Path = element(C.Path, I, Count) + F.Path.substr(C.Path.size());
      Out.Fields.push_back(std::move(Copy));
    }
}

void Walker::pointer(const Cursor &C, uint64_t Count, Walk &Out) {
  Pointer P = classify(C.Type);
  // The alignment is looked at before the tag is.
  bool Aligned = G[C.At.Owner].Members[C.At.Index].BitOffset / 8 % 8 == 0;
  if (!Aligned && (P.Kind || P.Meant)) {
    Out.Faults.push_back({Reason::Misaligned,
                          K.RefusesMisaligned() ? EINVAL : 0, C.At, C.Path,
                          P.Kind ? P.Kind : P.Meant, "8"});
    return;
  }
  if (P.Kind) {
    Out.Count += Count;
    for (uint64_t I = 0; I != std::min<uint64_t>(Count, K.maxFields() + 1); ++I)
      Out.Fields.push_back({*P.Kind, C.Offset + 8 * I, C.At,
                            element(C.Path, I, Count), P.Pointee});
  } else if (P.Why) {
    if (Aligned || K.RefusesMisaligned())
      Out.Faults.push_back({*P.Why, P.Errno, C.At, C.Path, P.Meant, P.Detail});
  } else {
    passedOver(C, Out);
  }
}

/// \p C is nothing to the kernel: tells if the author put a special field
/// there.
void Walker::passedOver(const Cursor &C, Walk &Out) {
  const btf::Type &T = G[C.Type];
  if (T.K == Kind::Ptr)
    return;
  auto Inner = hidden(C.Type);
  if (!Inner)
    return;
  TypeId Bare = G.skipModifiers(C.Type);
  while (G[Bare].K == Kind::Array)
    Bare = G.skipModifiers(G[Bare].Ref);
  // The field is what the typedef stands for, or somewhere inside it.
  bool Itself = Inner->Path.empty();
  Reason Why = G[Bare].K == Kind::Union ? Reason::InUnion
               : !Itself                ? Reason::StructTypedef
               : isPointer(Inner->Kind) ? Reason::PointerTypedef
                                        : Reason::FieldTypedef;
  TypeId Named = C.Type;
  while (btf::Graph::isModifier(G[Named].K) && G[Named].K != Kind::Typedef)
    Named = G[Named].Ref;
  bool ByTypedef = G[Named].K == Kind::Typedef;
  Out.Faults.push_back({Why, 0, C.At, joined(C.Path, Inner->Path), Inner->Kind,
                        ByTypedef ? G[Named].Name : ""});
}

std::optional<Field> Walker::hidden(TypeId Id, unsigned Depth) const {
  Id = G.skipModifiers(Id);
  if (Depth > K.maxDepth())
    return std::nullopt;
  const btf::Type &T = G[Id];
  if (T.K == Kind::Array)
    return hidden(T.Ref, Depth + 1);
  if (T.K == Kind::Ptr) {
    Pointer P = classify(Id);
    if (!P.Kind && !P.Meant)
      return std::nullopt;
    return Field{P.Kind ? *P.Kind : *P.Meant, 0, {}, "", P.Pointee};
  }
  if (const StructField *F = wanted(Id))
    return Field{F->Kind, 0, {}, ""};
  if (T.K != Kind::Struct && T.K != Kind::Union)
    return std::nullopt;
  // Deeper down, less of a type is in reach.
  if (auto Known = Nothing.find(Id);
      Known != Nothing.end() && Depth >= Known->second)
    return std::nullopt;
  for (auto [Index, M] : enumerate(T.Members))
    if (auto Inner = hidden(M.Type, Depth + 1)) {
      Inner->Path = Inner->Path.empty() ? M.Name : joined(M.Name, Inner->Path);
      Inner->At = {Id, unsigned(Index)};
      return Inner;
    }
  Nothing[Id] = Depth;
  return std::nullopt;
}

bool Walker::isParsed(TypeId Struct) const {
  if (!K.ParsesStructs() || G[Struct].K != Kind::Struct)
    return false;
  return any_of(G[Struct].Members, [&](const btf::Member &M) {
    const StructField *F = wanted(M.Type);
    if (F || (F = resized(M.Type)))
      return (F->Traits & field::Marks) != 0;
    return K.ParsesStructsWithKptrs() && classify(M.Type).Kind.has_value();
  });
}

} // namespace kernel
} // namespace bpftidy
