//===- MapMmapable.cpp - a mappable map of special fields ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A map with BPF_F_MMAPABLE may have special fields, and then no one can map
// it: user space must not see or change kernel pointers, and mmap() of the map
// is -ENOTSUPP.
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void mapMmapable(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::MapMmapable)
      continue;
    F.warnMap(X, "map_flags",
              "%0 has %1 and holds %2 ('%3'): mmap() of it is refused "
              "(ENOTSUPP)")
        << X.What.Detail << kernel::words(*X.What.Meant) << X.What.Path;
    F.note(P.source(X.Maps.front()).Var->getLocation(),
           "drop %0, or keep what user space maps in a map of its own")
        << X.What.Detail << removeFlag(P, X.Maps.front(), X.What.Detail);
    F.context(X);
  }
}

} // namespace bpftidy
