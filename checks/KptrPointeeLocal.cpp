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
    F.warn(X, "kptr %0 points to %select{struct '%2'|an unnamed struct}1, "
              "which is none of the kernel's")
        << unsigned(X.What.Detail.empty()) << X.What.Detail;
    F.note(P.declaration(X.What.At)->getLocation(),
           "for these kernels, keep such objects out of maps");
    F.context(X);
  }
}

} // namespace bpftidy
