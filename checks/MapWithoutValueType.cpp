//===- MapWithoutValueType.cpp - a map value given by its size -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With __uint(value_size, ...) the map has no BTF for its value, and so no
// special fields, whatever the program casts the value to: "map 'm' has to
// have BTF in order to use bpf_kptr_xchg".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void mapWithoutValueType(const Program &P, const kernel::Kernel &K,
                         Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::ValueBySize)
      continue;
    unsigned Map = X.Maps.front();
    {
      auto B = F.warnMap(X, "value_size",
                         "%0 gives its value by size, and the kernel never "
                         "learns of %1 ('%2')");
      B << kernel::words(*X.What.Meant) << X.What.Path;
      // The key needs a type as soon as the value has one.
      B << typeInsteadOfSize(P, Map, "value")
        << typeInsteadOfSize(P, Map, "key");
    }
    F.context(X);
  }
}

} // namespace bpftidy
