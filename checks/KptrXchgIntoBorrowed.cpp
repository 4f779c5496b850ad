//===- KptrXchgIntoBorrowed.cpp - an exchange in an object that is not owned
//-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bpf_kptr_xchg() works on kptrs in map values and, since 6.12, in objects of
// bpf_obj_new() that the program owns. An object that was merely loaded from a
// map may be another's at the same time: "R1 type=rcu_ptr_ expected=map_value,
// ptr_". Since 7.1 one with a node of a list or tree is good enough. Objects of
// the kernel have no kptrs.
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

/// True if \p RD may be lent by a list or tree.
static bool mayBeLent(const RecordDecl *RD) {
  return !RD || !RD->getDefinition() ||
         hasMember(RD,
                   {kernel::FieldKind::ListNode, kernel::FieldKind::RbNode});
}

void kptrXchgIntoBorrowed(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  for (const Call &C : P.accesses().calls()) {
    if (!C.is(kernel::CallRole::Exchange) || !C.arg(0))
      continue;
    Address To = P.accesses().pointers().pointee(C.arg(0));
    auto O = enclosing(P, K, To);
    if (!O || O->Percpu || !K.LocalPointees())
      continue;
    const Expr *At = C.arg(0);
    if (O->ofKernel()) {
      F.warn(
          At->getExprLoc(), kernel::Effect::ProgramRefused,
          "this is in %0, an object of the kernel, and bpf_kptr_xchg() works "
          "on kptrs in maps and the program's own objects only")
          << nameStruct(O->Struct) << At->getSourceRange();
      continue;
    }
    if (O->From && O->From->is(kernel::FieldKind::Untrusted)) {
      F.warn(At->getExprLoc(), kernel::Effect::ProgramRefused,
             "this is in an object that was loaded from %0, which nothing "
             "keeps alive, and bpf_kptr_xchg() works in objects that the "
             "program owns")
          << O->From->Decl << At->getSourceRange();
      noteField(P, F, *O->From);
      continue;
    }
    if (!O->Local || !O->Type)
      continue;
    if (!K.ExchangesInObjects()) {
      F.warn(
          At->getExprLoc(), kernel::Effect::ProgramRefused,
          "this is in %0, an object of the program's own, and bpf_kptr_xchg() "
          "works on kptrs in maps only")
          << nameStruct(O->Struct) << At->getSourceRange();
      continue;
    }
    auto T = fieldAt(P, K, To);
    if (!O->Borrowed || !T ||
        (K.ExchangesInLentObjects() && mayBeLent(P.types().record(O->Type))))
      continue;
    F.warn(At->getExprLoc(), kernel::Effect::ProgramRefused,
           "%0 is in an object that was only loaded%select{| from %2}1, and "
           "bpf_kptr_xchg() works in objects that the program owns")
        << T->Decl << unsigned(O->From.has_value())
        << (O->From ? O->From->Decl : T->Decl) << At->getSourceRange();
    F.note(To.Load->getExprLoc(),
           "take the object out by bpf_kptr_xchg() first, and put it back")
        << To.Load->getSourceRange();
    noteField(P, F, *T);
  }
}

} // namespace bpftidy
