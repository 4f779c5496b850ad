//===- MapInnerMismatch.cpp - an inner map of another shape --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bpf_map_meta_equal() compares the special fields of an inner map, their
// kinds, offsets and types, with those of the map that the outer one was made
// with. If they differ the map is not put into its slot: "failed to initialize
// slot [0] to map 'inner'" (-EINVAL), and the object does not load.
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void mapInnerMismatch(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::InnerMapMismatch)
      continue;
    F.warnMap(
        X, "value",
        "the special fields of %0 are not those of the inner maps that map "
        "'%1' declares")
        << X.What.Detail;
    F.note(P.source(X.Maps.front()).Var->getLocation(),
           "give both the same value type");
    F.context(X);
  }
}

} // namespace bpftidy
