//===- FieldInKey.cpp - a special field in a key -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kernel searches the value of a map for special fields, never its key. A
// pointer in a key is a number to it, and a lock or timer is bytes.
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldInKey(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::InKey)
      continue;
    // A key may be a pointer itself, and nobody's member.
    if (P.declaration(X.What.At)) {
      F.warn(X, "'%2' is %1 in the key of a map, and the kernel looks for such "
                "fields in values only")
          << kernel::words(*X.What.Meant) << X.What.Path;
      F.note(P.source(X.Maps.front()).Var->getLocation(),
             "the key of %0%select{| and of %2 more}1 holds it")
          << nameMap(P, X.Maps.front()) << unsigned(X.Maps.size() > 1)
          << unsigned(X.Maps.size() - 1);
      F.noteStores(X);
    } else {
      F.warnMap(X, "key",
                "the key of %0 is %1, and the kernel looks for such fields in "
                "values only")
          << kernel::words(*X.What.Meant);
    }
  }
}

} // namespace bpftidy
