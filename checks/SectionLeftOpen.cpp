//===- SectionLeftOpen.cpp - a section that nothing ends ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program may not end inside of an RCU read section that it began, nor with a
// lock held, and it may not jump to another program from there: nothing would
// ever end them.
//
// The kernel says "BPF_EXIT instruction in main prog cannot be used inside
// bpf_rcu_read_lock-ed region", or "... bpf_spin_lock-ed region"; before 6.13
// "bpf_rcu_read_unlock is missing" and "bpf_spin_unlock is missing".
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"
#include "Rule.h"

namespace bpftidy {

void sectionLeftOpen(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Open)
      continue;
    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "%select{the program ends|the callback ends|the function ends|the "
           "program jumps to another one|the program throws}0 "
           "%select{inside of an RCU read section|with a lock held}1")
        << flow::leavesBy(E) << unsigned(E.Of->How == flow::Made::Lock);
    flow::tellPath(F, P, E);
  }
}

} // namespace bpftidy
