//===- MapTypeUnfit.cpp - a map type that cannot hold the field ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// map_check_btf() refuses, with -EOPNOTSUPP, special fields in the values of
// map types that would not free them. libbpf then creates the map a second
// time without BTF, and goes on: the fields are plain memory. "map 'm' has to
// have BTF in order to use bpf_kptr_xchg".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

/// The first type of map that holds such a field; null if none does.
static const kernel::MapType *typeThatHolds(const kernel::Kernel &K,
                                            kernel::FieldKind Kind) {
  for (unsigned Number = 1;; ++Number) {
    const kernel::MapType *T = kernel::mapType(Number);
    if (!T || (K.since(T->Since) && K.holds(*T, Kind)))
      return T;
  }
}

void mapTypeUnfit(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::MapType)
      continue;
    F.warnMap(X, "type", "%0 is of type %1, whose values cannot hold %2 ('%3')")
        << X.What.Detail << kernel::words(*X.What.Meant) << X.What.Path;
    // A section has no definition; what is wrong is at the variable.
    const DeclaratorDecl *At = P.source(X.Maps.front()).Var;
    if (!At)
      At = P.declaration(X.What.At);
    if (const kernel::MapType *Fit = typeThatHolds(K, *X.What.Meant))
      if (At)
        F.note(At->getLocation(), "a map of type %0 can hold it") << Fit->Name;
    F.context(X);
  }
}

} // namespace bpftidy
