//===- KptrPointeeLocal.cpp - a kptr to a type of the program ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_parse_kptr() of early kernels looks for the struct in the kernel's BTF
// alone and fails with -ENOENT for one of the program's own; map creation does
// not report that. bpf_kptr_xchg() says "map 'm' has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrPointeeLocal(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::PointeeLocal)
      continue;
    F.warn(X, "kptr %0 points to struct '%1', which no kernel BTF has")
        << X.What.Detail;
    F.context(X);
  }
}

} // namespace bpftidy
