//===- FieldInEmptyArray.cpp - an array without elements -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_find_field_one() passes over an array of no elements: nothing behind a
// flexible or zero-length array is a special field, without a word. "R1 has no
// valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldInEmptyArray(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::InEmptyArray)
      continue;
    F.warn(X, "array %0 holds %1 ('%2') and has no elements as far as the "
              "kernel knows")
        << kernel::words(*X.What.Meant) << X.What.Path;
    F.note(P.declaration(X.What.At)->getLocation(), "give the array its size");
    F.context(X);
  }
}

} // namespace bpftidy
