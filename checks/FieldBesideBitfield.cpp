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

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

/// The bit-fields around \p FD, which share its storage.
static std::pair<const FieldDecl *, const FieldDecl *>
runOf(const FieldDecl *FD) {
  const FieldDecl *First = nullptr, *Last = nullptr;
  for (const FieldDecl *Each : FD->getParent()->fields()) {
    if (!Each->isBitField()) {
      if (Last && Last->getFieldIndex() >= FD->getFieldIndex())
        break;
      First = nullptr;
      continue;
    }
    if (!First)
      First = Each;
    Last = Each;
  }
  return {First, Last};
}

void fieldBesideBitfield(const Program &P, const kernel::Kernel &K,
                         Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::BesideBitfield)
      continue;
    const auto *FD = dyn_cast<FieldDecl>(P.declaration(X.What.At));
    Edits Fix;
    if (FD && P.isUserCode(FD->getLocation())) {
      auto [First, Last] = runOf(FD);
      Fix = wrapInUnion(P, First, Last);
    }
    F.warn(X, "bit-field %0 does not start on a byte, which ends the kernel's "
              "search for special fields")
        << Fix;
    const DeclaratorDecl *D = P.declaration(X.What.At);
    llvm::StringRef Holder = llvm::StringRef(X.What.Path).rsplit('.').first;
    if (Holder != X.What.Path && !P.isUserCode(D->getLocation()))
      F.note(D->getLocation(), "put '%0' into a union, or keep its bytes in an "
                               "array")
          << Holder;
    else if (Fix.empty())
      F.note(D->getLocation(),
             "use whole bytes, or put the bit-fields into a union");
    F.context(X);
  }
}

} // namespace bpftidy
