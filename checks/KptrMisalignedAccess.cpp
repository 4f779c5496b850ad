//===- KptrMisalignedAccess.cpp - an access beside the start of a kptr ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An access of 8 bytes that begins before or behind the start of a kptr would
// mix a pointer with its neighbour. check_map_access() refuses it: "kptr access
// misaligned expected=8 off=9".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void kptrMisalignedAccess(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  for (const Access &A : P.accesses().accesses()) {
    if (!A.isScalar() || A.Size != KptrSize || A.Where.Variable ||
        !(A.Used || A.Volatile))
      continue;
    for (const Touch &T : touches(P, K, A.Where, A.Size)) {
      if (T.InObject || T.Delta == 0)
        continue;
      F.warn(A.Place->getExprLoc(), kernel::Effect::ProgramRefused,
             "this %select{load|store}0 begins %1 byte%s1 "
             "%select{before|behind}2 the start of %3, and the kernel allows "
             "access to a kptr as a whole only")
          << unsigned(A.How != Access::Kind::Load)
          << unsigned(std::abs(T.Delta)) << unsigned(T.Delta > 0) << T.Decl
          << A.Place->getSourceRange();
      noteInside(F, A);
      noteField(P, F, T);
      break;
    }
  }
}

} // namespace bpftidy
