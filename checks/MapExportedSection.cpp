//===- MapExportedSection.cpp - special fields beside exported globals ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libbpf asks for a section of globals to be mappable as soon as one of them
// can be seen from outside, and maps it when the object or its skeleton is
// loaded. The kernel maps no map with special fields: "failed to re-mmap()
// contents: -ENOTSUPP".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void mapExportedSection(const Program &P, const kernel::Kernel &K,
                        Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::SectionExported)
      continue;
    const DeclaratorDecl *D = P.declaration(X.What.At);
    F.warn(D->getLocation(), X.Cost,
           "%0 is exported from %1, which holds %2 ('%3') and cannot be "
           "mapped: libbpf does not load the object or its skeleton")
        << D << nameMap(P, X.Maps.front()) << kernel::words(*X.What.Meant)
        << X.What.Path;
    F.note(D->getLocation(), "make %0 static, or give '%1' a section of its "
                             "own and hidden visibility")
        << D << X.What.Path << makeStatic(P, cast<VarDecl>(D));
  }
}

} // namespace bpftidy
