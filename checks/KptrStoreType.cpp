//===- KptrStoreType.cpp - a store of the wrong thing into a kptr --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Even an untrusted kptr takes NULL and pointers to its own struct only, as
// later loads are treated as such. Numbers, addresses of the stack or of map
// values, and pointers to other structs are refused by map_kptr_match_type():
// "invalid kptr access, R1 type=scalar expected=ptr_task_struct or
// untrusted_ptr_task_struct"; "BPF_ST imm must be 0 when storing to kptr".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

/// Warns of arithmetic on an untrusted kptr, and of bytes other than 0.
static void changed(const Program &P, const kernel::Kernel &K, Findings &F,
                    const Access &A) {
  Expr::EvalResult R;
  bool Fill = A.How == Access::Kind::Fill;
  if (A.Where.Variable || (!Fill && A.Size != KptrSize) ||
      (Fill && (!A.Value || A.Value->isValueDependent() ||
                !A.Value->EvaluateAsInt(R, P.context()) ||
                !(R.Val.getInt().getZExtValue() & 0xff))))
    return;
  for (const Touch &T : touches(P, K, A.Where, A.Size)) {
    if (!T.is(kernel::FieldKind::Untrusted) || T.InObject || (!Fill && T.Delta))
      continue;
    F.warn(A.E->getExprLoc(), kernel::Effect::ProgramRefused,
           "%0 gets %select{the result of arithmetic|bytes other than 0}1, and "
           "the kernel lets it hold NULL or a pointer to %2 only")
        << T.Decl << unsigned(Fill)
        << nameStruct(P.graph()[T.Field->Pointee].Name)
        << A.E->getSourceRange();
    noteInside(F, A);
    noteField(P, F, T);
    return;
  }
}

void kptrStoreType(const Program &P, const kernel::Kernel &K, Findings &F) {
  const Pointers &Ptrs = P.accesses().pointers();
  for (const Access &A : P.accesses().accesses()) {
    if (A.How == Access::Kind::Update || A.How == Access::Kind::Fill) {
      changed(P, K, F, A);
      continue;
    }
    if (A.How != Access::Kind::Store || A.Size != KptrSize || !A.Value)
      continue;
    auto T = fieldAt(P, K, A.Where);
    if (!T || !T->is(kernel::FieldKind::Untrusted) || T->InObject)
      continue;
    Address From = Ptrs.pointee(A.Value);
    const std::string &Wanted = P.graph()[T->Field->Pointee].Name;
    if (std::string What = noObject(P, K, From, A.In); !What.empty()) {
      F.warn(A.Value->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0 gets %1, and the kernel lets it hold NULL or a pointer to %2 "
             "only")
          << T->Decl << What << nameStruct(Wanted) << A.Value->getSourceRange();
      noteField(P, F, *T);
      continue;
    }
    auto O =
        From.Variable || From.Offset < 0 ? std::nullopt : enclosing(P, K, From);
    if (O && O->From && O->Type && !O->ofKernel() &&
        !P.graph()[O->Type].OfKernel && !A.Where.sameAs(*From.From)) {
      F.warn(A.Value->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0 gets what was only loaded from %1, and the kernel lets it "
             "hold NULL or an object of the program's own that it has a "
             "reference to")
          << T->Decl << O->From->Decl << A.Value->getSourceRange();
      noteField(P, F, *T);
      continue;
    }
    if (!O || O->Percpu || mayPointTo(P, *O, From, Wanted))
      continue;
    F.warn(A.Value->getExprLoc(), kernel::Effect::ProgramRefused,
           "%0 gets a pointer %select{to|into}1 %2, and the kernel lets it "
           "hold one to %3 only")
        << T->Decl << unsigned(From.Offset != 0)
        << nameStruct(kernel::withoutFlavour(O->Struct)) << nameStruct(Wanted)
        << A.Value->getSourceRange();
    noteField(P, F, *T);
  }
}

} // namespace bpftidy
