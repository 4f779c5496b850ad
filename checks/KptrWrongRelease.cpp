//===- KptrWrongRelease.cpp - another type's release function ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each kind of object has its own release function, and the verifier compares
// the types, whatever casts the source has: "kernel function
// bpf_cgroup_release args#0 expected pointer to STRUCT cgroup but R1 has a
// pointer to STRUCT task_struct".
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"
#include "Rule.h"
#include "kernel/Kfuncs.h"

using namespace clang;

namespace bpftidy {

void kptrWrongRelease(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const flow::Event &E : P.paths(K)) {
    if (E.What != flow::Wrong::WrongRelease)
      continue;

    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "%0 points to struct '%1', which %2() does not release")
        << flow::namePointer(E) << E.Of->Struct << E.Callee;
    flow::tellOrigin(F, E);
    if (llvm::StringRef Right = kernel::releaseOf(E.Of->Struct, K);
        !Right.empty())
      F.note(E.Loc, "release it with %0()") << Right;
  }
}

} // namespace bpftidy
