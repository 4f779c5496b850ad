//===- FieldNotRepeatable.cpp - an array of what may be there once -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_repeat_fields() allows arrays of kptrs, list heads and tree roots. Any
// other special field in an array is -EINVAL, and the value loses all of its
// special fields: "has no bpf_spin_lock", "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldNotRepeatable(const Program &P, const kernel::Kernel &K,
                        Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::NotRepeatable)
      continue;
    // The elements are the field itself, or structs with it.
    const DeclaratorDecl *D = P.declaration(X.What.At);
    bool Inside =
        llvm::StringRef(X.What.Path).rsplit('.').second != D->getName() &&
        X.What.Path != D->getName();
    F.warn(X,
           "%0 is an array with %1 in each element%select{|, '%3'}2, and the "
           "kernel allows one in a value")
        << kernel::words(*X.What.Meant) << unsigned(Inside) << X.What.Path;
    F.note(D->getLocation(), "use one for the whole value, or a map entry for "
                             "each element");
    F.context(X);
  }
}

} // namespace bpftidy
