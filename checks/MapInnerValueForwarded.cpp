//===- MapInnerValueForwarded.cpp - an inner value without its members ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Clang up to 20 emits a struct as a forward declaration if nothing but the
// definition of an inner map mentions it. libbpf then cannot tell how large
// the values of the inner map are: "can't determine value size for type", and
// the object is not even opened.
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void mapInnerValueForwarded(const Program &P, const kernel::Kernel &K,
                            Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::InnerValueForwarded)
      continue;
    F.warnMap(X, "value",
              "the value of %0 is struct '%1', which clang emits as a forward "
              "declaration, since nothing but this inner map mentions it")
        << X.What.Detail;
    SourceLocation Loc = P.source(X.Maps.front()).Var->getBeginLoc();
    if (Edits Fix = emitInFull(P, X.What.Detail, Loc); !Fix.empty())
      F.note(Loc, "add a variable that makes clang emit struct '%0' in full")
          << X.What.Detail << Fix;
  }
}

} // namespace bpftidy
