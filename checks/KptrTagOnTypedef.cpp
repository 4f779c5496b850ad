//===- KptrTagOnTypedef.cpp - a tag on or in a typedef -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tag applied to a typedef of a pointer belongs to the pointer and is
// dropped; a tag inside the typedef of a struct does not reach the pointers to
// it. Releases of clang that do emit the latter put it behind the TYPEDEF,
// which kernels up to 7.1 refuse with "Type tags don't precede modifiers".
// What is left is a plain pointer: "R1 has no valid kptr".
//
//===----------------------------------------------------------------------===//

#include "Compat.h"
#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

/// True if the tag is not in the field's own declaration.
static bool isHidden(const Program &P, const LostTag &Tag) {
  const SourceManager &SM = P.sources();
  return Tag.Where == TagPlace::PointeeTypedef ||
         SM.isBeforeInTranslationUnit(
             SM.getExpansionLoc(Tag.Range.getBegin()),
             SM.getExpansionLoc(Tag.Of->getBeginLoc()));
}

static Edits spellOut(const Program &P, const LostTag &Tag,
                      CharSourceRange Text) {
  auto Use = Tag.Typedef.getAs<TypedefTypeLoc>();
  llvm::StringRef Name = textOf(P, Text);
  if (!Use || Name.empty())
    return {};
  if (Tag.Where == TagPlace::PointerTypedef) {
    if (isHidden(P, Tag))
      return {};
    llvm::StringRef Under = spelledOut(P, Use);
    if (!Under.consume_back("*") || Under.contains('*'))
      return {};
    Edits Fix = replaceSpecifier(P, Tag.Of, Use,
                                 (Under.rtrim() + " " + Name + " *").str());
    if (!Fix.empty())
      Fix.push_back(removeWord(P, Text));
    return Fix;
  }
  // The tag is in the typedef's own declaration, which others may use.
  const RecordDecl *RD = Use.getType()->getAsRecordDecl();
  if (!RD || !RD->getIdentifier() || Name.contains('('))
    return {};
  return replaceSpecifier(P, Tag.Of, Use,
                          ("struct " + RD->getName() + " " + Name).str());
}

/// Emitted after all, behind the typedef.
static void emittedBehind(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::TagBehindTypedef)
      continue;
    F.warn(X, "clang %1 puts the tag in typedef '%2', by which %0 is declared, "
              "behind the typedef, where BTF has none")
        << P.compiler().Major << X.What.Detail;
    F.note(P.declaration(X.What.At)->getLocation(),
           "keep type tags out of typedef '%0'")
        << X.What.Detail;
    F.context(X);
  }
}

void kptrTagOnTypedef(const Program &P, const kernel::Kernel &K, Findings &F) {
  emittedBehind(P, K, F);
  for (const LostTag &Tag : P.lostTags()) {
    bool OnPointer = Tag.Where == TagPlace::PointerTypedef;
    if (!OnPointer && Tag.Where != TagPlace::PointeeTypedef)
      continue;
    auto Text = tagText(P, Tag);
    Edits Fix;
    if (Text)
      Fix = spellOut(P, Tag, *Text);
    {
      auto B = F.warn(Tag.Of->getLocation(), kernel::Effect::TagLost,
                      "tag of %0 %select{is hidden in|is applied to}1 typedef "
                      "%2 and never reaches BTF",
                      "the field is plain memory");
      B << Tag.Of << !isHidden(P, Tag)
        << compat::typedefDecl(Tag.Typedef.castAs<TypedefTypeLoc>());
      B << Fix;
    }
    if (Fix.empty())
      F.note(Tag.Of->getLocation(),
             "spell the struct out, with tag \"%0\" between it and the '*'")
          << Tag.Spelling;
    F.contextOf(Tag);
  }
}

} // namespace bpftidy
