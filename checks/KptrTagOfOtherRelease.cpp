//===- KptrTagOfOtherRelease.cpp - a kptr tag of other releases ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The spellings of kptr tags changed with Linux 6.4: "kptr_ref" became "kptr",
// and what was "kptr" is "kptr_untrusted". Others came later. A kernel that
// does not know a tag refuses it with -EINVAL up to 7.1, which costs the value
// all of its special fields, and takes the field for a plain pointer since:
// "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrTagOfOtherRelease(const Program &P, const kernel::Kernel &K,
                           Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::OtherReleaseTag)
      continue;
    F.warn(X, "tag \"%1\" of %0 is not one that the kernel knows")
        << X.What.Detail
        << renameTag(P, P.declaration(X.What.At), K.tagFor(*X.What.Meant));
    F.context(X);
  }
}

} // namespace bpftidy
