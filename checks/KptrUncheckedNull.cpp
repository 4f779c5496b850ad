//===- KptrUncheckedNull.cpp - NULL is one of the answers -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kptr may be empty, and an acquiring kfunc may fail: what a load, an
// exchange or a kfunc returns is "or_null" to the verifier until the program
// has compared this very value with NULL. Each load is a new value. Refused
// are reads and writes, "R1 invalid mem access 'rcu_ptr_or_null_'" or
// 'ptr_or_null_', and every call that wants an object: "Possibly NULL pointer
// passed to trusted arg0", in 7.2 and later "... R1", "Possibly NULL pointer
// passed to helper arg2"; an exchange behind a lookup that may find nothing:
// "R1 type=map_value_or_null expected=map_value, ptr_"; and the address of a
// member, whatever it is for: "R3 pointer arithmetic on untrusted_ptr_or_null_
// prohibited, null-check it first".
//
//===----------------------------------------------------------------------===//

#include "FlowFixes.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrUncheckedNull(const Program &P, const kernel::Kernel &K, Findings &F) {
  flow::ToldWithoutPaths Told(P, K);
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::UncheckedNull || Told.has(E))
      continue;

    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "%0 may be NULL where the program "
           "%select{reads through it|writes through it|hands it to %2()|"
           "exchanges a kptr behind it|computes an address from it}1")
        << flow::namePointer(E) << flow::usedBy(E) << E.Callee;
    flow::tellPath(F, P, E);
    flow::offerCheck(F, P, E);
  }
}

} // namespace bpftidy
