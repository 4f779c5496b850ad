//===- FieldTwoLocks.cpp - two sorts of lock in one value ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_parse_fields() refuses a record with both a bpf_spin_lock and a
// bpf_res_spin_lock: -EINVAL, and the object loses its BTF: "map 'm' has to
// have BTF in order to use bpf_spin_lock".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldTwoLocks(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::TwoLocks)
      continue;
    F.warn(X, "%0 is %1 beside a lock of the other sort, and the kernel allows "
              "one lock in a value")
        << kernel::words(*X.What.Meant);
    F.note(P.declaration(X.What.At)->getLocation(),
           "use one lock for the whole value, or move %0 elsewhere")
        << P.declaration(X.What.At);
    F.context(X);
  }
}

} // namespace bpftidy
