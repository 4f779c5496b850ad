//===- FieldTwice.cpp - a second lock or timer ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A map value has one bpf_spin_lock, one bpf_timer and so on. A second one is
// -E2BIG, and the value loses all of its special fields: "has no
// bpf_spin_lock".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldTwice(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::Duplicate)
      continue;
    F.warn(X, "%0 is a second one of its kind: a map value has %1 once")
        << kernel::words(*X.What.Meant);
    F.note(P.declaration(X.What.At)->getLocation(),
           "move %0 to the value of another map")
        << P.declaration(X.What.At);
    F.context(X);
  }
}

} // namespace bpftidy
