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

#include "Compat.h"
#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

/// `T __kptr (*p)`, `typeof(T __kptr) *p`: to clang, the parentheses stand
/// between pointer and tag.
static void outsideParens(const LostTag &Tag, Findings &F) {
  auto Parens =
      Tag.Pointer.getPointeeLoc().getUnqualifiedLoc().getAs<ParenTypeLoc>();
  SourceLocation Open = Parens ? Parens.getLParenLoc() : SourceLocation();
  SourceLocation Close = Parens ? Parens.getRParenLoc() : SourceLocation();
  TypeLoc Pointee = Tag.Pointer.getPointeeLoc().getUnqualifiedLoc();
  bool Typeof =
      Pointee.getAs<TypeOfTypeLoc>() || Pointee.getAs<TypeOfExprTypeLoc>();
  {
    auto B =
        F.warn(Tag.Of->getLocation(), kernel::Effect::TagLost,
               "%select{typeof() separates|parentheses separate|another "
               "attribute separates}1 %0 from its tag, which never reaches "
               "BTF",
               "the field is plain memory");
    B << Tag.Of << unsigned(Parens ? 1 : Typeof ? 0 : 2);
    if (Open.isValid() && Open.isFileID() && Close.isFileID())
      B << FixItHint::CreateRemoval(Open) << FixItHint::CreateRemoval(Close);
  }
  if (!Parens)
    F.note(Tag.Of->getLocation(),
           "put tag \"%0\" behind the %select{other attribute|typeof()}1")
        << Tag.Spelling << Typeof;
  F.contextOf(Tag);
}

/// `struct __kptr T *p`: to clang, an attribute of the struct.
static void beforeName(const Program &P, const LostTag &Tag, Findings &F) {
  // The whole attribute is one of libbpf's macros, or written out.
  auto Text = CharSourceRange::getTokenRange(Tag.Range);
  StringRef Written = textOf(P, Text);
  bool ByMacro = !Written.empty() && Written.back() != '"';
  Group G = groupOf(P, Tag.Of);
  Edits Fix;
  if (ByMacro && G.First && G.Last)
    Fix = moveTagBeforeStar(P, Tag.Of, Text, Tag.Pointer);
  F.warn(Tag.Of->getLocation(), kernel::Effect::TagLost,
         "tag of %0 stands in front of the struct's name and never reaches BTF",
         "the field is plain memory")
      << Tag.Of << Fix;
  if (Fix.empty())
    F.note(Tag.Of->getLocation(),
           "put tag \"%0\" between the struct's name and the '*'")
        << Tag.Spelling;
  F.contextOf(Tag);
}

void kptrMisplacedTag(const Program &P, const kernel::Kernel &, Findings &F) {
  for (const LostTag &Tag : P.lostTags()) {
    if (Tag.Where == TagPlace::OutsideParens)
      outsideParens(Tag, F);
    if (Tag.Where == TagPlace::BeforeName)
      beforeName(P, Tag, F);
    if (Tag.Where != TagPlace::AfterStar)
      continue;
    auto Text = tagText(P, Tag);
    Edits Fix;
    // A kptr behind a typedef would be none, either.
    auto Use = Tag.Typedef.isNull() ? TypedefTypeLoc()
                                    : Tag.Typedef.getAs<TypedefTypeLoc>();
    if (Text && !Use)
      Fix = moveTagBeforeStar(P, Tag.Of, *Text, Tag.Pointer);
    {
      auto B = F.warn(Tag.Of->getLocation(), kernel::Effect::TagLost,
                      "tag of %0 stands behind the '*'%select{| of typedef "
                      "'%2'}1 and never reaches BTF",
                      "the field is plain memory");
      B << Tag.Of << bool(Use)
        << (Use ? compat::typedefDecl(Use)->getName() : "");
      if (Text && !Use)
        B << *Text;
      B << Fix;
    }
    Group G = groupOf(P, Tag.Of);
    if (Fix.empty())
      F.note(Tag.Of->getLocation(),
             "%select{put|declare %2 by itself, with|declare %2 without the "
             "typedef, with}0 tag \"%1\" between the struct and the '*'")
          << (Use ? 2 : !(G.First && G.Last)) << Tag.Spelling << Tag.Of;
    F.contextOf(Tag);
  }
}

} // namespace bpftidy
