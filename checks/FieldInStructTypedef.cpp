//===- FieldInStructTypedef.cpp - a special field behind a typedef -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The search for special fields enters a struct held by value only where the
// member's own type is the struct; a typedef or qualifier in between hides all
// that is in it, without a word. The fields in it are plain memory: "R1 has no
// valid kptr", "has no bpf_spin_lock".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldInStructTypedef(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::StructTypedef)
      continue;
    F.warn(X, "the kernel does not look into %0, since its type is %2, not a "
              "struct, and misses %1 in it")
        << kernel::words(*X.What.Meant) << P.declaration(X.What.At)->getType();
    F.note(P.declaration(X.What.At)->getLocation(),
           "give the type as 'struct ...', without typedef or qualifier");
    F.context(X);
  }
}

} // namespace bpftidy
