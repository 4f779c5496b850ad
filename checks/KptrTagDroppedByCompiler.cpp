//===- KptrTagDroppedByCompiler.cpp - a tag that an old clang drops -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Clang 14 accepts btf_type_tag and, without a warning, emits nothing of it
// where a member points to a struct by its own name, and in arrays. The kernel
// then knows of no kptr: "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrTagDroppedByCompiler(const Program &P, const kernel::Kernel &,
                              Findings &F) {
  for (const LostTag &Tag : P.lostTags()) {
    if (Tag.Where != TagPlace::ByCompiler)
      continue;
    bool InArray = Tag.Of->getType()->isArrayType();
    F.warn(Tag.Of->getLocation(), kernel::Effect::TagLost,
           "tag of %0 is dropped by clang %1, which builds the program",
           "the field is plain memory")
        << Tag.Of << P.compiler().Major;
    F.note(Tag.Of->getLocation(),
           "build with clang %0 or later%select{, or point to a typedef of the "
           "struct|}1")
        << btf::firstWithout(P.compiler(), &btf::Compiler::DropsTags)
        << InArray;
    F.contextOf(Tag);
  }
}

} // namespace bpftidy
