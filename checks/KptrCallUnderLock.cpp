//===- KptrCallUnderLock.cpp - a reference changes hands under a lock
//------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Between bpf_spin_lock() and bpf_spin_unlock() a program may call next to
// nothing of the kernel: neither what acquires nor what releases a reference,
// and bpf_kptr_xchg() since 7.1 only: "function calls are not allowed while
// holding a lock". Pointers can be exchanged before, and released behind.
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"

using namespace clang;

namespace bpftidy {

void kptrCallUnderLock(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Locked)
      continue;
    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "%0() is called while the program holds a lock")
        << E.Callee;
    flow::tellPath(F, P, E);
    F.note(E.Loc, "call it before the lock is taken, or behind its release");
  }
}

} // namespace bpftidy
