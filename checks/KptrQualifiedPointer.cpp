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
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::QualifiedPointer)
      continue;
    const DeclaratorDecl *D = P.declaration(X.What.At);
    QualType T = P.context().getBaseElementType(D->getType());
    Edits Fix = dropPointerQualifiers(P, D, K.SeesVolatilePointer());
    {
      auto B = F.warn(X, "pointer %0 is '%1', and the kernel does not look "
                         "behind the qualifier for its tag");
      B << T.getLocalQualifiers().getAsString();
      B << Fix;
    }
    if (Fix.empty())
      F.note(D->getLocation(), "drop the qualifier from the pointer");
    F.context(X);
  }
}

} // namespace bpftidy
