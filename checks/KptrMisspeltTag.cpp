//===- KptrMisspeltTag.cpp - a tag that resembles a kptr tag -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No kernel knows the tag. Up to 7.1 btf_find_kptr() refuses it with -EINVAL,
// which costs the value all of its special fields; later kernels take the
// field for a plain pointer. bpf_kptr_xchg() says "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrMisspeltTag(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::MisspeltTag)
      continue;
    const DeclaratorDecl *D = P.declaration(X.What.At);
    const kernel::Tag *New = K.tagFor(*X.What.Meant);
    Edits Fix = renameTag(P, D, New);
    F.warn(X, "%0 has type tag \"%1\", which no kernel knows")
        << X.What.Detail << Fix;
    if (Fix.empty() && New)
      F.note(D->getLocation(), "write \"%0\"") << New->Spelling;
    F.context(X);
  }
}

} // namespace bpftidy
