//===- FieldBesideBitfield.cpp - a bit-field beside special fields -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_find_struct_field() takes a member that does not start on a byte for
// invalid BTF: -EINVAL, which costs the value all of its special fields, and
// since 6.12 mostly the whole object its BTF: "map 'm' has to have BTF in
// order to use bpf_spin_lock".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldBesideBitfield(const Program &P, const kernel::Kernel &K,
                         Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::BesideBitfield)
      continue;
    F.warn(X, "bit-field %0 does not start on a byte, which ends the kernel's "
              "search for special fields");
    const DeclaratorDecl *D = P.declaration(X.What.At);
    llvm::StringRef Holder = llvm::StringRef(X.What.Path).rsplit('.').first;
    if (Holder != X.What.Path && !P.isUserCode(D->getLocation()))
      F.note(D->getLocation(), "put '%0' into a union, or keep its bytes in an "
                               "array")
          << Holder;
    else
      F.note(D->getLocation(),
             "use whole bytes, or put the bit-fields into a union");
    F.context(X);
  }
}

} // namespace bpftidy
