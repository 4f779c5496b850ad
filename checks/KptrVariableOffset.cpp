//===- KptrVariableOffset.cpp - a kptr at an offset that varies ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which kptr an access reaches must be the same each time the instruction runs.
// With an index that the verifier knows a range of only, check_map_access()
// refuses whatever might reach one: "kptr access cannot have variable offset";
// bpf_kptr_xchg(): "R1 doesn't have constant offset. kptr has to be at the
// constant offset". A loop that counts by constants is fine.
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

static void check(const Program &P, const kernel::Kernel &K, Findings &F,
                  Address Where, uint64_t Size, const Expr *At,
                  const FunctionDecl *In) {
  if (!Where.Variable || !varies(P.accesses().pointers(), Where.Index, In))
    return;
  // Without a bound, at least where it begins is reached.
  if (Where.Extent == Address::AnyExtent)
    Where.Extent = 0;
  for (const Touch &T : touches(P, K, Where, Size)) {
    if (T.InObject)
      continue;
    F.warn(At->getExprLoc(), kernel::Effect::ProgramRefused,
           "this may reach %0 at an offset that is known at run time only, and "
           "the kernel wants a constant one")
        << T.Decl << At->getSourceRange();
    F.note(Where.Index->getExprLoc(),
           "select the element by a switch with constant indices, or give "
           "each one a map element of its own")
        << Where.Index->getSourceRange();
    noteField(P, F, T);
    return;
  }
}

void kptrVariableOffset(const Program &P, const kernel::Kernel &K,
                        Findings &F) {
  for (const Access &A : P.accesses().accesses())
    if ((A.isScalar() && (A.Used || A.Volatile || A.writes())) ||
        A.How == Access::Kind::Atomic)
      check(P, K, F, A.Where, A.Size, A.Place, A.In);
  for (const Call &C : P.accesses().calls())
    if (C.is(kernel::CallRole::Exchange) && C.arg(0))
      check(P, K, F, P.accesses().pointers().pointee(C.arg(0)), KptrSize,
            C.arg(0), C.In);
}

} // namespace bpftidy
