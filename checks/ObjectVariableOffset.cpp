//===- ObjectVariableOffset.cpp - an index into an object -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The verifier checks an access to an object by the member that it is to, and
// has to know which one: "R1 is ptr_task_struct invalid variable offset: off=1,
// var_off=(0x0; 0xf)". A bound on the index does not help, not even within an
// array; memory behind a uptr is another matter.
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void objectVariableOffset(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  const Accesses &All = P.accesses();
  for (bool Doubtful : {false, true})
    for (const Access &A : Doubtful ? All.doubtfulAccesses() : All.accesses()) {
      bool Counts = (A.isScalar() && (A.Used || A.Volatile || A.writes())) ||
                    A.How == Access::Kind::Atomic;
      if (!Counts || !A.Where.Variable ||
          ((Doubtful || !varies(All.pointers(), A.Where.Index, A.In)) &&
           indicesOf(P, K, A.Where, A.E).empty()))
        continue;
      auto O = enclosing(P, K, A.Where);
      if (!O || O->Percpu || !(O->Local || O->ofKernel()))
        continue;
      F.warn(A.Place->getExprLoc(), kernel::Effect::ProgramRefused,
             "this is at an offset into %0 that is known at run time only, and "
             "the kernel wants a constant one")
          << nameStruct(kernel::withoutFlavour(O->Struct))
          << A.Place->getSourceRange();
      noteInside(F, A);
      F.note(A.Where.Index->getExprLoc(),
             O->Local ? "select the element by a switch with constant indices"
                      : "read by bpf_probe_read_kernel(), or let the index be "
                        "that of a loop with a constant bound")
          << A.Where.Index->getSourceRange();
      if (O->From)
        noteField(P, F, *O->From);
    }
}

} // namespace bpftidy
