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

/// An object of another struct than the kfunc takes.
static void otherStruct(const Program &P, const kernel::Kernel &K, Findings &F,
                        const Call &C, const ObjectArg &Arg, const Address &A) {
  StringRef Wanted = kernel::argStruct(C.Name, Arg.Index);
  auto O = A.Variable || A.Offset < 0 ? std::nullopt : enclosing(P, K, A);
  if (!O || O->Percpu || Wanted.empty() || Arg.Of.releases() ||
      !(Arg.Of.wantsTrusted() || Arg.Of.takesRcu()) ||
      mayPointTo(P, *O, A, Wanted))
    return;
  const Expr *E = C.arg(Arg.Index);
  F.warn(E->getExprLoc(), kernel::Effect::ProgramRefused,
         "%0() gets a pointer %select{to|into}1 %2, and takes one to %3 only")
      << C.Name << unsigned(A.Offset != 0)
      << nameStruct(kernel::withoutFlavour(O->Struct)) << nameStruct(Wanted)
      << E->getSourceRange();
  if (O->From)
    noteField(P, F, *O->From);
}

void kptrArgumentUnfit(const Program &P, const kernel::Kernel &K, Findings &F) {
  const Pointers &Ptrs = P.accesses().pointers();
  for (const Call &C : P.accesses().calls()) {
    for (const ObjectArg &Arg : objectArgs(C, K)) {
      const Expr *E = C.arg(Arg.Index);
      Address A = Ptrs.pointee(E);
      auto T = A.In == Memory::Loaded && !A.Variable ? fieldAt(P, K, *A.From)
                                                     : std::nullopt;
      Unfit Why = T && !T->InObject ? unfit(P, K, *T, Arg.Of) : Unfit::No;
      if (Why == Unfit::No) {
        otherStruct(P, K, F, C, Arg, A);
        continue;
      }
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
