//===- KptrLoadOutsideRcu.cpp - nothing keeps the object alive ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program that may sleep is in no RCU read section unless it enters one. A
// kptr that it loads outside is untrusted: it can be read through, but no
// kfunc takes it: "R1 must be a rcu pointer", "R1 must be referenced or
// trusted". bpf_rcu_read_lock() before the load, and bpf_rcu_read_unlock()
// behind the last use, is what it takes.
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrLoadOutsideRcu(const Program &P, const kernel::Kernel &K,
                        Findings &F) {
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Outside)
      continue;
    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "%0 was loaded outside of an RCU read section of this "
           "%select{sleepable program|callback, which may sleep}2, and %1() "
           "does not take it")
        << flow::namePointer(E) << E.Callee
        << unsigned((E.In == flow::Walked::Callback));
    flow::tellPath(F, P, E);
    F.note(E.Of->Site->getExprLoc(),
           "call bpf_rcu_read_lock() before the load, and "
           "bpf_rcu_read_unlock() behind the last use");
  }
}

} // namespace bpftidy
