//===- KfuncOfOtherProgramType.cpp - a kfunc that the program may not call ===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each set of kfuncs is registered for some types of programs. A program of
// another type, which its section decides, may call none of them: "calling
// kernel function bpf_task_release is not allowed".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {

static StringRef sectionOf(const Decl *D) {
  const auto *Section = D->getAttr<SectionAttr>();
  return Section ? Section->getName() : StringRef();
}

void kfuncOfOtherProgramType(const Program &P, const kernel::Kernel &K,
                             Findings &F) {
  const Accesses &Acc = P.accesses();
  llvm::DenseSet<const CallExpr *> Said;
  for (const FunctionDecl *Root : Acc.functions()) {
    auto Kind = kernel::programKind(sectionOf(Root));
    if (!Kind)
      continue;
    for (const Call *C : Acc.callsReachedFrom(Root)) {
      if (!isDeclaredKfunc(*C) ||
          kernel::mayCall(Kind->Type, C->Name, K).value_or(true) ||
          !Said.insert(C->E).second)
        continue;
      F.warn(C->E->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0() is not for programs of section '%1' (type %2)")
          << C->Name << sectionOf(Root) << Kind->Type << C->E->getSourceRange();
      if (C->In != Root)
        F.note(Root->getLocation(), "%0 leads to this call") << Root;
    }
  }
}

} // namespace bpftidy
