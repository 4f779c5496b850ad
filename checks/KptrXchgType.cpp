//===- KptrXchgType.cpp - an exchange for an object of another type ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What goes into a kptr comes out of it as a pointer to the struct that it was
// declared with, so that nothing but that very struct may go in, and per-CPU
// objects into per-CPU kptrs only. map_kptr_match_type(): "invalid kptr access,
// R2 type=ptr_bpf_cpumask expected=ptr_task_struct"; for what is no object at
// all: "R2 type=fp expected=ptr_".
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"
#include "Touch.h"

using namespace clang;

namespace bpftidy {

void kptrXchgType(const Program &P, const kernel::Kernel &K, Findings &F) {
  const Pointers &Ptrs = P.accesses().pointers();
  llvm::DenseSet<unsigned> Told; // by place
  for (const Call &C : P.accesses().calls()) {
    if (!C.is(kernel::CallRole::Exchange) || !C.arg(1))
      continue;
    auto T = fieldAt(P, K, Ptrs.pointee(C.arg(0)));
    if (!T || !T->owns())
      continue;
    Address From = Ptrs.pointee(C.arg(1));
    const std::string &Wanted = P.graph()[T->Field->Pointee].Name;
    const Expr *At = C.arg(1);
    if (std::string What = noObject(P, K, From, C.In); !What.empty()) {
      F.warn(At->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0 gets %1, and the kernel lets it hold a pointer to %2 only")
          << T->Decl << What << nameStruct(Wanted) << At->getSourceRange();
      noteField(P, F, *T);
      continue;
    }
    auto O = From.Variable ? std::nullopt : enclosing(P, K, From);
    if (!O || O->Borrowed)
      continue;
    bool ToPercpu = T->is(kernel::FieldKind::Percpu);
    if (From.Offset) {
      F.warn(At->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0 gets a pointer into %1, and what goes into a kptr points to "
             "the start of an object")
          << T->Decl << nameStruct(O->Struct) << At->getSourceRange();
      noteField(P, F, *T);
      Told.insert(C.E->getExprLoc().getRawEncoding());
    } else if (kernel::withoutFlavour(O->Struct) !=
               kernel::withoutFlavour(Wanted)) {
      F.warn(At->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0 gets a pointer to %1, and the kernel lets it hold one to %2 "
             "only")
          << T->Decl << nameStruct(O->Struct) << nameStruct(Wanted)
          << At->getSourceRange();
      noteField(P, F, *T);
    } else if (O->Percpu != ToPercpu) {
      bool Refused = O->Percpu || K.ChecksPercpuSource();
      F.warn(At->getExprLoc(),
             Refused ? kernel::Effect::ProgramRefused
                     : kernel::Effect::AcceptedButWrong,
             "%0 is %select{a kptr|a per-CPU kptr}1 and gets %select{a plain "
             "object|a per-CPU object}2",
             Refused ? "the program is refused"
                     : "the program is accepted, and memory is corrupted when "
                       "the map is freed")
          << T->Decl << unsigned(ToPercpu) << unsigned(O->Percpu)
          << At->getSourceRange();
      noteField(P, F, *T);
    }
  }
  for (const flow::Event &E : P.paths(K).Events) {
    if (E.What != flow::Wrong::Moved || E.How != flow::Use::Move ||
        Told.count(E.Loc.getRawEncoding()))
      continue;
    F.warn(
        E.Loc, kernel::Effect::ProgramRefused,
        "%0 is exchanged with an offset, and what goes into a kptr points to "
        "the start of an object")
        << flow::namePointer(E);
    flow::tellPath(F, P, E);
  }
}

} // namespace bpftidy
