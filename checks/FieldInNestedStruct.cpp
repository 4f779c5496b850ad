//===- FieldInNestedStruct.cpp - a special field in a nested struct ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels before 6.11 search the direct members of the map value only. What is
// in a nested struct is plain memory, without a word: "R1 has no valid kptr",
// "map 'm' has no valid kptr" on 6.1.
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldInNestedStruct(const Program &P, const kernel::Kernel &K,
                         Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::InNestedStruct)
      continue;
    F.warn(X,
           "'%2' is %1 in a nested struct, and the kernel does not look into "
           "nested structs")
        << kernel::words(*X.What.Meant) << X.What.Path;
    F.note(P.declaration(X.What.At)->getLocation(),
           "make the field a direct member of the map value");
    F.context(X);
  }
}

} // namespace bpftidy
