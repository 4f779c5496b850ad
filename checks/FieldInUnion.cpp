//===- FieldInUnion.cpp - a special field in a union ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The search for special fields enters structs and arrays, never unions, and
// says nothing: the field is plain memory, while the others work. The first
// use of it is refused: "R1 has no valid kptr", "has no bpf_spin_lock".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldInUnion(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::InUnion)
      continue;
    F.warn(X, "'%2' is %1 in a union, and the kernel does not look into unions")
        << kernel::words(*X.What.Meant) << X.What.Path;
    if (const DeclaratorDecl *Inner = P.innermost(X.What))
      F.note(Inner->getLocation(), "move %0 out of the union") << Inner;
    F.context(X);
  }
}

} // namespace bpftidy
