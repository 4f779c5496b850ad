//===- Kernel.cpp - typed questions over the kernel tables ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "kernel/Kernel.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

using namespace llvm;

namespace bpftidy {
namespace kernel {

namespace {
using namespace field;
using namespace maptype;

const Tag Tags[] = {
#define TAG(Spelling, Kind, Macro, Since, Until)                               \
  {Spelling, FieldKind::Kind, Macro, Since, Until},
#include "kernel/Tags.def"
};

const StructField StructFields[] = {
#define STRUCT_FIELD(Kind, Name, Size, Align, Since, Traits)                   \
  {FieldKind::Kind, Name, Size, Align, Since, Traits},
#include "kernel/Fields.def"
};

const MapType MapTypes[] = {
#define MAP_TYPE(Name, Number, Since, Traits) {#Name, Number, Since, Traits},
#include "kernel/MapTypes.def"
};

struct Holding {
  FieldKind Kind;
  StringRef Map;
  Release Since;
};

const Holding Holdings[] = {
#define HOLDS(Kind, Map, Since) {FieldKind::Kind, #Map, Since},
#include "kernel/MapTypes.def"
};

struct DatedDestructor {
  Destructor D;
  Release Since, Until;
};

const DatedDestructor Destructors[] = {
#define DESTRUCTOR(Struct, Release, SinceMaj, SinceMin, UntilMaj, UntilMin)    \
  {{#Struct, #Release}, {SinceMaj, SinceMin}, {UntilMaj, UntilMin}},
#include "kernel/Destructors.def"
};

struct NamedStruct {
  StringLiteral Name;
  uint16_t SinceMajor, SinceMinor, UntilMajor, UntilMinor;
};

const NamedStruct StructNames[] = {
#define KERNEL_STRUCT(Name, SinceMaj, SinceMin, UntilMaj, UntilMin)            \
  {#Name, SinceMaj, SinceMin, UntilMaj, UntilMin},
#include "kernel/StructNames.def"
};

struct Limit {
  StringRef Name;
  unsigned Value;
  Release Since, Until;
};

const Limit Limits[] = {
#define LIMIT(Name, Value, Since, Until) {#Name, Value, Since, Until},
#include "kernel/Behaviours.def"
};

unsigned limit(StringRef Name, Release R) {
  for (const Limit &L : Limits)
    if (L.Name == Name && L.Since <= R && R <= L.Until)
      return L.Value;
  return ~0U;
}
} // namespace

unsigned Kernel::maxFields() const { return limit("MaxFields", R); }
unsigned Kernel::maxDepth() const { return limit("MaxDepth", R); }
unsigned Kernel::ownershipDepth() const { return limit("OwnershipDepth", R); }
unsigned Kernel::maxPercpuObject() const { return limit("MaxPercpuObject", R); }

const Tag *Kernel::tag(StringRef Spelling) const {
  for (const Tag &T : Tags)
    if (T.Spelling == Spelling && T.Since <= R && R <= T.Until)
      return &T;
  return nullptr;
}

const Tag *Kernel::tagFor(FieldKind Kind) const {
  for (const Tag &T : Tags)
    if (T.Kind == Kind && T.Since <= R && R <= T.Until)
      return &T;
  return nullptr;
}

const StructField *Kernel::structField(StringRef Name) const {
  const StructField *F = knownStructField(Name);
  return F && F->Since <= R ? F : nullptr;
}

bool Kernel::holds(const MapType &Map, FieldKind Kind) const {
  return any_of(Holdings, [&](const Holding &H) {
    return H.Kind == Kind && H.Map == Map.Name && H.Since <= R;
  });
}

const Destructor *Kernel::destructor(StringRef Struct) const {
  for (const DatedDestructor &D : Destructors)
    if (D.D.Struct == Struct && D.Since <= R && R <= D.Until)
      return &D.D;
  return nullptr;
}

static const NamedStruct *firstStruct(StringRef Name) {
  return llvm::lower_bound(
      StructNames, Name,
      [](const NamedStruct &A, StringRef B) { return A.Name < B; });
}

bool isKernelStruct(StringRef Name) {
  const NamedStruct *S = firstStruct(Name);
  return S != std::end(StructNames) && S->Name == Name;
}

bool Kernel::hasStruct(StringRef Name) const {
  // A row that begins with the oldest kernel looked at says nothing of when
  // the struct came.
  static const Release Oldest = [] {
    Release Min = Now;
    for (const NamedStruct &S : StructNames)
      Min = std::min(Min, Release{S.SinceMajor, S.SinceMinor});
    return Min;
  }();
  const NamedStruct *S = firstStruct(Name);
  for (; S != std::end(StructNames) && S->Name == Name; ++S)
    if ((Release{S->SinceMajor, S->SinceMinor} == Oldest ||
         Release{S->SinceMajor, S->SinceMinor} <= R) &&
        R <= Release{S->UntilMajor, S->UntilMinor})
      return true;
  return false;
}

const MapType *mapType(unsigned Number) {
  const MapType *M =
      find_if(MapTypes, [&](const MapType &T) { return T.Number == Number; });
  return M == std::end(MapTypes) ? nullptr : M;
}

const Tag *knownTag(StringRef Spelling) {
  const Tag *Newest = nullptr;
  for (const Tag &T : Tags)
    if (T.Spelling == Spelling && (!Newest || Newest->Since < T.Since))
      Newest = &T;
  return Newest;
}

const StructField *knownStructField(StringRef Name) {
  const StructField *F = find_if(
      StructFields, [&](const StructField &S) { return S.Name == Name; });
  return F == std::end(StructFields) ? nullptr : F;
}

bool isPointer(FieldKind Kind) {
  return none_of(StructFields,
                 [&](const StructField &S) { return S.Kind == Kind; });
}

bool repeats(FieldKind Kind) {
  return isPointer(Kind) || any_of(StructFields, [&](const StructField &S) {
           return S.Kind == Kind && (S.Traits & Repeats);
         });
}

std::string words(FieldKind Kind) {
  switch (Kind) {
#define POINTER_FIELD(Kind, Words)                                             \
  case FieldKind::Kind:                                                        \
    return Words;
#define STRUCT_FIELD(Kind, Name, Size, Align, Since, Traits)                   \
  case FieldKind::Kind:                                                        \
    return "a " Name;
#include "kernel/Fields.def"
  }
  return "";
}

/// The releases at which a row begins or the one after which it ends.
static const std::set<std::pair<unsigned, unsigned>> &boundaries() {
  static const auto *All = [] {
    auto *B = new std::set<std::pair<unsigned, unsigned>>;
    std::set<std::pair<unsigned, unsigned>> Ends;
    auto AddRow = [&](Release Since, Release Until) {
      B->insert({Since.Major, Since.Minor});
      Ends.insert({Until.Major, Until.Minor});
    };
#define BEHAVIOUR(Name, Since, Until) AddRow(Since, Until);
#define LIMIT(Name, Value, Since, Until) AddRow(Since, Until);
#include "kernel/Behaviours.def"
#define KFUNC(Name, Flags, A, B, C, D) AddRow({A, B}, {C, D});
#define KFUNC_SET(Name, Hook, A, B, C, D) AddRow({A, B}, {C, D});
#define KFUNC_HOOK(Type, Hook, A, B, C, D) AddRow({A, B}, {C, D});
#include "kernel/Kfuncs.def"
#define NOT_IN_PROGRAM(Kind, Type, Since, Until) AddRow(Since, Until);
#include "kernel/ProgramFields.def"
#define RCU_STRUCT(Name, Since) AddRow(Since, Now);
#include "kernel/Helpers.def"
    for (const Tag &T : Tags)
      AddRow(T.Since, T.Until);
    for (const StructField &F : StructFields)
      AddRow(F.Since, Now);
    for (const MapType &M : MapTypes)
      AddRow(M.Since, Now);
    for (const Holding &H : Holdings)
      AddRow(H.Since, Now);
    for (const DatedDestructor &D : Destructors)
      AddRow(D.Since, D.Until);
    for (const NamedStruct &S : StructNames)
      AddRow({S.SinceMajor, S.SinceMinor}, {S.UntilMajor, S.UntilMinor});
    // What ends with one release changes with the next.
    for (const auto &End : Ends) {
      Release Last{End.first, End.second};
      auto Next = find_if(allReleases(), [&](Release R) { return Last < R; });
      if (Next != allReleases().end())
        B->insert({Next->Major, Next->Minor});
    }
    return B;
  }();
  return *All;
}

std::vector<std::pair<Kernel, ReleaseSet>>
distinctKernels(const ReleaseSet &Set) {
  std::vector<std::pair<Kernel, ReleaseSet>> Kernels;
  for (Release R : Set) {
    // A release that follows its neighbour without a boundary between them
    // answers as that one does.
    bool Same = !Kernels.empty();
    if (Same) {
      Release Last = Kernels.back().second.back();
      for (Release Between : allReleases())
        if (Last < Between && Between <= R &&
            boundaries().count({Between.Major, Between.Minor}))
          Same = false;
    }
    if (!Same)
      Kernels.push_back({Kernel(R), {}});
    Kernels.back().second.push_back(R);
  }
  return Kernels;
}

} // namespace kernel
} // namespace bpftidy
