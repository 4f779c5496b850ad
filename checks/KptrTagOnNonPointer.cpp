//===- KptrTagOnNonPointer.cpp - a tag without a pointer to a struct -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kptr is a pointer to a struct. A tag on a value, or inside a pointer to an
// array or function, has no pointer that it could mark, and clang drops it
// without a warning; bpf_kptr_xchg() on the field is refused: "R1 has no valid
// kptr".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrTagOnNonPointer(const Program &P, const kernel::Kernel &,
                         Findings &F) {
  for (const LostTag &Tag : P.lostTags()) {
    // A lock or timer stays what it is.
    const RecordDecl *RD =
        P.context().getBaseElementType(Tag.Of->getType())->getAsRecordDecl();
    if (RD && kernel::knownStructField(RD->getName()))
      continue;
    unsigned Kind;
    if (Tag.Where == TagPlace::NoPointer)
      Kind = 0;
    else if (Tag.Where == TagPlace::PointedArray)
      Kind = 1;
    else if (Tag.Where == TagPlace::PointedFunction)
      Kind = 2;
    else
      continue;
    F.warn(Tag.Of->getLocation(), kernel::Effect::TagLost,
           "%0 is tagged as a kptr, but is %select{no pointer|a pointer to an "
           "array|a pointer to a function}1",
           "the field is plain memory")
        << Tag.Of << Kind;
    F.note(Tag.Of->getLocation(),
           "make %0 a pointer to a struct, or remove the tag")
        << Tag.Of;
    F.contextOf(Tag);
  }
}

} // namespace bpftidy
