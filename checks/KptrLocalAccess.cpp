//===- KptrLocalAccess.cpp - a kptr of a program-local object ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kptr in an object from bpf_obj_new() may be reached by bpf_kptr_xchg()
// alone. Loads are refused as stores are (check_ptr_to_btf_access()): "direct
// access to kptr is disallowed". A list of objects cannot be walked that way.
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void kptrLocalAccess(const Program &P, const kernel::Kernel &K, Findings &F) {
  if (!K.ParsesStructsWithKptrs())
    return;
  for (const Access &A : P.accesses().accesses()) {
    if (A.Where.Variable || !(A.Used || A.Volatile || A.writes()))
      continue;
    Address Where = A.Where.known() ? A.Where : placeInTurn(P, K, A.Place);
    for (const Touch &T : touches(P, K, Where, A.Size)) {
      bool Untrusted = Where.In == Memory::Loaded && !inRcu(P, A.In);
      if (!T.InObject || (Untrusted && !A.writes()))
        continue;
      F.warn(A.Place->getExprLoc(), kernel::Effect::ProgramRefused,
             "this %select{reads|writes}0 %1, a kptr in an object of the "
             "program's own, where only bpf_kptr_xchg() may touch it")
          << unsigned(A.writes()) << T.Decl << A.Place->getSourceRange();
      F.note(A.Place->getExprLoc(),
             "take it out by bpf_kptr_xchg(), and put it back by another one");
      noteInside(F, A);
      noteField(P, F, T);
      break;
    }
  }
}

} // namespace bpftidy
