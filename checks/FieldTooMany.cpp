//===- FieldTooMany.cpp - more special fields than a record holds --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A record of special fields has a fixed size, which counts each element of an
// array and, for globals, a whole section. One more is -E2BIG, and all of them
// are lost: "R1 has no valid kptr". 6.1 says "map 'm' has more than 8 kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldTooMany(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::TooManyFields)
      continue;
    F.warn(X, "with %0 there are %1 special fields in one value, and the "
              "kernel records %2")
        << X.What.Detail << K.maxFields();
    F.note(P.declaration(X.What.At)->getLocation(),
           "use more %select{map entries|sections}0, with fewer special fields "
           "each")
        << unsigned(llvm::isa<VarDecl>(P.declaration(X.What.At)));
    F.context(X);
  }
}

} // namespace bpftidy
