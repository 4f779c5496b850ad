//===- KptrPointeeNotStruct.cpp - a kptr to no struct --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_find_kptr() wants a struct behind the tag: "Only pointer to struct is
// allowed". A kptr to void, a scalar, a union, an enum, a function or another
// pointer is -EINVAL, which map creation does not report: the map has no
// special field at all. bpf_kptr_xchg() says "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrPointeeNotStruct(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::PointeeNotStruct)
      continue;
    F.warn(X, "kptr %0 points to %1, and a kptr points to a struct")
        << P.pointeeOf(X.What.At);
    F.note(P.declaration(X.What.At)->getLocation(),
           "remove the tag, or point to a struct");
    F.context(X);
  }
}

} // namespace bpftidy
