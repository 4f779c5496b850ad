//===- Tags.cpp - kptr tags that never reach BTF --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Clang accepts btf_type_tag anywhere in a type and emits it only where it is
// the very pointee of a pointer. The others leave no trace in BTF, but they do
// in the type's source.
//
//===----------------------------------------------------------------------===//

#include "Compat.h"
#include "Program.h"
#include "TypeSource.h"
#include "clang/AST/Attr.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace bpftidy {

namespace {
/// Walks the type of one declaration from the outside in.
class TagFinder {
public:
  TagFinder(const DeclaratorDecl *D, std::vector<LostTag> &Out)
      : D(D), Out(Out) {}

  void find(TypeLoc TL);

private:
  void outside(BTFTagAttributedTypeLoc Tag);
  void pointee(PointerTypeLoc Ptr);
  void add(BTFTagAttributedTypeLoc Tag, TagPlace Where, PointerTypeLoc Ptr = {},
           TypeLoc Typedef = {});

  const DeclaratorDecl *D;
  std::vector<LostTag> &Out;
  TypeLoc Through; ///< The typedef that the search went into.
};
} // namespace

/// What the typedef stands for, as written there.
static TypeLoc under(TypedefTypeLoc TD) {
  const auto *Info = compat::typedefDecl(TD)->getTypeSourceInfo();
  return Info ? peel(Info->getTypeLoc()) : TypeLoc();
}

static TypeLoc throughTags(TypeLoc TL) {
  TL = peel(TL);
  while (auto Tag = asLoc<BTFTagAttributedTypeLoc>(TL))
    TL = peel(Tag.getWrappedLoc());
  return TL;
}

void TagFinder::add(BTFTagAttributedTypeLoc Tag, TagPlace Where,
                    PointerTypeLoc Ptr, TypeLoc Typedef) {
  StringRef Spelling = Tag.getAttr()->getBTFTypeTag();
  if (!kernel::knownTag(Spelling))
    return;
  // Several declarations may lose the same tag: that of a typedef, or one in
  // front of several names. Several tags of one declaration are one mistake.
  if (llvm::none_of(Out, [&](const LostTag &T) { return T.Of == D; }))
    Out.push_back(
        {Spelling.str(), Where, D, Tag.getAttr()->getRange(), Ptr, Typedef});
}

/// True if \p Ptr is a kptr by a tag that does reach BTF.
static bool isKptr(PointerTypeLoc Ptr) {
  TypeLoc TL = Ptr ? Ptr.getPointeeLoc().getUnqualifiedLoc() : TypeLoc();
  while (auto Tag = asLoc<BTFTagAttributedTypeLoc>(TL)) {
    if (kernel::knownTag(Tag.getAttr()->getBTFTypeTag()))
      return true;
    TL = Tag.getWrappedLoc().getUnqualifiedLoc();
  }
  return false;
}

/// \p Tag is not behind a '*' of this declaration.
void TagFinder::outside(BTFTagAttributedTypeLoc Tag) {
  TypeLoc Inner = throughTags(Tag);
  while (auto Array = asLoc<ArrayTypeLoc>(Inner))
    Inner = throughTags(peel(Array.getElementLoc()));
  auto Ptr = asLoc<PointerTypeLoc>(Inner);
  if (Ptr && isKptr(Ptr))
    return;
  if (Ptr)
    add(Tag, TagPlace::AfterStar, Ptr, Through);
  else if (asLoc<TypedefTypeLoc>(Inner) && Inner.getType()->isPointerType())
    add(Tag, TagPlace::PointerTypedef, {}, Through.isNull() ? Inner : Through);
  else
    add(Tag, TagPlace::NoPointer);
}

void TagFinder::pointee(PointerTypeLoc Ptr) {
  if (auto Tag = asLoc<BTFTagAttributedTypeLoc>(peel(Ptr.getPointeeLoc())))
    if (!asLoc<BTFTagAttributedTypeLoc>(
            Ptr.getPointeeLoc().getUnqualifiedLoc()))
      add(Tag, TagPlace::OutsideParens, Ptr);
  TypeLoc Inner = throughTags(Ptr.getPointeeLoc());
  if (TypeLoc Use = Inner; asLoc<TypedefTypeLoc>(Use)) {
    // A tag inside the typedef is behind a TYPEDEF, if it is anywhere.
    while (auto TD = asLoc<TypedefTypeLoc>(Inner)) {
      Inner = under(TD);
      auto Tag = asLoc<BTFTagAttributedTypeLoc>(Inner);
      Inner = throughTags(Inner);
      if (Tag && !isKptr(Ptr) && !asLoc<PointerTypeLoc>(Inner))
        return add(Tag, TagPlace::PointeeTypedef, Ptr, Use);
    }
    return;
  }
  if (auto Array = asLoc<ArrayTypeLoc>(Inner)) {
    if (auto Tag = asLoc<BTFTagAttributedTypeLoc>(peel(Array.getElementLoc())))
      add(Tag, TagPlace::PointedArray);
    return;
  }
  if (auto Fn = asLoc<FunctionTypeLoc>(Inner)) {
    if (auto Tag = asLoc<BTFTagAttributedTypeLoc>(peel(Fn.getReturnLoc())))
      add(Tag, TagPlace::PointedFunction);
    return;
  }
  if (auto Next = asLoc<PointerTypeLoc>(Inner))
    pointee(Next);
}

