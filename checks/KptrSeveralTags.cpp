//===- KptrSeveralTags.cpp - more than one tag on a pointer --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_find_kptr() up to 7.1 rejects extra tags on the pointer, whatever they
// are and even if it is the same tag twice; later kernels still refuse two
// different kptr tags. The result is -EINVAL, which map creation does not
// report: "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrSeveralTags(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::SeveralTags)
      continue;
    const DeclaratorDecl *D = P.declaration(X.What.At);
    Edits Fix = removeOtherTags(P, D, K, /*OfKptr=*/true);
    F.warn(X, "kptr %0 has more than one type tag") << Fix;
    if (Fix.empty())
      F.note(D->getLocation(), "keep the one tag that says what %0 is") << D;
    F.context(X);
  }
}

} // namespace bpftidy
