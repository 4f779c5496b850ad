//===- MapReadOnly.cpp - a special field in a map of restricted access ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// map_check_btf() refuses special fields, with -EACCES, in a map that programs
// may only read or only write. That holds for the sections of constants as
// well. libbpf then creates the map without BTF: "map 'm' has to have BTF in
// order to use bpf_kptr_xchg".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void mapReadOnly(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::MapReadOnly)
      continue;
    bool Section = P.maps()[X.Maps.front()].IsSection;
    F.warnMap(
        X, "map_flags",
        "%0 %select{has %1|is read-only to programs}2 and holds %3 ('%4')")
        << X.What.Detail << Section << kernel::words(*X.What.Meant)
        << X.What.Path;
    const DeclaratorDecl *D = P.declaration(X.What.At);
    if (Section)
      F.note(D->getLocation(), "move %0 to a section that is not read-only")
          << D;
    else
      F.note(P.source(X.Maps.front()).Var->getLocation(), "drop %0")
          << X.What.Detail << removeFlag(P, X.Maps.front(), X.What.Detail);
    F.context(X);
  }
}

} // namespace bpftidy
