//===- RefcountAcquireWithoutRefcount.cpp - a reference that nothing counts
//===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bpf_refcount_acquire() counts in the object's bpf_refcount. Without one there
// is nothing to count in: "verifier bug: Couldn't find btf_record", or "arg#0
// doesn't point to a type with bpf_refcount field".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void refcountAcquireWithoutRefcount(const Program &P, const kernel::Kernel &K,
                                    Findings &F) {
  for (const Call &C : P.accesses().calls()) {
    if (!C.is(kernel::CallRole::Again) || !C.arg(0))
      continue;
    Address A = P.accesses().pointers().pointee(C.arg(0));
    auto O = A.Offset || A.Variable ? std::nullopt : objectAt(P, K, A);
    const RecordDecl *RD = O && O->Type ? P.types().record(O->Type) : nullptr;
    RD = RD ? RD->getDefinition() : nullptr;
    if (!RD || !O->Local)
      continue;
    // Whatever else is wrong with a refcount is its declaration's matter.
    if (hasMember(RD, {kernel::FieldKind::Refcount}))
      continue;
    F.warn(C.E->getExprLoc(), kernel::Effect::ProgramRefused,
           "struct %0 has no bpf_refcount, and nothing counts a second "
           "reference to it")
        << RD << C.E->getSourceRange();
    F.note(RD->getLocation(), "give %0 a member of type struct bpf_refcount")
        << RD;
  }
}

} // namespace bpftidy
