//===- KptrPointerToKptr.cpp - a pointer to a kptr -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tag marks the pointer that stands right in front of it. The field's own
// pointer has none, so that btf_find_kptr() passes over it: the field is plain
// memory, and bpf_kptr_xchg() on it says "doesn't point to kptr" or "R1 has no
// valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrPointerToKptr(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::PointerToKptr)
      continue;
    F.warn(X, "%0 is a pointer to a kptr, which is no kptr itself");
    F.note(P.declaration(X.What.At)->getLocation(),
           "use one '*' to keep the object itself in the map");
    F.context(X);
  }
}

} // namespace bpftidy
