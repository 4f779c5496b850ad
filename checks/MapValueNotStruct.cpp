//===- MapValueNotStruct.cpp - a map value that is no struct -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_find_field() searches structs and sections of globals. A value that is
// itself a pointer, a union or an array is -EINVAL, which map creation does
// not report: "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void mapValueNotStruct(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::ValueNotStruct)
      continue;
    F.warnMap(X, "value",
              "the value of %0 %select{is itself|holds}2 %1, and the kernel "
              "looks for such fields among the members of a struct only")
        << kernel::words(*X.What.Meant) << !X.What.Path.empty();
    F.note(P.source(X.Maps.front()).Var->getLocation(),
           "make the value a struct with such a member");
    F.context(X);
  }
}

} // namespace bpftidy