void TagFinder::find(TypeLoc TL) {
  for (;;) {
    TL = peel(TL);
    if (TL.isNull())
      return;
    if (auto Tag = asLoc<BTFTagAttributedTypeLoc>(TL)) {
      outside(Tag);
      TL = Tag.getWrappedLoc();
    } else if (auto Array = asLoc<ArrayTypeLoc>(TL)) {
      TL = Array.getElementLoc();
    } else if (auto TD = asLoc<TypedefTypeLoc>(TL)) {
      if (Through.isNull())
        Through = TD;
      TL = under(TD);
    } else {
      if (auto Ptr = asLoc<PointerTypeLoc>(TL))
        pointee(Ptr);
      return;
    }
  }
}

/// The kptr tag that \p Tok writes: by the name of libbpf's macro, or as the
/// text of a raw attribute. Empty for anything else.
static llvm::StringRef tagOf(const Token &Tok) {
#define TAG(Spelling, Kind, Macro, Since, Until)                               \
  if ((Tok.is(tok::raw_identifier) && Tok.getRawIdentifier() == Macro) ||      \
      (Tok.is(tok::string_literal) &&                                          \
       llvm::StringRef(Tok.getLiteralData(), Tok.getLength()) == "\"" Spelling \
                                                                 "\""))        \
    return Spelling;
#include "kernel/Tags.def"
  return "";
}

/// Behind the body of a struct a tag belongs to the struct; clang keeps nothing
/// of it but the tokens.
void Program::addTagBehindBody(const DeclaratorDecl *D, PointerTypeLoc Ptr) {
  const TagDecl *Body = nullptr;
  for (TypeLoc TL = Ptr.getPointeeLoc(); !TL.isNull() && !Body;
       TL = TL.getNextTypeLoc())
    if (auto Tag = TL.getAs<TagTypeLoc>())
      Body = Tag.getDecl()->getDefinition();
  SourceLocation At = Body ? Body->getBraceRange().getEnd() : SourceLocation();
  const SourceManager &SM = sources();
  if (At.isInvalid() || At.isMacroID() || !Ptr.getStarLoc().isFileID() ||
      !SM.isBeforeInTranslationUnit(D->getBeginLoc(), At) ||
      !SM.isBeforeInTranslationUnit(At, Ptr.getStarLoc()))
    return;
  llvm::StringRef Spelling;
  SourceRange Range;
  while (auto Tok = Lexer::findNextToken(At, SM, Ctx.getLangOpts())) {
    At = Tok->getLocation();
    if (!SM.isBeforeInTranslationUnit(At, Ptr.getStarLoc()))
      break;
    // A struct's own tags, and those of other declarators, are not meant.
    if (Tok->is(tok::raw_identifier) &&
        Tok->getRawIdentifier() == "btf_decl_tag")
      return;
    if (Tok->is(tok::comma))
      return;
    if (llvm::StringRef Tag = tagOf(*Tok); !Tag.empty()) {
      Spelling = Tag;
      Range = At;
    }
  }
  if (!Spelling.empty())
    LostTags.push_back(
        {Spelling.str(), TagPlace::BehindBody, D, Range, Ptr, {}});
}

void Program::addTags(const DeclaratorDecl *D) {
  auto Own = asLoc<PointerTypeLoc>(elementLocOf(D));
  if (Own && isKptr(Own))
    return;
  for (const auto *Tag : D->specific_attrs<BTFDeclTagAttr>())
    if (kernel::knownTag(Tag->getBTFDeclTag()))
      LostTags.push_back({Tag->getBTFDeclTag().str(),
                          TagPlace::DeclTag,
                          D,
                          Tag->getRange(),
                          Own,
                          {}});
  if (Own)
    addTagBehindBody(D, Own);
  TagFinder(D, LostTags).find(typeLocOf(D));
}

} // namespace bpftidy
