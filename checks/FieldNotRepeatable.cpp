//===- FieldNotRepeatable.cpp - an array of what may be there once -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_repeat_fields() allows arrays of kptrs, list heads and tree roots. Any
// other special field in an array is -EINVAL, and the value loses all of its
// special fields: "has no bpf_spin_lock", "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldNotRepeatable(const Program &P, const kernel::Kernel &K,
                        Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::NotRepeatable)
      continue;
    F.warn(X, "%0 repeats %1 ('%2'), of which the kernel allows no arrays")
        << kernel::words(*X.What.Meant) << X.What.Path;
    F.context(X);
  }
}

} // namespace bpftidy
