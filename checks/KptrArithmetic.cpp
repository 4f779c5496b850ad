//===- KptrArithmetic.cpp - an operator that pointers do not have --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A pointer that is cast to a number stays a pointer to the verifier, which
// would lose sight of where it points with any other operator than + and -. So
// adjust_ptr_min_max_vals() refuses them: "R1 bitwise operator &= on pointer
// prohibited", "R1 pointer arithmetic with >>= operator prohibited"; "R1
// pointer arithmetic on rcu_ptr_or_null_ prohibited, null-check it first".
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"
#include "Rule.h"

namespace bpftidy {

void kptrArithmetic(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Operator)
      continue;
    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "%0 is a pointer to an object, on which '%1' is not allowed, cast "
           "to a number or not")
        << flow::namePointer(E) << E.Callee;
    F.note(E.Loc, "use all of it, or a number that the object has");
    flow::tellPath(F, P, E);
  }
}

} // namespace bpftidy
