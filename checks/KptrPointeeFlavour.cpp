//===- KptrPointeeFlavour.cpp - a CO-RE flavour as the pointee -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libbpf strips the suffix of a flavour (___x) for CO-RE relocations only. To
// btf_parse_kptr() it is part of the name: no kernel type has it, and the kptr
// holds objects of the program's own. A kernel object does not go in: "invalid
// kptr access, R2 type=ptr_task_struct expected=ptr_task_struct___x".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrPointeeFlavour(const Program &P, const kernel::Kernel &K,
                        Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::PointeeFlavour)
      continue;
    F.warn(X, "kptr %0 points to flavour '%1', which the kernel takes for a "
              "struct of the program's own")
        << X.What.Detail;
    F.note(P.declaration(X.What.At)->getLocation(), "point to 'struct %0'")
        << llvm::StringRef(X.What.Detail).split("___").first;
    F.context(X);
  }
}

} // namespace bpftidy
