//===- FieldGraphWithoutLock.cpp - a list or tree without a lock ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_parse_fields() wants a bpf_spin_lock (or bpf_res_spin_lock) beside a
// list head or tree root: without one it is -EINVAL, and the object loses its
// BTF: "map 'm' has to have BTF in order to use bpf_spin_lock".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldGraphWithoutLock(const Program &P, const kernel::Kernel &K,
                           Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::GraphWithoutLock)
      continue;
    F.warn(X, "%0 is %1 without a lock in the same %select{struct|section}2")
        << kernel::words(*X.What.Meant)
        << unsigned(llvm::isa<VarDecl>(P.declaration(X.What.At)));
    F.note(P.declaration(X.What.At)->getLocation(),
           "add a bpf_spin_lock beside %0")
        << P.declaration(X.What.At);
    F.context(X);
  }
}

} // namespace bpftidy
