//===- KptrXchgOnUntrusted.cpp - an exchange of an untrusted kptr --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An untrusted kptr owns nothing, so that there is no reference to move in or
// out: map_kptr_match_type()'s caller for bpf_kptr_xchg() wants a referenced
// one: "off=0 kptr isn't referenced kptr".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void kptrXchgOnUntrusted(const Program &P, const kernel::Kernel &K,
                         Findings &F) {
  const Accesses &Acc = P.accesses();
  for (const Call &C : Acc.calls()) {
    if (!C.is(kernel::CallRole::Exchange) || !C.arg(1))
      continue;
    auto T = fieldAt(P, K, Acc.pointers().pointee(C.arg(0)));
    if (!T || !T->is(kernel::FieldKind::Untrusted) || T->InObject)
      continue;
    F.warn(C.arg(0)->getExprLoc(), kernel::Effect::ProgramRefused,
           "%0 is an untrusted kptr, and bpf_kptr_xchg() exchanges referenced "
           "ones only")
        << T->Decl << C.arg(0)->getSourceRange();
    // Meaning changes: nothing is owned then.
    const auto *Of = dyn_cast<UnaryOperator>(C.arg(0)->IgnoreParenCasts());
    StringRef Value = textOf(P, C.arg(1)->getSourceRange());
    StringRef Place = Of && Of->getOpcode() == UO_AddrOf
                          ? textOf(P, Of->getSubExpr()->getSourceRange())
                          : StringRef();
    bool Alone = Acc.statement(C.E) == C.E && !C.E->getBeginLoc().isMacroID();
    auto B = F.note(C.E->getExprLoc(),
                    "store into it, if no reference is to be kept");
    if (Alone && !Place.empty() && !Value.empty())
      B << FixItHint::CreateReplacement(C.E->getSourceRange(),
                                        (Place + " = " + Value).str());
  }
}

} // namespace bpftidy
