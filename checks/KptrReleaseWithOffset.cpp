//===- KptrReleaseWithOffset.cpp - a release of a part of an object
//--------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A release function wants the pointer just as it was acquired: "R1 must have
// zero offset when passed to release func or trusted arg to kfunc".
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"

using namespace clang;

namespace bpftidy {

void kptrReleaseWithOffset(const Program &P, const kernel::Kernel &K,
                           Findings &F) {
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Moved)
      continue;
    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "%0 is handed to %1() with an offset")
        << flow::namePointer(E) << E.Callee;
    flow::tellPath(F, P, E);
    F.note(E.Loc, "hand over the pointer as it was acquired");
  }
}

} // namespace bpftidy
