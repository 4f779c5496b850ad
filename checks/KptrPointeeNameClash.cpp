//===- KptrPointeeNameClash.cpp ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// btf_parse_kptr() looks the pointee up by name alone, in the kernel's BTF
// first. A struct of the program's own with the name of a kernel struct is
// taken for that one: a kptr to it needs a destructor (-ENOENT, "R1 has no
// valid kptr"), and an untrusted one gets the layout of the kernel's.
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrPointeeNameClash(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::PointeeNameClash)
      continue;
    F.warn(X, "kptr %0 points to struct '%1', and the kernel takes that for "
              "its own struct of the same name")
        << X.What.Detail;
    F.note(P.declaration(X.What.At)->getLocation(), "rename struct '%0'")
        << X.What.Detail;
    F.context(X);
  }
}

} // namespace bpftidy
