//===- KptrDeclTag.cpp - a declaration tag in place of a type tag --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kernel looks for kptrs among type tags. btf_decl_tag marks the
// declaration instead, which means nothing to it: the field is a plain
// pointer, and bpf_kptr_xchg() on it is refused with "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

void kptrDeclTag(const Program &P, const kernel::Kernel &, Findings &F) {
  for (const LostTag &Tag : P.lostTags()) {
    if (Tag.Where != TagPlace::DeclTag)
      continue;
    auto Text = tagText(P, Tag);
    Edits Fix;
    // A macro's own name may be used elsewhere with the other meaning.
    Group G = groupOf(P, Tag.Of);
    if (Text && Tag.Range.getBegin().isFileID() && !Tag.Pointer.isNull() &&
        Tag.Pointer.getStarLoc().isFileID() && G.First && G.Last) {
      std::string New =
          "__attribute__((btf_type_tag(\"" + Tag.Spelling + "\"))) ";
      Fix = {FixItHint::CreateInsertion(Tag.Pointer.getStarLoc(), New),
             removeWord(P, *Text)};
    }
    {
      auto B = F.warn(Tag.Of->getLocation(), kernel::Effect::TagLost,
                      "%0 has a btf_decl_tag \"%1\", but only a btf_type_tag "
                      "makes a kptr",
                      "the field is plain memory");
      B << Tag.Of << Tag.Spelling;
      B << Fix;
    }
    if (Fix.empty())
      F.note(Tag.Of->getLocation(),
             "put a btf_type_tag between the struct and the '*'");
    F.contextOf(Tag);
  }
}

} // namespace bpftidy
