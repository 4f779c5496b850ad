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
    F.warn(X, "%0 is %1 beside another one, and the kernel allows one in a "
              "value")
        << kernel::words(*X.What.Meant);
    F.note(P.declaration(X.What.At)->getLocation(),
           "%select{remove %0|move %0 to another section|move %0 to the value "
           "of another map}1")
        << P.declaration(X.What.At)
        << (X.Maps.empty()                                 ? 0U
            : llvm::isa<VarDecl>(P.declaration(X.What.At)) ? 1U
                                                           : 2U);
    F.context(X);
  }
}

} // namespace bpftidy
