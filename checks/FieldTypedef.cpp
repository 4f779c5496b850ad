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
    if (Use && !D->getType().hasLocalQualifiers())
      Fix = replaceSpecifier(P, D, Use, spelledOut(P, Use));
    {
      auto B =
          F.warn(X, "the kernel does not know %0 for %1, since its type is "
                    "%2");
      B << kernel::words(*X.What.Meant) << D->getType();
      B << Fix;
    }
    F.context(X);
  }
}

} // namespace bpftidy
