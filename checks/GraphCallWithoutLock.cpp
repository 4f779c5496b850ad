//===- GraphCallWithoutLock.cpp - a list or tree without its lock ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lists and trees belong to the lock in the same map value or section, and are
// only worked on while it is held.
//
// The kernel says "bpf_spin_lock at off=16 must be held for bpf_list_head", or
// "... for bpf_rb_root".
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"
#include "Rule.h"

namespace bpftidy {

void graphCallWithoutLock(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Unlocked)
      continue;
    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "%0() is called without the lock of the list or tree")
        << E.Callee;
    F.note(E.Loc, "call bpf_spin_lock() before it, and bpf_spin_unlock() "
                  "behind it");
  }
}

} // namespace bpftidy
