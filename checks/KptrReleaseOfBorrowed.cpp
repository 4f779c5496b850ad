//===- KptrReleaseOfBorrowed.cpp - a load gives no reference ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kptr that is loaded stays in the map, and so does its reference: the
// program only borrows the object and cannot release it: "R1 must be
// referenced or trusted", in 7.2 and later "release kfunc bpf_task_release
// expects referenced PTR_TO_BTF_ID". What is to be released must be taken out
// of the map by bpf_kptr_xchg(), or acquired.
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrReleaseOfBorrowed(const Program &P, const kernel::Kernel &K,
                           Findings &F) {
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Borrowed || E.How == flow::Use::Move)
      continue;
    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "%0 is only borrowed %select{from the map|from the kernel|from its "
           "caller|from a list or tree}2, and "
           "%1() wants a reference that the program owns")
        << flow::namePointer(E) << E.Callee
        << (E.Of->How == flow::Made::Other                   ? 3U
            : E.Of->How == flow::Made::Given && !E.Of->Field ? 2U
            : E.Of->How == flow::Made::Lent || E.Of->How == flow::Made::Given
                ? 1U
                : 0U);
    flow::tellPath(F, P, E);
  }
}

} // namespace bpftidy
