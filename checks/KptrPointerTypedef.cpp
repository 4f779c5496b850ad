//===- KptrPointerTypedef.cpp - a typedef of a kptr ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_find_kptr() looks at the member's own type, and passes over a typedef
// without a word: the field is plain memory, while the others work.
// bpf_kptr_xchg() on it says "doesn't point to kptr" or, if it is the only
// one, "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrPointerTypedef(const Program &P, const kernel::Kernel &K,
                        Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::PointerTypedef)
      continue;
    const DeclaratorDecl *D = P.declaration(X.What.At);
    TypedefTypeLoc Use = typedefOf(D);
    Edits Fix;
    // In front of the typedef's name a qualifier is the pointer's; spelled out,
    // it would be another's.
    bool Qualified =
        P.context().getBaseElementType(D->getType()).hasLocalQualifiers();
    if (Use && !Qualified)
      Fix = replaceSpecifier(P, D, Use, spelledOut(P, Use));
    {
      auto B = F.warn(X, "kptr %0 is declared through typedef '%1', which the "
                         "kernel does not look behind");
      B << X.What.Detail;
      B << Fix;
    }
    if (Fix.empty())
      F.note(D->getLocation(), "spell the pointer out%select{|, without "
                               "qualifiers behind its '*'}0")
          << Qualified;
    F.context(X);
  }
}

} // namespace bpftidy
