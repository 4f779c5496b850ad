//===- KptrPassedToHelperMemory.cpp - a kptr in a callee's memory --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A helper, a kfunc or a global function that is given memory reads and writes
// it as bytes, past the verifier's eyes. check_map_access() therefore refuses
// any range that has a kptr in it: "kptr cannot be accessed indirectly by
// helper"; for a global function, "Caller passes invalid args into func#1".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void kptrPassedToHelperMemory(const Program &P, const kernel::Kernel &K,
                              Findings &F) {
  for (const Call &C : P.accesses().calls())
    for (const GivenMemory &M : givenMemory(P, C)) {
      Address A = P.accesses().pointers().pointee(M.Pointer);
      if (A.Variable)
        continue;
      for (const Touch &T : touches(P, K, A, M.Size)) {
        if (T.InObject)
          continue;
        F.warn(M.Pointer->getExprLoc(), kernel::Effect::ProgramRefused,
               "%select{memory|the %0 bytes}5 that %1() gets "
               "%select{has|have}5 %2, %3, in %select{it|them}5, and the "
               "kernel keeps %select{helpers|global functions}4 away from "
               "those")
            << unsigned(M.Size) << C.Name << T.Decl
            << kernel::words(T.Field->Kind) << unsigned(M.Global)
            << unsigned(M.Exact) << M.Pointer->getSourceRange();
        F.note(M.Pointer->getExprLoc(),
               M.Global
                   ? "make it a static function"
                   : "pass a part without it, or a copy of what is needed");
        noteField(P, F, T);
        break;
      }
    }
}

} // namespace bpftidy
