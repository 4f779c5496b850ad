//===- FieldOfOtherSize.cpp - a special struct of another size ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kernel takes a struct for a lock, timer or node only if it has the size
// of its own one, and passes over it otherwise. If it is the only special field
// of its struct the BTF of the object is refused with -EFAULT: "map 'm' has to
// have BTF in order to use bpf_spin_lock".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldOfOtherSize(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::OtherSize)
      continue;
    auto [Has, Wanted] = llvm::StringRef(X.What.Detail).split(',');
    F.warn(X, "%0 is %1 of %2 bytes, where the kernel has one of %3")
        << kernel::words(*X.What.Meant) << Has << Wanted;
    F.note(
        P.declaration(X.What.At)->getLocation(),
        "use the struct of the targeted kernel's vmlinux.h or <linux/bpf.h>");
    F.context(X);
  }
}

} // namespace bpftidy
