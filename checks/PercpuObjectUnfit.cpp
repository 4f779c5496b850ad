//===- PercpuObjectUnfit.cpp - a struct that has no per-CPU objects ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bpf_percpu_obj_new() takes small structs without special fields only:
// "bpf_percpu_obj_new type ID argument must not contain special fields",
// "bpf_percpu_obj_new type size (600) is greater than 512".
//
//===----------------------------------------------------------------------===//

#include "Compat.h"
#include "Touch.h"

using namespace clang;

namespace bpftidy {

void percpuObjectUnfit(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const Call &C : P.accesses().calls()) {
    const RecordDecl *RD = allocated(C.E);
    if (!RD || !C.is(kernel::CallRole::PercpuNew) || !RD->isStruct())
      continue;
    uint64_t Size = P.context()
                        .getTypeSizeInChars(compat::tagType(P.context(), RD))
                        .getQuantity();
    if (Size > K.maxPercpuObject())
      F.warn(C.E->getExprLoc(), kernel::Effect::ProgramRefused,
             "struct %0 has %1 bytes, and a per-CPU object may have %2")
          << RD << unsigned(Size) << K.maxPercpuObject()
          << C.E->getSourceRange();
    btf::TypeId Type = P.types().idOf(RD);
    auto Fields =
        Type ? P.objectFields(Type, K) : llvm::ArrayRef<kernel::Field>();
    if (Fields.empty())
      continue;
    const DeclaratorDecl *D = P.declaration(Fields.front().At);
    if (!D)
      continue;
    F.warn(C.E->getExprLoc(), kernel::Effect::ProgramRefused,
           "struct %0 holds %1 (%2), and a per-CPU object may hold no special "
           "field")
        << RD << kernel::words(Fields.front().Kind) << D
        << C.E->getSourceRange();
    F.note(D->getLocation(), "%0 is declared here") << D;
  }
}

} // namespace bpftidy
