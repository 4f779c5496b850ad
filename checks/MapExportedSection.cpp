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

/// Moves the variables of section \p Map that are special fields.
static Edits intoOwnSection(const Program &P, const kernel::Kernel &K,
                            unsigned Map) {
  llvm::SmallVector<const VarDecl *, 4> Variables;
  for (const kernel::Field &Each : P.mapFields(Map, K)) {
    const auto *VD = dyn_cast_or_null<VarDecl>(P.declaration(Each.At));
    if (!VD)
      return {};
    if (!llvm::is_contained(Variables, VD))
      Variables.push_back(VD);
  }
  if (Variables.empty())
    return {};
  return ownSection(P, Variables,
                    P.maps()[Map].Name + "." +
                        Variables.front()->getName().str());
}

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
    F.note(D->getLocation(), "make %0 static")
        << D << makeStatic(P, cast<VarDecl>(D));
    F.note(D->getLocation(),
           "or give '%0' a section of its own and hidden visibility")
        << X.What.Path << intoOwnSection(P, K, X.Maps.front());
  }
}

} // namespace bpftidy
