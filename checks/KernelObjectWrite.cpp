//===- KernelObjectWrite.cpp - a program that writes to an object of the kernel
//-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a kptr points to is the kernel's if the struct is. Programs may read it,
// and change it by kfuncs only (check_ptr_to_btf_access()): "only read is
// supported"; since 7.2 "R1 cannot write into ptr_task_struct at off=2808".
// Some types of programs may write some members. Objects of bpf_obj_new() are
// the program's own.
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {

static bool mayWrite(const Program &P, const FunctionDecl *In,
                     StringRef Struct) {
  return llvm::any_of(
      P.accesses().programsOf(In), [&](const FunctionDecl *Root) {
        auto Kind =
            kernel::programKind(Root->getAttr<SectionAttr>()->getName());
        return !Kind || kernel::mayWrite(Kind->Type, Struct);
      });
}

void kernelObjectWrite(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const Access &A : P.accesses().accesses()) {
    auto O = A.writes() ? enclosing(P, K, A.Where) : std::nullopt;
    bool Untrusted = O && O->From && O->From->is(kernel::FieldKind::Untrusted);
    if (!O || (!O->ofKernel() && !Untrusted) || O->Percpu)
      continue;
    StringRef Struct = kernel::withoutFlavour(O->Struct);
    if (mayWrite(P, A.In, Struct))
      continue;
    F.warn(A.E->getExprLoc(), kernel::Effect::ProgramRefused,
           "this writes to %0, %select{an untrusted object|an object of the "
           "kernel}1, which programs may only read")
        << nameStruct(Struct) << unsigned(O->ofKernel())
        << A.E->getSourceRange();
    noteInside(F, A);
    if (O->From)
      noteField(P, F, *O->From);
  }
}

} // namespace bpftidy
