//===- KptrXchgNotOwned.cpp - an exchange for what is not owned -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bpf_kptr_xchg() moves a reference into the field. A pointer that was loaded
// from a map, or that a helper merely lends, carries none: "R2 must be
// referenced when passed to release function"; since 7.2 "release helper
// bpf_kptr_xchg expects referenced PTR_TO_BTF_ID passed to R2".
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"
#include "Touch.h"

using namespace clang;

namespace bpftidy {

/// Where the exchange shows what is wrong, that is better said of the field;
/// elsewhere paths tell.
static void reportPaths(const Program &P, const kernel::Kernel &K, Findings &F,
                        const llvm::DenseSet<SourceLocation> &Said) {
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Borrowed || E.How != flow::Use::Move ||
        Said.count(E.Loc))
      continue;
    F.warn(E.Loc, kernel::Effect::ProgramRefused,
           "%0 is only borrowed %select{from the map|from the kernel}1, and "
           "carries no reference to move into a kptr")
        << flow::namePointer(E) << unsigned(E.Of->How != flow::Made::Load);
    F.note(E.Loc, "acquire a reference to it first");
    flow::tellPath(F, P, E);
  }
}

void kptrXchgNotOwned(const Program &P, const kernel::Kernel &K, Findings &F) {
  llvm::DenseSet<SourceLocation> Said, Certain;
  for (const flow::Event &E : P.paths(K).Events)
    if (E.What == flow::Wrong::Borrowed && E.How == flow::Use::Move)
      Certain.insert(E.Loc);
  const Pointers &Ptrs = P.accesses().pointers();
  for (const Call &C : P.accesses().calls()) {
    if (!C.is(kernel::CallRole::Exchange) || !C.arg(1))
      continue;
    auto T = fieldAt(P, K, Ptrs.pointee(C.arg(0)));
    Address From = Ptrs.pointee(C.arg(1));
    if (!T || !T->owns() || From.Offset || From.Variable)
      continue;
    auto O = objectAt(P, K, From);
    if (!O || !O->Borrowed)
      continue;
    // What a variable has may be known to be NULL there, which may be moved.
    if (localVariable(C.arg(1)->IgnoreParenCasts()) &&
        !Certain.count(C.E->getExprLoc()))
      continue;
    Said.insert(C.E->getExprLoc());
    if (O->From) {
      F.warn(C.arg(1)->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0 gets a pointer that was loaded from %1, and a load gives no "
             "reference to move")
          << T->Decl << O->From->Decl << C.arg(1)->getSourceRange();
      F.note(From.Load->getExprLoc(),
             O->From->owns()
                 ? "take it out by bpf_kptr_xchg(), or acquire a reference"
                 : "acquire a reference")
          << From.Load->getSourceRange();
    } else if (O->Member) {
      F.warn(C.arg(1)->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0 gets a pointer that was loaded from %1, and a load gives no "
             "reference to move")
          << T->Decl << nameStruct(enclosing(P, K, *From.From)->Struct)
          << C.arg(1)->getSourceRange();
      F.note(From.Load->getExprLoc(), "acquire a reference")
          << From.Load->getSourceRange();
    } else {
      F.warn(C.arg(1)->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0 gets the result of %1(), which carries no reference to move")
          << T->Decl << calleeName(From.Call) << C.arg(1)->getSourceRange();
      F.note(C.arg(1)->getExprLoc(), "acquire a reference to it first");
    }
    noteField(P, F, *T);
  }
  reportPaths(P, K, F, Said);
}

} // namespace bpftidy
