//===- KptrPercpuDeref.cpp - a per-CPU object that is used as a plain one ===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A per-CPU pointer is no address: each CPU has an object of its own, which
// bpf_this_cpu_ptr() and bpf_per_cpu_ptr() find. Dereferenced as it is:
// "R1 is ptr_object access percpu memory: off=0".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

/// What bpf_this_cpu_ptr() and bpf_per_cpu_ptr() do not take: an object that is
/// no per-CPU one, and one that the program owns.
static void reportCalls(const Program &P, const kernel::Kernel &K,
                        Findings &F) {
  for (const Call &C : P.accesses().calls()) {
    if (!kernel::isPercpuHelper(C.Name) || !C.arg(0))
      continue;
    Address A = P.accesses().pointers().pointee(C.arg(0));
    auto O = objectAt(P, K, A);
    if (!O || A.Offset || A.Variable || (O->Percpu && O->Borrowed))
      continue;
    F.warn(C.arg(0)->getExprLoc(), kernel::Effect::ProgramRefused,
           "%0() wants a per-CPU object that is in a map, and this is "
           "%select{no per-CPU object|one that the program owns}1")
        << C.Name << unsigned(O->Percpu) << C.arg(0)->getSourceRange();
    if (O->Percpu)
      F.note(C.arg(0)->getExprLoc(),
             "move it into a per-CPU kptr and load that");
    if (O->From)
      noteField(P, F, *O->From);
  }
}

void kptrPercpuDeref(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const Access &A : P.accesses().accesses()) {
    if (!A.writes() && !A.Used && !A.Volatile)
      continue;
    Address Start = A.Where;
    Start.Offset = 0;
    auto O = objectAt(P, K, Start);
    if (!O || !O->Percpu || (O->From && !inRcu(P, A.In)))
      continue;
    F.warn(A.Place->getExprLoc(), kernel::Effect::ProgramRefused,
           "this is a per-CPU object of %0, of which each CPU has its own")
        << nameStruct(O->Struct) << A.Place->getSourceRange();
    F.note(A.Place->getExprLoc(),
           "go through bpf_this_cpu_ptr() or bpf_per_cpu_ptr()");
    if (O->From)
      noteField(P, F, *O->From);
  }
  reportCalls(P, K, F);
}

} // namespace bpftidy
