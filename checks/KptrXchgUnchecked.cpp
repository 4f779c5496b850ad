//===- KptrXchgUnchecked.cpp - an exchange for what may be NULL ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an acquiring function returns may be NULL, and the verifier wants that
// decided before the pointer moves into a map: "Possibly NULL pointer passed to
// helper arg2"; since 7.2 "R2". To clear the field, literal NULL is fine.
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void kptrXchgUnchecked(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const Call &C : P.accesses().calls()) {
    if (!C.is(kernel::CallRole::Exchange) || !C.arg(1))
      continue;
    const auto *Inner = dyn_cast<CallExpr>(C.arg(1)->IgnoreParenCasts());
    auto From = Inner ? kernel::callee(calleeName(Inner), K) : std::nullopt;
    if (!From || !From->mayReturnNull() || !From->acquires())
      continue;
    F.warn(C.arg(1)->getExprLoc(), kernel::Effect::ProgramRefused,
           "the result of %0() may be NULL and goes into bpf_kptr_xchg() "
           "without a check")
        << calleeName(Inner) << C.arg(1)->getSourceRange();
    F.note(C.arg(1)->getExprLoc(),
           "keep it in a local variable and check that before the exchange");
  }
}

} // namespace bpftidy
