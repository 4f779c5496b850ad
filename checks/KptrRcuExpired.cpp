//===- KptrRcuExpired.cpp - a pointer outlives its section ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loaded kptr is kept alive by RCU, as long as the read section lasts in
// which it was loaded. At bpf_rcu_read_unlock() the verifier makes every such
// pointer untrusted, in all kinds of programs: it can still be read through,
// but no kfunc takes it: "R1 must be a rcu pointer", "R1 must be referenced or
// trusted".
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrRcuExpired(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Expired)
      continue;
    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "the RCU read section in which %0 was loaded is over where the "
           "program hands it to %1()")
        << flow::namePointer(E) << E.Callee;
    flow::tellPath(F, P, E);
  }
}

} // namespace bpftidy
