//===- FieldForeignTag.cpp - a tag of another purpose --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_find_kptr() up to 7.1 refuses every type tag that is no kptr's ("rcu",
// "user", "percpu", "arena" ...) on a pointer in a map value, and one error
// costs the value all of its special fields: "map 'm' has to have BTF in order
// to use bpf_spin_lock", "R1 has no valid kptr". Alone in a value it is
// harmless.
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldForeignTag(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::ForeignTag)
      continue;
    F.warn(X, "type tag \"%1\" of %0 makes the kernel give up its search for "
              "special fields")
        << X.What.Detail << removeOtherTags(P, P.declaration(X.What.At), K);
    F.context(X);
  }
}

} // namespace bpftidy
