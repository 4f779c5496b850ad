//===- UptrStore.cpp - a program that writes a uptr ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A uptr is set by user space, through an update of the map, and pins a page of
// its memory. Programs may load it and nothing else: "store to uptr
// disallowed".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void uptrStore(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const Access &A : P.accesses().accesses()) {
    if (!A.writes() || A.How == Access::Kind::Atomic || A.Where.Variable ||
        (A.isScalar() && A.Size != KptrSize))
      continue;
    for (const Touch &T : touches(P, K, A.Where, A.Size)) {
      if (!T.is(kernel::FieldKind::User) || (A.isScalar() && T.Delta))
        continue;
      F.warn(A.E->getExprLoc(), kernel::Effect::ProgramRefused,
             "this writes %0, a uptr, and only user space may")
          << T.Decl << A.E->getSourceRange();
      noteInside(F, A);
      noteField(P, F, T);
      break;
    }
  }
}

} // namespace bpftidy
