//===- TagEdit.cpp - changes to tags, qualifiers and map members ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "TypeSource.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Expr.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace bpftidy {

static PointerTypeLoc pointerOf(const DeclaratorDecl *D) {
  return asLoc<PointerTypeLoc>(elementLocOf(D));
}

/// The tags that are the very pointee of \p Ptr, first written first.
static llvm::SmallVector<BTFTagAttributedTypeLoc, 2>
tagsOf(PointerTypeLoc Ptr) {
  llvm::SmallVector<BTFTagAttributedTypeLoc, 2> Tags;
  TypeLoc TL = Ptr ? Ptr.getPointeeLoc().getUnqualifiedLoc() : TypeLoc();
  while (auto Tag = asLoc<BTFTagAttributedTypeLoc>(TL)) {
    Tags.insert(Tags.begin(), Tag);
    TL = Tag.getWrappedLoc().getUnqualifiedLoc();
  }
  return Tags;
}

Edits removeOtherTags(const Program &P, const DeclaratorDecl *D,
                      const kernel::Kernel &K, bool OfKptr) {
  Edits Fix;
  const kernel::Tag *Kept = nullptr;
  llvm::SmallVector<SourceLocation, 2> Places;
  for (BTFTagAttributedTypeLoc Tag : tagsOf(pointerOf(D))) {
    auto Text = tagText(P, Tag.getAttr()->getRange());
    // One macro may stand for several tags.
    if (!Text || llvm::is_contained(Places, Text->getBegin()))
      return {};
    Places.push_back(Text->getBegin());
    const kernel::Tag *Known = K.tag(Tag.getAttr()->getBTFTypeTag());
    if (Known && Kept && Known != Kept)
      return {};
    if (Known && !Kept)
      Kept = Known;
    else
      Fix.push_back(removeWord(P, *Text));
  }
  return OfKptr && !Kept ? Edits() : Fix;
}

Edits renameTag(const Program &P, const DeclaratorDecl *D,
                const kernel::Tag *New) {
  auto Tags = tagsOf(pointerOf(D));
  if (!New || Tags.size() != 1)
    return {};
  auto Text = tagText(P, Tags.front().getAttr()->getRange());
  if (!Text)
    return {};
  // The macro, if this file has one of that name which is not the one at fault.
  // To ask for the name brings it in from a precompiled header, too.
  bool HasMacro = P.context().Idents.get(New->Macro).hasMacroDefinition() &&
                  textOf(P, *Text) != New->Macro;
  std::string By =
      HasMacro
          ? New->Macro.str()
          : ("__attribute__((btf_type_tag(\"" + New->Spelling + "\")))").str();
  return {FixItHint::CreateReplacement(*Text, By)};
}

Edits dropPointerQualifiers(const Program &P, const DeclaratorDecl *D,
                            bool KeepVolatile) {
  PointerTypeLoc Ptr = pointerOf(D);
  if (!Ptr || Ptr.getStarLoc().isMacroID() || D->getLocation().isMacroID())
    return {};
  // The qualifiers stand between the '*' and the name.
  const SourceManager &SM = P.sources();
  const LangOptions &LO = P.context().getLangOpts();
  SourceLocation At = Ptr.getStarLoc();
  Edits Fix;
  for (;;) {
    auto Tok = Lexer::findNextToken(At, SM, LO);
    if (!Tok || !Tok->is(tok::raw_identifier) ||
        !SM.isBeforeInTranslationUnit(Tok->getLocation(), D->getLocation()))
      return Fix;
    At = Tok->getLocation();
    llvm::StringRef Word = Tok->getRawIdentifier();
    if (Word == "const" || Word == "restrict" || Word == "__restrict" ||
        (Word == "volatile" && !KeepVolatile))
      Fix.push_back(removeWord(P, CharSourceRange::getTokenRange(At)));
  }
}

/// The type of which \p FD, `__uint(..., sizeof(T))`, holds the size, as
/// written; a fixed-width integer for a plain number.
static std::string typeOfSize(const Program &P, const FieldDecl *FD) {
  TypeLoc TL = FD->getTypeSourceInfo()->getTypeLoc();
  auto Ptr = TL.getAs<PointerTypeLoc>();
  auto Array = Ptr ? Ptr.getPointeeLoc().IgnoreParens().getAs<ArrayTypeLoc>()
                   : ArrayTypeLoc();
  if (!Array || !Array.getSizeExpr())
    return "";
  const Expr *Size = Array.getSizeExpr()->IgnoreParenImpCasts();
  if (const auto *Of = dyn_cast<UnaryExprOrTypeTraitExpr>(Size))
    return Of->getKind() == UETT_SizeOf && Of->isArgumentType()
               ? Of->getArgumentType().getAsString(
                     P.context().getPrintingPolicy())
               : "";
  if (const auto *Number = dyn_cast<IntegerLiteral>(Size)) {
    if (Number->getValue() == 4)
      return "__u32";
    if (Number->getValue() == 8)
      return "__u64";
  }
  return "";
}

Edits typeInsteadOfSize(const Program &P, unsigned Map, llvm::StringRef Part) {
  const FieldDecl *FD = P.source(Map).member((Part + "_size").str());
  if (!FD || P.source(Map).member(Part))
    return {};
  std::string Type = typeOfSize(P, FD);
  CharSourceRange Range = P.sources().getExpansionRange(FD->getSourceRange());
  llvm::StringRef Text = textOf(P, Range);
  if (Type.empty() || Text.substr(0, 7) != "__uint(" || Text.back() != ')')
    return {};
  return {FixItHint::CreateReplacement(
      Range, ("__type(" + Part + ", " + Type + ")").str())};
}

Edits emitInFull(const Program &P, llvm::StringRef Name,
                 SourceLocation Before) {
  SourceLocation At = P.beforeTopLevel(Before);
  if (At.isInvalid())
    return {};
  return {FixItHint::CreateInsertion(
      At, ("struct " + Name + " *__" + Name +
           "_in_btf __attribute__((visibility(\"hidden\")));\n")
              .str())};
}

} // namespace bpftidy
