//===- FieldBesideUnaligned.cpp - a member that early kernels stumble over ===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Early kernels hold every member of a map value, whatever its type, against
// the alignment of a kptr, and give up on all kptrs with -EINVAL at the first
// one that is not at a multiple of 8 bytes: "map 'm' has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldBesideUnaligned(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::BesideUnaligned)
      continue;
    F.warn(X, "%0 is not at a multiple of 8 bytes, which ends the kernel's "
              "search for kptrs");
    F.note(P.declaration(X.What.At)->getLocation(),
           "%select{widen the members to 8 bytes, or put the small ones into a "
           "struct member at a multiple of 8|move the variable to another "
           "section}0")
        << unsigned(llvm::isa<VarDecl>(P.declaration(X.What.At)));
    F.context(X);
  }
}

} // namespace bpftidy
