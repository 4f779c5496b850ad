//===- KptrPointeeIncomplete.cpp - a kptr to an unknown struct -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A struct that is only declared comes out in BTF as a forward declaration,
// which btf_find_kptr() takes for no struct: -EINVAL, which map creation does
// not report. bpf_kptr_xchg() says "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrPointeeIncomplete(const Program &P, const kernel::Kernel &K,
                           Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::PointeeIncomplete)
      continue;
    F.warn(X, "kptr %0 points to struct '%1', which this file only declares")
        << X.What.Detail;
    F.note(P.declaration(X.What.At)->getLocation(),
           "define struct '%0', or include the header that does")
        << X.What.Detail;
    F.context(X);
  }
}

} // namespace bpftidy
