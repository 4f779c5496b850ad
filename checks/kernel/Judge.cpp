//===- Judge.cpp - what a kernel makes of an object's maps ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "kernel/Judge.h"
#include "kernel/Ownership.h"
#include "kernel/Record.h"
#include "kernel/Types.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <cerrno>
#include <map>

using namespace llvm;

namespace bpftidy {
namespace kernel {

using btf::Kind;
using btf::TypeId;

namespace {
enum MapFlag : uint64_t {
#define MAP_FLAG(Name, Value) Name = Value,
#define UPDATE_FLAG(Name, Value) Name = Value,
#include "kernel/Flags.def"
};

} // namespace

const uint64_t ReadOnlySectionFlags = BPF_F_RDONLY_PROG;
const uint64_t LockedUpdateFlag = BPF_F_LOCK;

namespace {
/// One run of judge().
class Court {
public:
  Court(const btf::Graph &G, ArrayRef<MapSpec> Maps, const Kernel &K)
      : G(G), Maps(Maps), K(K) {}

  std::vector<Problem> run();

private:
  void loadObject();
  void createMap(unsigned Index);
  void warnOfPointees(unsigned Index, const Walk &W);
  void checkKinds(unsigned Index, const Walk &W);
  void checkUptrs(unsigned Index, const Walk &W);
  void checkMapping(unsigned Index, const Walk &W);
  void checkSlots(unsigned Index);
  void add(const Fault &F, Effect Cost, std::optional<unsigned> Map,
           TypeId Object = 0);
  void addAtMap(Reason Why, int Errno, Effect Cost, unsigned Map,
                const Field *Meant, std::string Detail = "");
  bool matters(const Problem &P) const;
  void fillLosses(Problem &P);

