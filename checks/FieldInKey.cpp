//===- FieldInKey.cpp - a special field in a key -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kernel searches the value of a map for special fields, never its key. A
// pointer in a key is a number to it, and a lock or timer is bytes.
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldInKey(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::InKey)
      continue;
    F.warn(X, "%0 is %1 in the key of a map, and the kernel looks for such "
              "fields in values only")
        << kernel::words(*X.What.Meant);
    F.context(X);
  }
}

} // namespace bpftidy
