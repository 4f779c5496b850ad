//===- FieldNodesWithoutRefcount.cpp - two nodes without a reference count ===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An object that can be in a list and in a tree at once has two owners, which
// btf_parse_fields() allows with a bpf_refcount only: -EINVAL without one, and
// the object loses its BTF: "map 'm' has to have BTF in order to use
// bpf_spin_lock".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldNodesWithoutRefcount(const Program &P, const kernel::Kernel &K,
                               Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::NodesWithoutRefcount)
      continue;
    F.warn(X,
           "%0 is %1 beside a node of the other sort, without a bpf_refcount")
        << kernel::words(*X.What.Meant);
    F.note(P.declaration(X.What.At)->getLocation(),
           "add a bpf_refcount to the struct");
    F.context(X);
  }
}

} // namespace bpftidy
