//===- UptrPointee.cpp - a uptr to the wrong struct ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A uptr maps a page of user memory: btf_check_and_fixup_fields() refuses one
// to a kernel struct or to nothing with -EINVAL, and one to more than a page
// with -E2BIG. Task storage cannot be created without BTF, and the object does
// not load.
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void uptrPointee(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    bool Size = X.What.Why == kernel::Reason::UptrSize;
    if (!Size && X.What.Why != kernel::Reason::UptrOfKernelType)
      continue;
    F.warn(X, "uptr %0 points to a struct %select{of the kernel, '%2'|of %2 "
              "bytes, which is nothing or more than a page}1")
        << Size << X.What.Detail;
    F.context(X);
  }
}

} // namespace bpftidy
