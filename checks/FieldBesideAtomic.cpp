//===- FieldBesideAtomic.cpp - an _Atomic beside special fields -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Clang up to 20 knows no debug info for _Atomic: such a member is of type void
// in BTF. The kernel refuses the BTF of the whole object for that with -EINVAL
// ("Invalid type_id", "Invalid member", "Invalid elem"), and none of its maps
// has special fields: "map 'm' has to have BTF in order to use bpf_spin_lock".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldBesideAtomic(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::AtomicMember)
      continue;
    F.warn(X, "%0 is _Atomic, and clang %1 gives it no type in BTF")
        << P.compiler().Major;
    const DeclaratorDecl *D = P.declaration(X.What.At);
    F.note(D->getLocation(),
           "drop _Atomic and use the __atomic builtins, or build with clang %0 "
           "or later")
        << btf::firstWithout(P.compiler(), &btf::Compiler::AtomicIsVoid)
        << removeAtomic(P, D);
    F.context(X);
  }
}

} // namespace bpftidy
