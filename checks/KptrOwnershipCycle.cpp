//===- KptrOwnershipCycle.cpp - types that own one another ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a program-local object owns is freed with it, so that newer kernels
// refuse types that own themselves in the end, and chains of more than a few
// levels, with -ELOOP when they load the BTF; older ones refuse a node that
// owns a root: the whole object loses its BTF. "map 'm' has to have BTF in
// order to use bpf_kptr_xchg".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrOwnershipCycle(const Program &P, const kernel::Kernel &K,
                        Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    bool Circle = X.What.Why == kernel::Reason::OwnershipCycle;
    if (!Circle && X.What.Why != kernel::Reason::OwnershipDepth)
      continue;
    F.warn(X, "%0 %select{makes the chain of types that own one another too "
              "long|closes a circle of types that own one another}1, with "
              "struct '%2'")
        << Circle << X.What.Detail;
    F.note(P.declaration(X.What.At)->getLocation(),
           "keep the objects in a map, and its key in place of %0")
        << P.declaration(X.What.At);
    F.context(X);
  }
}

} // namespace bpftidy
