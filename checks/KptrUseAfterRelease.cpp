//===- KptrUseAfterRelease.cpp - a pointer that is given away already -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A release function, or the exchange that moves a reference into a map, ends
// the program's right to the object. The verifier forgets what every copy of
// the pointer was and takes it for a number: "R6 invalid mem access 'scalar'"
// for an access, "arg#0 pointer type STRUCT task_struct must point to scalar,
// or struct with scalar" for a second release, "release kfunc
// bpf_task_release expects referenced" in 7.2 and later, and "R2 type=scalar
// expected=ptr_" for an exchange.
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrUseAfterRelease(const Program &P, const kernel::Kernel &K,
                         Findings &F) {
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Gone)
      continue;

    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "%select{%0 was released|%0 was moved into a map|%0 was put into a "
           "list or tree|the lock that protects %0 was released}1 before the "
           "program "
           "%select{reads through it|writes through it|hands it to %3()|"
           "exchanges a kptr behind it}2")
        << flow::namePointer(E)
        << (E.Gone == flow::Mark::Unlocked ? 3U
            : E.Gone == flow::Mark::Put    ? 2U
            : E.Gone == flow::Mark::Moved  ? 1U
                                           : 0U)
        << flow::usedBy(E) << E.Callee;
    flow::tellPath(F, P, E);
  }
}

} // namespace bpftidy
