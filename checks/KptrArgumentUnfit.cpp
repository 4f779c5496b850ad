//===- KptrArgumentUnfit.cpp - a loaded kptr passed to what wants more --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing keeps alive what an untrusted kptr points to, nor what a referenced
// one does if its struct is not freed by RCU; a loaded pointer is good for
// reading then, not as an argument: "R1 must be a rcu pointer", "R2
// type=untrusted_ptr_ expected=ptr_, trusted_ptr_, rcu_ptr_". Functions that
// want a reference of the caller's own take no loaded kptr at all: "R1 must be
// referenced or trusted".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void kptrArgumentUnfit(const Program &P, const kernel::Kernel &K, Findings &F) {
  const Pointers &Ptrs = P.accesses().pointers();
  for (const Call &C : P.accesses().calls()) {
    for (const ObjectArg &Arg : objectArgs(C, K)) {
      const Expr *E = C.arg(Arg.Index);
      Address A = Ptrs.pointee(E);
      auto T = A.In == Memory::Loaded && !A.Variable ? fieldAt(P, K, *A.From)
                                                     : std::nullopt;
      Unfit Why = T && !T->InObject ? unfit(P, K, *T, Arg.Of) : Unfit::No;
      if (Why == Unfit::No)
        continue;
      bool Borrowed = Why == Unfit::OnlyBorrowed;
      F.warn(E->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0() gets what was loaded from %1, %select{an object that "
             "nothing keeps "
             "alive|and wants a reference of its caller's own}2")
          << C.Name << T->Decl << unsigned(Borrowed) << E->getSourceRange();
      F.note(E->getExprLoc(),
             Borrowed ? "acquire a reference, or take the pointer out by "
                        "bpf_kptr_xchg()"
             : T->is(kernel::FieldKind::Untrusted)
                 ? "keep a reference in a referenced kptr, or look the object "
                   "up anew"
                 : "take the pointer out by bpf_kptr_xchg(), and put it back");
      noteField(P, F, *T);
    }
  }
}

} // namespace bpftidy
