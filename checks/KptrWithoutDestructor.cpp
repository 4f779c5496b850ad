//===- KptrWithoutDestructor.cpp - a kptr that nobody could free ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// When a map goes away the kernel releases what its referenced kptrs hold, so
// that btf_parse_kptr() wants a registered destructor for the kernel type and
// fails with -ENOENT without one; map creation does not report that. Since
// 6.12 it may cost the whole object its BTF: "R1 has no valid kptr", "map 'm'
// has to have BTF in order to use bpf_kptr_xchg".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrWithoutDestructor(const Program &P, const kernel::Kernel &K,
                           Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::WithoutDestructor)
      continue;
    F.warn(X, "kptr %0 cannot hold a reference, since the kernel has no "
              "destructor for struct '%1'")
        << X.What.Detail;
    // Meaning changes: an untrusted pointer holds no reference.
    const DeclaratorDecl *D = P.declaration(X.What.At);
    F.note(D->getLocation(),
           "keep the address without a reference, as an untrusted kptr")
        << renameTag(P, D, K.tagFor(kernel::FieldKind::Untrusted));
    F.context(X);
  }
}

} // namespace bpftidy
