//===- FieldTooDeep.cpp - special fields nested too deep -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The search for special fields follows structs and arrays to a fixed depth
// (MAX_RESOLVE_DEPTH) and fails with -E2BIG beyond it, which costs the value
// all of them: "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldTooDeep(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::TooDeep)
      continue;
    F.warn(X, "%0 is nested more than %1 levels deep, where the kernel's "
              "search for special fields gives up")
        << K.maxDepth() - 1;
    F.note(P.declaration(X.What.At)->getLocation(),
           "flatten the structs and arrays");
    F.context(X);
  }
}

} // namespace bpftidy
