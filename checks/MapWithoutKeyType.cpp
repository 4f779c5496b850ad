//===- MapWithoutKeyType.cpp - a map key given by its size ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A map whose value has BTF must have BTF for its key as well: otherwise
// map_check_btf() is -EINVAL. libbpf then creates the map without any BTF, and
// the special fields of its value are plain memory; local storage is not
// created at all. "map 'm' has to have BTF in order to use bpf_kptr_xchg".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void mapWithoutKeyType(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::KeyBySize)
      continue;
    {
      auto B = F.warnMap(X, "key_size",
                         "%0 gives its key by size beside a value that holds "
                         "%1 ('%2')");
      B << kernel::words(*X.What.Meant) << X.What.Path;
      B << typeInsteadOfSize(P, X.Maps.front(), "key");
    }
    F.context(X);
  }
}

} // namespace bpftidy
