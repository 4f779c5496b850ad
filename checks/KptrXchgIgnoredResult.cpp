//===- KptrXchgIgnoredResult.cpp - an exchange whose result nobody takes -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bpf_kptr_xchg() hands out what was in the field, with the reference, and the
// verifier holds the program to it, even where the field was NULL for certain:
// "Unreleased reference id=2 alloc_insn=10"; since 6.16 also "BPF_EXIT
// instruction in main prog would lead to reference leak".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void kptrXchgIgnoredResult(const Program &P, const kernel::Kernel &K,
                           Findings &F) {
  const Accesses &Acc = P.accesses();
  for (const Call &C : Acc.calls()) {
    if (!C.is(kernel::CallRole::Exchange) || C.Used || !C.arg(1))
      continue;
    Address To = Acc.pointers().pointee(C.arg(0));
    auto T = fieldAt(P, K, To);
    if (!T || !T->owns())
      continue;
    auto B = F.warn(C.E->getExprLoc(), kernel::Effect::ProgramRefused,
                    "nothing releases what bpf_kptr_xchg() takes out of %0");
    B << T->Decl << C.E->getSourceRange();
    const Expr *Whole = Acc.statement(C.E);
    if (!Whole)
      continue;
    B << exchangeAndRelease(P, K, Whole, textOf(P, C.E->getSourceRange()),
                            *T->Field);
  }
}

} // namespace bpftidy
