//===- KptrPointeeForwarded.cpp - a kptr to a forward declaration --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Clang up to 20 emits a complete struct as a forward declaration if nothing
// but members of other structs point to it, and btf_find_kptr() takes that for
// no struct: -EINVAL, which map creation does not report. A store of any
// pointer is then accepted as that of a number, and bpf_kptr_xchg() says "R1
// has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrPointeeForwarded(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::PointeeForwarded)
      continue;
    F.warn(X, "kptr %0 points to struct '%1', which clang emits as a forward "
              "declaration, since nothing but members of structs mentions it")
        << X.What.Detail;
    F.context(X);
    SourceLocation Loc = P.declaration(X.What.At)->getLocation();
    if (Edits Fix = emitInFull(P, X.What.Detail, Loc); !Fix.empty())
      F.note(Loc, "add a variable that makes clang emit struct '%0' in full")
          << X.What.Detail << Fix;
  }
}

} // namespace bpftidy
