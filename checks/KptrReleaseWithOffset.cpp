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
#include "Touch.h"

using namespace clang;

namespace bpftidy {

/// True if bpf-kptr-wrong-release says it of \p E, which needs no paths.
static bool isTold(const Program &P, const kernel::Kernel &K,
                   const flow::Event &E) {
  return llvm::any_of(P.accesses().calls(), [&](const Call &C) {
    if (C.E->getExprLoc() != E.Loc || !C.is(kernel::CallRole::Drop) ||
        !C.arg(0))
      return false;
    Address A = P.accesses().pointers().pointee(C.arg(0));
    auto O = A.Variable ? std::nullopt : enclosing(P, K, A);
    return A.Offset && O && O->Local && !O->Borrowed;
  });
}

void kptrReleaseWithOffset(const Program &P, const kernel::Kernel &K,
                           Findings &F) {
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Moved || E.How != flow::Use::Release ||
        isTold(P, K, E))
      continue;
    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "%0 is handed to %1() with an offset")
        << flow::namePointer(E) << E.Callee;
    flow::tellPath(F, P, E);
    F.note(E.Loc, "hand over the pointer as it was acquired");
  }
}

} // namespace bpftidy
