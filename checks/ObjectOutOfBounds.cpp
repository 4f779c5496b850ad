//===- ObjectOutOfBounds.cpp - an access beyond an object -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An object from bpf_obj_new(), and the memory behind a uptr, is one struct and
// no array: "access beyond struct obj at off 40 size 8", "R1 min value is
// outside of the allowed memory range".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

/// The size of \p Type; none if more may follow it.
static std::optional<uint64_t> fixedSize(const btf::Graph &G,
                                         btf::TypeId Type) {
  const btf::Type &T = G[Type];
  if (T.K != btf::Kind::Struct || !T.Size || T.Members.empty())
    return std::nullopt;
  const btf::Type &Last = G[G.skipModifiers(T.Members.back().Type)];
  return Last.K == btf::Kind::Array && !Last.Count ? std::nullopt
                                                   : std::optional(T.Size);
}

/// What is at \p A: an object whose size is known, or what a uptr points to.
static std::optional<Object> sizedObject(const Program &P,
                                         const kernel::Kernel &K,
                                         const Address &A, uint64_t &Size) {
  auto O = enclosing(P, K, A);
  bool OfUser = O && O->From && O->From->is(kernel::FieldKind::User);
  if (A.Variable || !O || !O->Type || O->Percpu || !(O->Local || OfUser))
    return std::nullopt;
  auto Fixed = fixedSize(P.graph(), O->Type);
  Size = Fixed.value_or(0);
  return Fixed ? O : std::nullopt;
}

static bool isInside(const Address &A, uint64_t Bytes, uint64_t Size) {
  return A.Offset >= 0 && uint64_t(A.Offset) + Bytes <= Size;
}

void objectOutOfBounds(const Program &P, const kernel::Kernel &K, Findings &F) {
  uint64_t Size = 0;
  for (const Access &A : P.accesses().accesses()) {
    if (!A.Used && !A.Volatile && !A.writes())
      continue;
    auto O = sizedObject(P, K, A.Where, Size);
    if (!O || isInside(A.Where, A.Size, Size))
      continue;
    F.warn(A.Place->getExprLoc(), kernel::Effect::ProgramRefused,
           "this is %select{in front of|beyond the end of}0 an object of %1, "
           "which has %2 byte%s2")
        << unsigned(A.Where.Offset >= 0) << nameStruct(O->Struct)
        << unsigned(Size) << A.Place->getSourceRange();
    noteInside(F, A);
    if (O->From)
      noteField(P, F, *O->From);
  }
  // Other objects are no memory that a helper takes.
  for (const Call &C : P.accesses().calls())
    for (const GivenMemory &M : givenMemory(P, C)) {
      Address A = P.accesses().pointers().pointee(M.Pointer);
      auto O = sizedObject(P, K, A, Size);
      if (!O || O->Local || isInside(A, M.Size, Size))
        continue;
      F.warn(M.Pointer->getExprLoc(), kernel::Effect::ProgramRefused,
             "the %0 byte%s0 that %1() gets %select{begin in front of|reach "
             "beyond the end of}2 an object of %3, which has %4 byte%s4")
          << unsigned(M.Size) << C.Name << unsigned(A.Offset >= 0)
          << nameStruct(O->Struct) << unsigned(Size)
          << M.Pointer->getSourceRange();
      noteField(P, F, *O->From);
    }
}

} // namespace bpftidy
