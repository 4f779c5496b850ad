//===- KptrQualifiedPointer.cpp - a qualifier that hides a kptr ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_find_kptr() looks through one volatile on the pointer (since 6.2) and
// through no other qualifier: a const or restrict pointer is plain memory,
// while the other fields work. bpf_kptr_xchg() on it says "doesn't point to
// kptr" or, if it is the only one, "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrQualifiedPointer(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  PrintingPolicy Policy = P.context().getPrintingPolicy();
  Policy.Restrict = true; // As C spells it.
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::QualifiedPointer)
      continue;
    const DeclaratorDecl *D = P.declaration(X.What.At);
    QualType T = P.context().getBaseElementType(D->getType());
    // A global that is const no more is in another section, and changes that.
    Edits Fix;
    if (!isa<VarDecl>(D) || !T.isConstQualified())
      Fix = dropPointerQualifiers(P, D, K.SeesVolatilePointer());
    {
      auto B = F.warn(X, "kptr %0 is a '%1' pointer, and the kernel does not "
                         "look behind such a qualifier");
      B << T.getLocalQualifiers().getAsString(Policy);
      B << Fix;
    }
    if (Fix.empty())
      F.note(D->getLocation(), "drop the qualifier from the pointer");
    F.context(X);
  }
}

} // namespace bpftidy
