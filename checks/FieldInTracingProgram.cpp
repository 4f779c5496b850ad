//===- FieldInTracingProgram.cpp - locks and timers where none may be ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs that may interrupt anything must not take locks or arm timers, and
// the kernel does not look at what they do: a kprobe, tracepoint, perf_event or
// raw tracepoint may not so much as refer to a map with such a field: "tracing
// progs cannot use bpf_spin_lock yet", and "socket filter progs cannot ...".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"
#include "kernel/Kfuncs.h"
#include "kernel/ProgramFields.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Expr.h"

using namespace clang;

namespace bpftidy {

void fieldInTracingProgram(const Program &P, const kernel::Kernel &K,
                           Findings &F) {
  const Accesses &Acc = P.accesses();
  for (const FunctionDecl *Root : Acc.functions()) {
    const auto *Section = Root->getAttr<SectionAttr>();
    auto Kind = Section ? kernel::programKind(Section->getName())
                        : std::optional<kernel::ProgramKind>();
    if (!Kind)
      continue;
    llvm::DenseSet<unsigned> Said;
    for (const Call *C : Acc.callsReachedFrom(Root))
      for (const Expr *Arg : C->E->arguments()) {
        auto Map = Acc.pointers().map(Arg);
        if (!Map || P.maps()[*Map].IsTemplate || Said.count(*Map))
          continue;
        auto Fields = P.mapFields(*Map, K);
        auto Bad = llvm::find_if(Fields, [&](const kernel::Field &Each) {
          return !kernel::mayMeet(Kind->Type, Each.Kind, K);
        });
        if (Bad == Fields.end())
          continue;
        Said.insert(*Map);
        F.warn(Arg->getExprLoc(), kernel::Effect::ProgramRefused,
               "%0 uses %1, which holds %2 ('%3'): programs of section '%4' "
               "(type %5) may not")
            << Root << nameMap(P, *Map) << kernel::words(Bad->Kind) << Bad->Path
            << Section->getName() << Kind->Type << Arg->getSourceRange();
        if (C->In != Root)
          F.note(Root->getLocation(), "%0 leads to this call") << Root;
        F.note(P.source(*Map).Var->getLocation(),
               "keep '%0' in a map that such programs do not use")
            << Bad->Path;
      }
  }
}

} // namespace bpftidy
