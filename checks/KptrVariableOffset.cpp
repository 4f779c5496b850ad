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

namespace {
/// A place that an access or exchange reaches.
struct Reach {
  const Address &Where;
  uint64_t Size;
  const Expr *E;  ///< All of it.
  const Expr *At; ///< The lvalue, or pointer.
  const FunctionDecl *In;
  bool Doubtful; ///< Only paths can tell whether it happens.
};
} // namespace

/// What of it is certainly in the verifier's range.
static std::vector<Address> ranges(const Program &P, const kernel::Kernel &K,
                                   const Reach &R) {
  std::vector<Address> Found;
  if (!R.Where.Variable)
    return Found;
  for (const flow::Index &I : indicesOf(P, K, R.Where, R.E)) {
    // More than any map has.
    constexpr int64_t Most = int64_t(1) << 36;
    int64_t First = std::clamp(I.Least, -Most, Most);
    int64_t Last = std::clamp(I.Most, -Most, Most);
    Address A = R.Where;
    A.Offset += First * int64_t(A.Step);
    A.Extent = (Last - First) * int64_t(A.Step);
    Found.push_back(A);
  }
  if (!R.Doubtful && varies(P.accesses().pointers(), R.Where.Index, R.In)) {
    Found.push_back(R.Where);
    // Without a bound, at least where it begins is reached.
    if (R.Where.Extent == Address::AnyExtent)
      Found.back().Extent = 0;
  }
  return Found;
}

static void check(const Program &P, const kernel::Kernel &K, Findings &F,
                  const Reach &R) {
  std::vector<Touch> Reached;
  for (const Address &A : ranges(P, K, R))
    llvm::append_range(Reached, touches(P, K, A, R.Size));
  for (const Touch &T : Reached) {
    if (T.InObject)
      continue;
    F.warn(R.At->getExprLoc(), kernel::Effect::ProgramRefused,
           "this may reach %0 at an offset that is known at run time only, and "
           "the kernel wants a constant one")
        << T.Decl << R.At->getSourceRange();
    F.note(R.Where.Index->getExprLoc(),
           "select the element by a switch with constant indices, or give "
           "each one a map element of its own")
        << R.Where.Index->getSourceRange();
    noteField(P, F, T);
    return;
  }
}

void kptrVariableOffset(const Program &P, const kernel::Kernel &K,
                        Findings &F) {
  const Accesses &All = P.accesses();
  for (bool Doubtful : {false, true}) {
    for (const Access &A : Doubtful ? All.doubtfulAccesses() : All.accesses())
      if ((A.isScalar() && (A.Used || A.Volatile || A.writes())) ||
          A.How == Access::Kind::Atomic)
        check(P, K, F, {A.Where, A.Size, A.E, A.Place, A.In, Doubtful});
    for (const Call &C : Doubtful ? All.doubtfulCalls() : All.calls())
      if (C.is(kernel::CallRole::Exchange) && C.arg(0))
        check(P, K, F,
              {All.pointers().pointee(C.arg(0)), KptrSize, C.E, C.arg(0), C.In,
               Doubtful});
  }
}

} // namespace bpftidy
