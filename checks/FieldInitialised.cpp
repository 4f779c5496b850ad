//===- FieldInitialised.cpp - an initialiser that is ignored --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libbpf copies the initial values of a section's globals into its map with an
// update, and an update leaves special fields out (copy_map_value()): a kptr is
// NULL when the first program runs, a lock free, whatever the source says. No
// message tells of it.
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Initial.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldInitialised(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (unsigned Map = 0; Map != P.maps().size(); ++Map) {
    if (!P.maps()[Map].IsSection)
      continue;
    const VarDecl *Said = nullptr;
    for (const kernel::Field &Field : P.mapFields(Map, K)) {
      const btf::Type &Section = P.graph()[P.maps()[Map].Value];
      for (unsigned I = 0; I != Section.Members.size(); ++I) {
        const auto *VD = cast<VarDecl>(P.declaration({P.maps()[Map].Value, I}));
        uint64_t Begin = Section.Members[I].BitOffset / 8;
        if (VD == Said || !VD->getInit() || Field.Offset < Begin ||
            Field.Offset >= Begin + Section.Members[I].Size)
          continue;
        const Expr *Part = initialPart(P.context(), VD->getInit(),
                                       VD->getType(), Field.Offset - Begin);
        if (!Part || isZero(P.context(), Part).value_or(true))
          continue;
        Said = VD;
        F.warn(VD->getLocation(), kernel::Effect::AcceptedButWrong,
               "initialiser of '%0' is ignored: libbpf copies it into %1, and "
               "such an update leaves out %2")
            << Field.Path << nameMap(P, Map) << kernel::words(Field.Kind);
        auto B = F.note(VD->getLocation(),
                        "let '%0' begin as zero, and have a program set it");
        B << Field.Path;
        if (Part == VD->getInit()->IgnoreParenImpCasts())
          B << removeInitialiser(P, VD);
      }
    }
  }
}

} // namespace bpftidy
