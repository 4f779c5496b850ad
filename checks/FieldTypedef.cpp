//===- FieldTypedef.cpp - a special struct behind a typedef --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kernel knows locks, timers and their like by the name of the member's
// own type; behind a typedef or qualifier they are plain memory, without a
// word. The first use is refused: "map 'm' has no bpf_spin_lock" or its like.
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldTypedef(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::FieldTypedef)
      continue;
    const DeclaratorDecl *D = P.declaration(X.What.At);
    TypedefTypeLoc Use = typedefOf(D);
    Edits Fix;
    if (Use &&
        !P.context().getBaseElementType(D->getType()).hasLocalQualifiers())
      Fix = replaceSpecifier(P, D, Use, spelledOut(P, Use));
    bool ByTypedef = !X.What.Detail.empty();
    QualType T = P.context().getBaseElementType(D->getType());
    {
      auto B = F.warn(X, "%0 is %1 behind %select{qualifier|typedef}2 '%3', "
                         "and the kernel knows it by its own type only");
      B << kernel::words(*X.What.Meant) << ByTypedef
        << (ByTypedef ? X.What.Detail : T.getLocalQualifiers().getAsString());
      B << Fix;
    }
    if (Fix.empty())
      F.note(D->getLocation(),
             "declare %0 with the struct itself, without typedef and qualifier")
          << D;
    F.context(X);
  }
}

} // namespace bpftidy
