//===- Kernel.cpp - typed questions over the kernel tables ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "kernel/Kernel.h"
#include "llvm/ADT/STLExtras.h"

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
#define STRUCT_FIELD(Kind, Name, Size, Align, Since, Sized, Traits)            \
  {FieldKind::Kind, Name, Size, Align, Since, Sized, Traits},
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

// Ten thousand pointers to names are as many for the dynamic linker to set each
// time that a compiler loads the plugin. Offsets need nothing done.
#define PASTE(A, B) A##B
#define ROW(Line) PASTE(Row, Line)

const struct NamePool {
#define KERNEL_STRUCT(Name, SinceMaj, SinceMin, UntilMaj, UntilMin)            \
  char ROW(__LINE__)[sizeof(#Name)];
#include "kernel/StructNames.def"
} Names = {
#define KERNEL_STRUCT(Name, SinceMaj, SinceMin, UntilMaj, UntilMin) #Name,
#include "kernel/StructNames.def"
};

struct NamedStruct {
  uint32_t Offset;
  uint8_t SinceMajor, SinceMinor, UntilMajor, UntilMinor;

  StringRef name() const {
    return reinterpret_cast<const char *>(&Names) + Offset;
  }
  Release since() const { return {SinceMajor, SinceMinor}; }
};

const NamedStruct StructNames[] = {
#define KERNEL_STRUCT(Name, SinceMaj, SinceMin, UntilMaj, UntilMin)            \
  {offsetof(NamePool, ROW(__LINE__)), SinceMaj, SinceMin, UntilMaj, UntilMin},
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

unsigned limit(StringRef Name, const Kernel &K) {
  for (const Limit &L : Limits)
    if (L.Name == Name && K.in(L.Since, L.Until))
      return L.Value;
  return ~0U;
}
} // namespace

unsigned Kernel::maxFields() const { return limit("MaxFields", *this); }
unsigned Kernel::maxDepth() const { return limit("MaxDepth", *this); }
unsigned Kernel::ownershipDepth() const {
  return limit("OwnershipDepth", *this);
}
unsigned Kernel::maxPercpuObject() const {
  return limit("MaxPercpuObject", *this);
}

const Tag *Kernel::tag(StringRef Spelling) const {
  for (const Tag &T : Tags)
    if (T.Spelling == Spelling && in(T.Since, T.Until))
      return &T;
  return nullptr;
}

const Tag *Kernel::tagFor(FieldKind Kind) const {
  for (const Tag &T : Tags)
    if (T.Kind == Kind && in(T.Since, T.Until))
      return &T;
  return nullptr;
}

const StructField *Kernel::structField(StringRef Name) const {
  const StructField *F = knownStructField(Name);
  return F && since(F->Since) ? F : nullptr;
}

bool Kernel::holds(const MapType &Map, FieldKind Kind) const {
  return any_of(Holdings, [&](const Holding &H) {
    return H.Kind == Kind && H.Map == Map.Name && since(H.Since);
  });
}

const Destructor *Kernel::destructor(StringRef Struct) const {
  for (const DatedDestructor &D : Destructors)
    if (D.D.Struct == Struct && in(D.Since, D.Until))
      return &D.D;
  return nullptr;
}

static const NamedStruct *firstStruct(StringRef Name) {
  return llvm::lower_bound(
      StructNames, Name,
      [](const NamedStruct &A, StringRef B) { return A.name() < B; });
}

bool isKernelStruct(StringRef Name) {
  const NamedStruct *S = firstStruct(Name);
  return S != std::end(StructNames) && S->name() == Name;
}

bool Kernel::hasStruct(StringRef Name) const {
  // A row that begins with the oldest kernel looked at says nothing of when
  // the struct came.
  static const Release Oldest = [] {
    Release Min = Now;
    for (const NamedStruct &S : StructNames)
      Min = std::min(Min, S.since());
    return Min;
  }();
  const NamedStruct *S = firstStruct(Name);
  for (; S != std::end(StructNames) && S->name() == Name; ++S)
    if (in(S->since() == Oldest ? Release() : S->since(),
           {S->UntilMajor, S->UntilMinor}))
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
#define STRUCT_FIELD(Kind, Name, Size, Align, Since, Sized, Traits)            \
  case FieldKind::Kind:                                                        \
    return "a " Name;
#include "kernel/Fields.def"
  }
  return "";
}

ReleaseSet takeAlike(ReleaseSet &Left, const Kernel &K) {
  auto First = find_if(reverse(Left), [&](Release R) {
                 return !K.answersLike(R);
               }).base();
  ReleaseSet Taken(First, Left.end());
  Left.erase(First, Left.end());
  return Taken;
}

} // namespace kernel
} // namespace bpftidy
