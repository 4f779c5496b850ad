//===- KptrMisplacedTag.cpp - a tag behind the star ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Clang emits a type tag only where it is the very pointee of a pointer.
// Behind the '*', which is also where attributes after the name and in front
// of a later declarator go, it belongs to the pointer itself and is dropped
// without a warning. The kernel then knows of no kptr: "R1 has no valid kptr",
// or "R1 invalid mem access 'scalar'" where the pointer is used.
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrMisplacedTag(const Program &P, const kernel::Kernel &, Findings &F) {
  for (const LostTag &Tag : P.lostTags()) {
    if (Tag.Where != TagPlace::AfterStar)
      continue;
    auto Text = tagText(P, Tag.Range);
    Edits Fix;
    if (Text)
      Fix = moveTagBeforeStar(P, Tag.Of, *Text, Tag.Pointer);
    {
      auto B = F.warn(Tag.Of->getLocation(), kernel::Effect::TagLost,
                      "tag of %0 stands behind the '*' and never reaches BTF",
                      "the field is plain memory");
      B << Tag.Of;
      if (Text)
        B << *Text;
      B << Fix;
    }
    if (Fix.empty())
      F.note(Tag.Of->getLocation(),
             "declare %0 by itself, with '%1' in front of the '*'")
          << Tag.Of << Tag.Spelling;
    F.contextOf(Tag);
  }
}

} // namespace bpftidy
