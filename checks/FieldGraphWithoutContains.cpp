//===- FieldGraphWithoutContains.cpp - a list or tree of nothing ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_find_graph_root() wants to know what a list head or tree root contains,
// from a declaration tag "contains:STRUCT:NODE". Without it, or with a struct
// or node that BTF does not have, it is -EINVAL or -ENOENT, and the object
// loses its BTF: "map 'm' has to have BTF in order to use bpf_spin_lock".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldGraphWithoutContains(const Program &P, const kernel::Kernel &K,
                               Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::GraphWithoutContains)
      continue;
    llvm::StringRef Detail = X.What.Detail;
    F.warn(X, "%0 %1") << Detail;
    F.note(P.declaration(X.What.At)->getLocation(),
           "%select{name the struct and its node with a contains tag|check the "
           "struct's name, and that the program uses more of it than pointers "
           "to it|name a node that is a direct member of that struct}0")
        << (!Detail.starts_with("contains ")        ? 0U
            : Detail.ends_with("BTF does not have") ? 1U
                                                    : 2U);
    F.context(X);
  }
}

} // namespace bpftidy
