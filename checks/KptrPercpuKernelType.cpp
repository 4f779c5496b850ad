//===- KptrPercpuKernelType.cpp - a per-CPU kptr to a kernel type --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A per-CPU kptr is for objects of bpf_percpu_obj_new(), which are of the
// program's own types. btf_parse_kptr() does not refuse a kernel type, and up
// to 7.1 the verifier lets an ordinary object be stored there, which nobody
// can free; later kernels say "invalid kptr access".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrPercpuKernelType(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::PercpuOfKernelType)
      continue;
    F.warn(X, "per-CPU kptr %0 points to kernel struct '%1', of which there "
              "are no per-CPU objects")
        << X.What.Detail;
    F.note(P.declaration(X.What.At)->getLocation(),
           "point to a struct of the program's own, or use an ordinary kptr");
    F.context(X);
  }
}

} // namespace bpftidy
