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
    unsigned Why = !Size ? 0 : X.What.Detail == "0" ? 1 : 2;
    F.warn(X, "uptr %0 points to %select{struct '%2', which is a kernel's|an "
              "empty struct|a struct of %2 bytes, which is more than a page}1")
        << Why << X.What.Detail;
    F.note(
        P.declaration(X.What.At)->getLocation(),
        "%select{point to a struct of the program's own, with a name that no "
        "kernel struct has|give the struct a member|point to the part that "
        "fits a page}0")
        << Why;
    F.context(X);
  }
}

} // namespace bpftidy
