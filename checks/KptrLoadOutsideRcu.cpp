//===- KptrLoadOutsideRcu.cpp - nothing keeps the object alive ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program that may sleep is in no RCU read section unless it enters one. A
// kptr that it loads outside is untrusted: it can be read through, but no
// kfunc takes it: "R1 must be a rcu pointer", "R1 must be referenced or
// trusted". bpf_rcu_read_lock() before the load, and bpf_rcu_read_unlock()
// behind the last use, is what it takes. Helpers for per-CPU objects do not
// take it either, "R1 type=untrusted_ptr_ expected=percpu_ptr_", and a
// program-local object cannot be written then: "only read is supported".
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"
#include "Touch.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {

/// True if \p C may let something run later, where it may not sleep, or begins
/// a section in which a kptr may be loaded.
static bool maySpoil(const Call &C) {
  using kernel::CallRole;
  if (C.is(CallRole::CallsNow) || C.is(CallRole::Visit))
    return false;
  return C.is(CallRole::RcuLock) || C.is(CallRole::Lock) ||
         C.is(CallRole::TryLock) || C.is(CallRole::Guard) ||
         llvm::any_of(C.E->arguments(), [](const Expr *Arg) {
           QualType T = Arg->IgnoreParenCasts()->getType();
           return T->isFunctionType() || T->isFunctionPointerType();
         });
}

/// True if \p FD runs in sleepable programs only, of which none enters a
/// section in which a kptr may be loaded.
static bool neverInRcu(const Program &P, const FunctionDecl *FD) {
  std::vector<const FunctionDecl *> Roots = P.accesses().programsOf(FD);
  return !Roots.empty() && llvm::all_of(Roots, [&](const FunctionDecl *Root) {
    auto Kind = kernel::programKind(Root->getAttr<SectionAttr>()->getName());
    return Kind && Kind->Sleepable &&
           llvm::none_of(P.accesses().callsReachedFrom(Root),
                         [](const Call *C) { return maySpoil(*C); });
  });
}

static void report(const Program &P, Findings &F, const Touch &T,
                   const Expr *At, const Expr *Load, llvm::StringRef Callee) {
  F.warn(At->getExprLoc(), kernel::Effect::ProgramRefused,
         "what was loaded from %0 outside of an RCU read section of this "
         "sleepable program is %select{not to be written|nothing that %2() "
         "takes}1")
      << T.Decl << unsigned(!Callee.empty()) << Callee << At->getSourceRange();
  F.note(Load->getExprLoc(), "call bpf_rcu_read_lock() before the load, and "
                             "bpf_rcu_read_unlock() behind the last use");
  noteField(P, F, T);
}

/// Per-CPU and program-local objects in programs that enter no section at all,
/// for which no path need be followed.
static void withoutSections(const Program &P, const kernel::Kernel &K,
                            Findings &F) {
  const Accesses &Acc = P.accesses();
  for (const Call &C : Acc.calls()) {
    const Expr *Arg = kernel::isPercpuHelper(C.Name) ? C.arg(0) : nullptr;
    Address A = Arg ? Acc.pointers().pointee(Arg) : Address();
    auto T = A.In == Memory::Loaded ? fieldAt(P, K, *A.From) : std::nullopt;
    if (T && T->is(kernel::FieldKind::Percpu) && neverInRcu(P, C.In))
      report(P, F, *T, Arg, A.Load, C.Name);
  }
  for (const Access &A : Acc.accesses()) {
    auto O = A.writes() ? enclosing(P, K, A.Where) : std::nullopt;
    if (O && O->Local && O->From && A.Where.In == Memory::Loaded &&
        neverInRcu(P, A.In))
      report(P, F, *O->From, A.Place, A.Where.Load, "");
  }
}

void kptrLoadOutsideRcu(const Program &P, const kernel::Kernel &K,
                        Findings &F) {
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Outside)
      continue;
    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "%0 was loaded outside of an RCU read section of this "
           "%select{sleepable program|callback, which may sleep}2, and %1() "
           "does not take it")
        << flow::namePointer(E) << E.Callee
        << unsigned((E.In == flow::Walked::Callback));
    flow::tellPath(F, P, E);
    F.note(E.Of->where(), "call bpf_rcu_read_lock() before the load, and "
                          "bpf_rcu_read_unlock() behind the last use");
  }
  withoutSections(P, K, F);
}

} // namespace bpftidy
