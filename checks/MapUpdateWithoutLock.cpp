//===- MapUpdateWithoutLock.cpp - BPF_F_LOCK without a lock ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An update with BPF_F_LOCK copies the value while it holds the bpf_spin_lock
// in it, and returns -EINVAL where there is none. The verifier does not look at
// the flags of an update, so that the program loads, and never stores anything.
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void mapUpdateWithoutLock(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  for (const Call &C : P.accesses().calls()) {
    Expr::EvalResult Flags;
    auto Map = valueArg(C) && C.is(kernel::CallRole::Update)
                   ? P.accesses().pointers().map(C.arg(0))
                   : std::nullopt;
    if (!Map ||
        !C.arg(C.E->getNumArgs() - 1)->EvaluateAsInt(Flags, P.context()) ||
        !(Flags.Val.getInt().getZExtValue() & kernel::LockedUpdateFlag) ||
        llvm::any_of(P.mapFields(*Map, K),
                     [](const kernel::Field &Each) {
                       return Each.Kind == kernel::FieldKind::SpinLock;
                     }) ||
        isExplained(P, K, *Map, nullptr))
      continue;
    const Expr *Arg = C.arg(C.E->getNumArgs() - 1);
    F.warn(Arg->getExprLoc(), kernel::Effect::AcceptedButWrong,
           "%0() always fails with EINVAL: BPF_F_LOCK wants a bpf_spin_lock in "
           "the value of %1, which has none")
        << C.Name << nameMap(P, *Map) << Arg->getSourceRange();
    F.note(Arg->getExprLoc(), "drop the flag, or put a lock into the value");
  }
}

} // namespace bpftidy
