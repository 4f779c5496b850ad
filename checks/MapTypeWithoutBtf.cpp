//===- MapTypeWithoutBtf.cpp - a map type whose BTF libbpf drops ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libbpf clears the BTF of maps of some types before it creates them, without
// a message. To the kernel their values are bytes: "map 'm' has to have BTF in
// order to use bpf_kptr_xchg".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void mapTypeWithoutBtf(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::MapTypeWithoutBtf)
      continue;
    F.warnMap(X, "type",
              "%0 is of type %1, which libbpf creates without BTF although its "
              "value holds %2 ('%3')")
        << X.What.Detail << kernel::words(*X.What.Meant) << X.What.Path;
    F.note(P.source(X.Maps.front()).Var->getLocation(),
           "use a map of another type, whose BTF libbpf keeps");
    F.context(X);
  }
}

} // namespace bpftidy
