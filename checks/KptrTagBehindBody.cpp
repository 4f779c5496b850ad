//===- KptrTagBehindBody.cpp - a tag behind the body of a struct ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An attribute behind the closing brace of a struct belongs to the struct, not
// to the pointer that is declared with it, and clang drops a type tag there
// without a trace. The kernel then knows of no kptr: "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrTagBehindBody(const Program &P, const kernel::Kernel &, Findings &F) {
  for (const LostTag &Tag : P.lostTags()) {
    if (Tag.Where != TagPlace::BehindBody)
      continue;
    F.warn(Tag.Of->getLocation(), kernel::Effect::TagLost,
           "tag of %0 stands behind the body of the struct and never reaches "
           "BTF",
           "the field is plain memory")
        << Tag.Of;
    F.note(Tag.Of->getLocation(), "define the struct in front, and declare %0 "
                                  "with the struct's name")
        << Tag.Of;
    F.contextOf(Tag);
  }
}

} // namespace bpftidy
