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
    const DeclaratorDecl *D = P.declaration(X.What.At);
    const kernel::Tag *New = K.tagFor(*X.What.Meant);
    // Where some of the kernels know the tag, the other would be wrong there.
    bool Wanted = llvm::any_of(F.targets(), [&](kernel::Release R) {
      return kernel::Kernel(R).tag(X.What.Detail);
    });
    Edits Fix;
    if (!Wanted)
      Fix = renameTag(P, D, New);
    F.warn(X, "tag \"%1\" of %0 has a meaning in other releases of Linux only")
        << X.What.Detail << Fix;
    if (Fix.empty() && New)
      F.note(D->getLocation(), "for these kernels, write \"%0\"")
          << New->Spelling;
    else if (!New)
      F.note(D->getLocation(),
             "keep %0 out of what is compiled for these kernels, which have no "
             "such pointers")
          << D;
    F.context(X);
  }
}

} // namespace bpftidy
