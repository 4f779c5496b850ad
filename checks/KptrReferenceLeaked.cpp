//===- KptrReferenceLeaked.cpp - a reference that is left over -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What bpf_kptr_xchg() and the acquiring kfuncs return is a reference, and the
// program owns it: on every path it must be released, or moved into a map,
// before the program ends. The verifier walks all paths and refuses the
// program at the exit of the first one that forgets: "Unreleased reference
// id=2 alloc_insn=11", since 6.16 with "BPF_EXIT instruction in main prog would
// lead to reference leak"; and at a tail call: "tail_call would lead to
// reference leak". Only where the pointer is NULL there is nothing to release.
//
//===----------------------------------------------------------------------===//

#include "FlowFixes.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrReferenceLeaked(const Program &P, const kernel::Kernel &K,
                         Findings &F) {
  flow::ToldWithoutPaths Told(P, K);
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Leaked || Told.has(E))
      continue;
    F.warn(
        E.Loc, kernel::Effect::ProgramRefused,
        "%select{the program ends|the callback ends|the function ends|the "
        "program jumps to another one|the program throws}0 with %1 still held")
        << flow::leavesBy(E) << flow::nameReference(E);
    flow::tellPath(F, P, E);
    flow::offerRelease(F, P, K, E);
  }
}

} // namespace bpftidy
