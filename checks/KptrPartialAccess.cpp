//===- KptrPartialAccess.cpp - an access to a part of a kptr -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The verifier follows a kptr as one value of 8 bytes. Half of a pointer is no
// pointer, and a write of half would forge one, so that check_map_access()
// wants a full one: "kptr access size must be BPF_DW".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void kptrPartialAccess(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const Access &A : P.accesses().accesses()) {
    // The compiler drops a load that nobody needs.
    bool Whole = A.How == Access::Kind::Fill || A.How == Access::Kind::Copy;
    if ((!Whole && (!A.isScalar() || A.Size >= KptrSize)) || A.Where.Variable ||
        !(A.Used || A.Volatile))
      continue;
    for (const Touch &T : touches(P, K, A.Where, A.Size)) {
      int64_t End = T.Delta + int64_t(A.Size);
      if (T.InObject)
        continue;
      // What owns has a finding of its own for any write, in part or not.
      if (Whole && (T.owns() || (T.Delta <= 0 && End >= int64_t(KptrSize))))
        continue;
      F.warn(A.Place->getExprLoc(), kernel::Effect::ProgramRefused,
             "%select{reads|writes}0 %1 byte%s1 of %2, and the kernel allows "
             "access to all %3 bytes of a kptr only")
          << unsigned(A.How != Access::Kind::Load)
          << unsigned(Whole ? std::min<int64_t>(End, KptrSize) -
                                  std::max<int64_t>(T.Delta, 0)
                            : A.Size)
          << T.Decl << unsigned(KptrSize) << A.Place->getSourceRange();
      noteField(P, F, T);
      break;
    }
  }
}

} // namespace bpftidy