  const btf::Graph &G;
  ArrayRef<MapSpec> Maps;
  const Kernel &K;
  std::vector<Problem> Problems;
  std::map<std::pair<Reason, Place>, size_t> Known;
  std::vector<Walk> Values; ///< What each map's value was meant to have.
};
} // namespace

/// One finding for each mistake: the same one seen in another map, or once in
/// the object and once in a map, is merged, the worse effect counts.
void Court::add(const Fault &F, Effect Cost, std::optional<unsigned> Map,
                TypeId Object) {
  auto [It, New] = Known.try_emplace({F.Why, F.At}, Problems.size());
  if (New)
    Problems.push_back({F, Cost, {}, false, {}, {}, Object});
  Problem &P = Problems[It->second];
  P.Cost = std::max(P.Cost, Cost);
  if (Map && !is_contained(P.Maps, *Map)) {
    P.Maps.push_back(*Map);
    P.What.Path = F.Path;
  }
}

void Court::addAtMap(Reason Why, int Errno, Effect Cost, unsigned Map,
                     const Field *Meant, std::string Detail) {
  Fault F{Why, Errno, {}, "", std::nullopt, std::move(Detail)};
  if (Meant) {
    F.At = Meant->At;
    F.Path = Meant->Path;
    F.Meant = Meant->Kind;
  }
  const MapType *T = mapType(Maps[Map].Type);
  bool LoadFails =
      Cost == Effect::MapRefused && T && (T->Traits & maptype::NeedsBtf);
  Problems.push_back({std::move(F), Cost, {Map}, LoadFails, {}, {}, 0});
}

/// Pointees that the kernel takes for something else than the author did.
void Court::warnOfPointees(unsigned Index, const Walk &W) {
  for (const Field &F : W.Fields) {
    if (!isPointer(F.Kind) || F.Kind == FieldKind::User)
      continue;
    const btf::Type &T = G[F.Pointee];
    StringRef Base = StringRef(T.Name).split("___").first;
    Fault Odd{Reason::PointeeFlavour, 0, F.At, F.Path, F.Kind, T.Name};
    if (Base != T.Name && K.hasStruct(Base)) {
      add(Odd, Effect::AcceptedButWrong, Index);
      continue;
    }
    bool InKernel = K.hasStruct(T.Name);
    if (F.Kind == FieldKind::Percpu && (InKernel || T.OfKernel))
      Odd.Why = Reason::PercpuOfKernelType;
    else if (F.Kind == FieldKind::Untrusted && InKernel && !T.OfKernel &&
             T.Size)
      Odd.Why = Reason::PointeeNameClash;
    else
      continue;
    add(Odd, Effect::AcceptedButWrong, Index);
  }
}

/// btf_check_and_fixup_fields() on uptrs, which only task storage gets to.
void Court::checkUptrs(unsigned Index, const Walk &W) {
  constexpr uint64_t PageSize = 4096;
  std::optional<Place> Last;
  for (const Field &F : W.Fields) {
    // The elements of an array are one mistake.
    if (F.Kind != FieldKind::User || Last == F.At)
      continue;
    Last = F.At;
    const btf::Type &T = G[F.Pointee];
    if (K.hasStruct(T.Name) || T.OfKernel)
      addAtMap(Reason::UptrOfKernelType, EINVAL, Effect::MapRefused, Index, &F,
               T.Name);
    else if (T.Size == 0 || T.Size > PageSize)
      addAtMap(Reason::UptrSize, T.Size ? E2BIG : EINVAL, Effect::MapRefused,
               Index, &F, std::to_string(T.Size));
  }
}

/// A map with special fields is created mmapable, and then not mmap()ed.
void Court::checkMapping(unsigned Index, const Walk &W) {
  const MapSpec &M = Maps[Index];
  if (W.Fields.empty())
    return;
  if (M.Flags & BPF_F_MMAPABLE)
    addAtMap(Reason::MapMmapable, 0, Effect::AcceptedButWrong, Index,
             &W.Fields.front(), "BPF_F_MMAPABLE");
  if (M.Exported && !(M.Flags & BPF_F_RDONLY_PROG)) {
    Problem P{{Reason::SectionExported, 0, *M.Exported, W.Fields.front().Path,
               W.Fields.front().Kind, ""},
              Effect::AcceptedButWrong,
              {Index},
              false,
              {},
              {},
              0};
    Problems.push_back(std::move(P));
  }
}

/// bpf_map_meta_equal(): an inner map has the special fields of the template.
void Court::checkSlots(unsigned Index) {
  const MapSpec &M = Maps[Index];
  if (!M.Template)
    return;
  auto Record = [&](unsigned Map) {
    const Walk &W = Values[Map];
    std::vector<std::tuple<FieldKind, uint64_t, TypeId>> Fields;
    // A map that ends up without its BTF has no fields at all.
    bool WithoutBtf = any_of(Problems, [&](const Problem &P) {
      return !P.Maps.empty() && P.Maps.front() == Map &&
             (P.What.Why == Reason::ValueBySize ||
              P.What.Why == Reason::MapTypeWithoutBtf ||
              (P.Cost == Effect::MapRefused &&
               P.What.Why != Reason::InnerMapMismatch));
    });
    if (!WithoutBtf && !W.fails())
      for (const Field &F : W.Fields)
        Fields.emplace_back(F.Kind, F.Offset, F.Pointee);
    return Fields;
  };
  for (unsigned Slot : M.Slots) {
    if (Record(Slot) == Record(*M.Template))
      continue;
    const Walk &W = Values[Values[Slot].Fields.empty() ? *M.Template : Slot];
    addAtMap(Reason::InnerMapMismatch, EINVAL, Effect::MapRefused, Slot,
             W.Fields.empty() ? nullptr : &W.Fields.front(), M.Name);
    Problems.back().LoadFails = true;
  }
}

void Court::loadObject() {
  for (const Fault &F : checkTypes(G, K))
    add(F, Effect::BtfLost, std::nullopt);
  if (!K.ParsesStructs())
    return;
  Walker Object(G, K, Purpose::Object);
  OwnershipModel Owners(G, K);
  for (TypeId Id = 1; Id != G.size(); ++Id) {
    if (G[Id].K != Kind::Struct || G[Id].Emitted != btf::Emission::Full ||
        !Object.isParsed(Id))
      continue;
    Walk W = Object.walk(Id);
    checkRecord(G, K, W);
    Owners.check(Id, W);
    for (const Fault &F : W.Faults)
      if (F.Errno)
        add(F, Effect::BtfLost, std::nullopt, Id);
    // A struct that was worth a look and has no field after all is an error.
    if (!W.fails() && W.Fields.empty())
      for (Fault F : W.Faults) {
        F.Errno = EFAULT;
        add(F, Effect::BtfLost, std::nullopt, Id);
      }
  }
}

void Court::checkKinds(unsigned Index, const Walk &W) {
  const MapSpec &M = Maps[Index];
  const MapType *T = mapType(M.Type);
  if (!T || W.Fields.empty())
    return;
  if (T->Traits & maptype::StripsBtf) {
    addAtMap(Reason::MapTypeWithoutBtf, 0, Effect::FieldsLost, Index,
             &W.Fields.front(), T->Name.str());
    return;
  }
  if (T->Traits & maptype::NoValues)
    return;
  auto Unfit =
      find_if(W.Fields, [&](const Field &F) { return !K.holds(*T, F.Kind); });
  if (K.since(T->Since) && Unfit != W.Fields.end())
    addAtMap(Reason::MapType, EOPNOTSUPP, Effect::MapRefused, Index, &*Unfit,
             T->Name.str());
  else
    checkUptrs(Index, W);
  if (Unfit != W.Fields.end())
    return;
  if ((M.Flags & BPF_F_RDONLY_PROG) ||
      ((M.Flags & BPF_F_WRONLY_PROG) &&
       (K.WriteOnlyRefusesAll() ||
        any_of(W.Fields, [](const Field &F) { return isPointer(F.Kind); }))))
    addAtMap(Reason::MapReadOnly, EACCES, Effect::MapRefused, Index,
             &W.Fields.front(),
             M.Flags & BPF_F_RDONLY_PROG ? "BPF_F_RDONLY_PROG"
                                         : "BPF_F_WRONLY_PROG");
  if (M.KeyBySize && !M.Key && !(K.HashWithoutKeyType() && T->Name == "HASH"))
    addAtMap(Reason::KeyBySize, EINVAL, Effect::MapRefused, Index,
             &W.Fields.front());
}

void Court::createMap(unsigned Index) {
  const MapSpec &M = Maps[Index];
  Walker Value(G, K, Purpose::MapValue);
  Walk &W = Values[Index];

  if (auto InKey = Value.hidden(M.Key))
    add({Reason::InKey, 0, InKey->At, InKey->Path, InKey->Kind, ""},
        Effect::FieldIgnored, Index);

  if (M.ValueBySize && !M.Value) {
    // The kernel sees no type at all; what was meant tells what is lost.
    W = Value.walk(M.SizedValue);
    auto Meant = W.Fields.empty() ? Value.hidden(M.SizedValue)
                                  : std::optional(W.Fields.front());
    // A type would not help where libbpf drops all of them.
    const MapType *T = mapType(M.Type);
    if (Meant && T && (T->Traits & maptype::StripsBtf))
      addAtMap(Reason::MapTypeWithoutBtf, 0, Effect::FieldsLost, Index, &*Meant,
               T->Name.str());
    else if (Meant)
      addAtMap(Reason::ValueBySize, 0, Effect::FieldsLost, Index, &*Meant,
               G[G.skipModifiers(M.SizedValue)].Name);
    return;
  }

  // A value that is a lock itself has none among its members.
  // libbpf wants to know the size of the value before it creates anything.
  TypeId ValueStruct = G.skipModifiers(M.Value);
  if (M.IsTemplate && G[ValueStruct].Emitted == btf::Emission::Forward) {
    addAtMap(Reason::InnerValueForwarded, EINVAL, Effect::MapRefused, Index,
             nullptr, G[ValueStruct].Name);
    Problems.back().LoadFails = true;
  }

  Kind ValueKind = G[ValueStruct].K;
  bool HasMembers = ValueKind == Kind::Struct || ValueKind == Kind::Datasec;
  auto Meant = Value.hidden(M.Value);
  if (!HasMembers || (Meant && Meant->Path.empty())) {
    if (Meant)
      addAtMap(Reason::ValueNotStruct, EINVAL, Effect::FieldsLost, Index,
               &*Meant);
    return;
  }
  W = Value.walk(M.Value);
  checkRecord(G, K, W);
  for (const Fault &F : W.Faults)
    add(F, F.Errno ? Effect::FieldsLost : Effect::FieldIgnored, Index);
  if (W.fails())
    return;
  size_t Known = Problems.size();
  checkKinds(Index, W);
  // A map that is refused is made again without BTF, and then mmap()ed.
  bool Refused = any_of(drop_begin(Problems, Known), [](const Problem &P) {
    return P.Cost == Effect::MapRefused;
  });
  warnOfPointees(Index, W);
  if (!Refused)
    checkMapping(Index, W);
}

/// An error in a type without any special field costs nobody anything.
bool Court::matters(const Problem &P) const {
  bool OfTypes =
      P.What.Why == Reason::AtomicMember || P.What.Why == Reason::InvalidType ||
      P.What.Why == Reason::TagBehindTypedef || P.What.Why == Reason::TooDeep;
  return P.What.Meant || !P.Losses.empty() || P.LoadFails ||
         (P.Cost == Effect::BtfLost && !OfTypes) ||
         P.Cost == Effect::MapRefused;
}

/// "slot[1].task" as "slot[].task".
static std::string withoutIndices(StringRef Path) {
  std::string Out;
  for (char C : Path)
    if (!isDigit(C) || Out.empty() || Out.back() != '[')
      Out += C;
  return Out;
}

void Court::fillLosses(Problem &P) {
  if (P.Cost != Effect::FieldsLost && P.Cost != Effect::BtfLost)
    return;
  // The elements of one array are one loss.
  StringSet<> Said;
  for (auto [Index, W] : enumerate(Values)) {
    if (P.Cost == Effect::FieldsLost && !is_contained(P.Maps, Index))
      continue;
    Said.clear();
    for (const Field &F : W.Fields) {
      bool Shares = K.OneRecord() || (P.What.Meant && !isPointer(*P.What.Meant)
                                          ? F.Kind == *P.What.Meant
                                          : isPointer(F.Kind));
      if (Shares && !(F.At == P.What.At) &&
          Said.insert(withoutIndices(F.Path)).second)
        P.Losses.push_back({unsigned(Index), F.Kind, F.Path});
    }
  }
}

std::vector<Problem> Court::run() {
  Values.resize(Maps.size());
  loadObject();
  for (unsigned Index = 0; Index != Maps.size(); ++Index)
    createMap(Index);
  for (unsigned Index = 0; Index != Maps.size(); ++Index)
    checkSlots(Index);
  // Some maps are not created without BTF, and libbpf gives up.
  auto Needy = find_if(Maps, [](const MapSpec &M) {
    const MapType *T = mapType(M.Type);
    return T && (T->Traits & maptype::NeedsBtf) && !M.IsTemplate;
  });
  for (Problem &P : Problems) {
    fillLosses(P);
    if (P.Cost == Effect::BtfLost && Needy != Maps.end()) {
      P.LoadFails = true;
      P.Needy = Needy - Maps.begin();
    }
  }
  erase_if(Problems, [&](const Problem &P) { return !matters(P); });
  return std::move(Problems);
}

std::vector<Problem> judge(const btf::Graph &G, ArrayRef<MapSpec> Maps,
                           const Kernel &K) {
  return Court(G, Maps, K).run();
}

} // namespace kernel
} // namespace bpftidy
