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

void objectOutOfBounds(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const Access &A : P.accesses().accesses()) {
    if (A.Where.Variable || (!A.Used && !A.Volatile && !A.writes()))
      continue;
    auto O = enclosing(P, K, A.Where);
    bool OfUser = O && O->From && O->From->is(kernel::FieldKind::User);
    if (!O || !O->Type || O->Percpu || !(O->Local || OfUser))
      continue;
    auto Size = fixedSize(P.graph(), O->Type);
    if (!Size ||
        (A.Where.Offset >= 0 && uint64_t(A.Where.Offset) + A.Size <= *Size))
      continue;
    F.warn(A.Place->getExprLoc(), kernel::Effect::ProgramRefused,
           "this is %select{in front of|beyond the end of}0 an object of %1, "
           "which has %2 byte%s2")
        << unsigned(A.Where.Offset >= 0) << nameStruct(O->Struct)
        << unsigned(*Size) << A.Place->getSourceRange();
    noteInside(F, A);
    if (O->From)
      noteField(P, F, *O->From);
  }
}

} // namespace bpftidy
