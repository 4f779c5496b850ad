//===- FieldInArray.cpp - an array of special fields ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels before 6.11 do not search arrays. The elements are plain memory,
// without a word: "R1 has no valid kptr", "map 'm' has no valid kptr" on 6.1.
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldInArray(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::InArray)
      continue;
    F.warn(X, "array %0 holds %1 ('%2'), and the kernel does not look into "
              "arrays")
        << kernel::words(*X.What.Meant) << X.What.Path;
    F.note(P.declaration(X.What.At)->getLocation(),
           "use a map entry for each element");
    F.context(X);
  }
}

} // namespace bpftidy
