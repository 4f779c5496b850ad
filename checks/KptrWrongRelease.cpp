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

#include "FlowFixes.h"
#include "Touch.h"
#include "kernel/Kfuncs.h"
#include <set>

using namespace clang;

namespace bpftidy {

/// Objects of bpf_obj_new() that the type alone tells are released wrongly;
/// returns where.
static std::set<SourceLocation> byType(const Program &P,
                                       const kernel::Kernel &K, Findings &F) {
  std::set<SourceLocation> Told;
  for (const Call &C : P.accesses().calls()) {
    bool PercpuDrop = C.is(kernel::CallRole::PercpuDrop);
    Address A = (PercpuDrop || C.is(kernel::CallRole::Drop)) && C.arg(0)
                    ? P.accesses().pointers().pointee(C.arg(0))
                    : Address();
    auto O = A.Variable ? std::nullopt : enclosing(P, K, A);
    if (!O || !O->Local || O->Borrowed)
      continue;
    if (O->Percpu == PercpuDrop && !A.Offset)
      continue;
    Told.insert(C.E->getExprLoc());
    if (O->Percpu != PercpuDrop)
      F.warn(C.E->getExprLoc(), kernel::Effect::ProgramRefused,
             "this is a %select{plain|per-CPU}0 object of %1, which %2() does "
             "not release")
          << unsigned(O->Percpu) << nameStruct(O->Struct) << C.Name
          << C.E->getSourceRange();
    else
      F.warn(C.E->getExprLoc(), kernel::Effect::ProgramRefused,
             "this points into %0, and %1() releases what begins where it is "
             "pointed to")
          << nameStruct(O->Struct) << C.Name << C.E->getSourceRange();
  }
  return Told;
}

void kptrWrongRelease(const Program &P, const kernel::Kernel &K, Findings &F) {
  auto Told = byType(P, K, F);
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::WrongRelease || Told.count(E.Loc))
      continue;

    bool Percpu = E.Of->Kind == kernel::FieldKind::Percpu;
    if (Percpu || E.Of->Struct.empty())
      F.warn(E.Loc, kernel::Effect::ProgramRefused,
             "%0 points to %select{an object that is not per-CPU|a per-CPU "
             "object}1, which %2() does not release")
          << flow::namePointer(E) << unsigned(Percpu) << E.Callee;
    else
      F.warn(E.Loc, kernel::Effect::ProgramRefused,
             "%0 points to struct '%1', which %2() does not release")
          << flow::namePointer(E) << E.Of->Struct << E.Callee;
    flow::tellPath(F, P, E);
    if (llvm::StringRef Right = kernel::releaseOf(E.Of->Struct, K);
        !Right.empty()) {
      auto B = F.note(E.Loc, "release it with %0()");
      B << Right << flow::callInstead(P, K, E);
    }
  }
}

} // namespace bpftidy
