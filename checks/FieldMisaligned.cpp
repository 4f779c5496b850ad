//===- FieldMisaligned.cpp - a misaligned special field ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The search for special fields passes over one that is not at a multiple of
// its alignment, without a word. If it is the only one of its struct the
// kernel, since 6.12, refuses the BTF of the object with -EFAULT: "map 'm' has
// to have BTF in order to use bpf_kptr_xchg".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldMisaligned(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::Misaligned)
      continue;
    F.warn(X, "%0 is %1, which has to be at a multiple of %2 bytes and is not")
        << kernel::words(*X.What.Meant) << X.What.Detail;
    const DeclaratorDecl *D = P.declaration(X.What.At);
    Edits Fix;
    if (const auto *FD = dyn_cast<FieldDecl>(D))
      Fix = moveToFront(P, FD);
    F.note(D->getLocation(), "reorder the members, or drop 'packed'") << Fix;
    F.context(X);
  }
}

} // namespace bpftidy
