//===- KptrAtomicAccess.cpp - an atomic operation on a kptr --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The verifier tells pointers apart only if they are loaded and stored by plain
// instructions; an atomic one could swap in anything. check_map_kptr_access()
// refuses all of them: "kptr in map can only be accessed using BPF_MEM
// instruction mode". What was meant is bpf_kptr_xchg(), which is atomic.
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void kptrAtomicAccess(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const Access &A : P.accesses().accesses()) {
    if (A.How != Access::Kind::Atomic || A.Where.Variable)
      continue;
    for (const Touch &T : touches(P, K, A.Where, A.Size)) {
      if (T.InObject)
        continue;
      F.warn(A.E->getExprLoc(), kernel::Effect::ProgramRefused,
             "this atomic operation is on %0, %1, and the kernel allows plain "
             "loads and stores%select{| and bpf_kptr_xchg()}2 only")
          << T.Decl << kernel::words(T.Field->Kind) << unsigned(T.owns())
          << A.E->getSourceRange();
      if (T.owns())
        F.note(A.E->getExprLoc(),
               "use bpf_kptr_xchg(), which is atomic, and release what it "
               "returns");
      noteInside(F, A);
      noteField(P, F, T);
      break;
    }
  }
}

} // namespace bpftidy
