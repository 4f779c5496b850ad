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
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace bpftidy {

namespace {
/// Walks the type of one declaration from the outside in.
class TagFinder {
public:
  TagFinder(const DeclaratorDecl *D, btf::Compiler Build,
            std::vector<LostTag> &Out)
      : D(D), KeepsTagOfTypedef(Build.KeepsTagOfTypedef()), Out(Out) {}

  void find(TypeLoc TL);

private:
  void outside(BTFTagAttributedTypeLoc Tag);
  void pointee(PointerTypeLoc Ptr);
  void add(BTFTagAttributedTypeLoc Tag, TagPlace Where, PointerTypeLoc Ptr = {},
           TypeLoc Typedef = {});

  const DeclaratorDecl *D;
  bool KeepsTagOfTypedef;
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
  const kernel::Tag *Meant =
      kernel::intendedTag(Tag.getAttr()->getBTFTypeTag());
  if (!Meant)
    return;
  bool Misspelt = Meant->Spelling != Tag.getAttr()->getBTFTypeTag();
  // Several declarations may lose the same tag: that of a typedef, or one in
  // front of several names. Several tags of one declaration are one mistake.
  if (llvm::none_of(Out, [&](const LostTag &T) { return T.Of == D; }))
    Out.push_back({Meant->Spelling.str(), Where, D, Tag.getAttr()->getRange(),
                   Ptr, Typedef, Misspelt});
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
  else if (!KeepsTagOfTypedef || Through.isNull())
    add(Tag, TagPlace::NoPointer);
}

/// What \p TL is the typeof() of, as written there; \p TL if it is none.
static TypeLoc insideTypeof(TypeLoc TL) {
  auto Of = asLoc<TypeOfTypeLoc>(TL.getUnqualifiedLoc());
  TypeSourceInfo *Info = Of ? Of.getUnmodifiedTInfo() : nullptr;
  return Info ? Info->getTypeLoc() : TL;
}

void TagFinder::pointee(PointerTypeLoc Ptr) {
  if (auto Tag = asLoc<BTFTagAttributedTypeLoc>(
          peel(insideTypeof(Ptr.getPointeeLoc()))))
    if (asLoc<TypeOfTypeLoc>(Ptr.getPointeeLoc().getUnqualifiedLoc()))
      add(Tag, TagPlace::OutsideParens, Ptr);
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
      if (Tag && !KeepsTagOfTypedef && !isKptr(Ptr) &&
          !asLoc<PointerTypeLoc>(Inner))
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
        {Spelling.str(), TagPlace::BehindBody, D, Range, Ptr, {}, false});
}

/// In front of the struct's name a tag belongs to the struct as well, of which
/// clang keeps nothing either.
void Program::addTagBeforeName(const DeclaratorDecl *D, PointerTypeLoc Ptr) {
  const SourceManager &SM = sources();
  SourceLocation At = D->getBeginLoc(), Star = Ptr.getStarLoc();
  const RecordDecl *RD = Ptr.getPointeeLoc().getType()->getAsRecordDecl();
  if (!RD || !RD->getIdentifier() || !At.isFileID() || !Star.isFileID() ||
      !SM.isBeforeInTranslationUnit(At, Star))
    return;
  // Most declarations have no such word; only of the others are tokens made.
  llvm::StringRef Text = Lexer::getSourceText(
      CharSourceRange::getCharRange(At, Star), SM, Ctx.getLangOpts());
  if (!Text.contains("ptr") || Text.contains('{'))
    return;
  bool BehindKeyword = false;
  for (; SM.isBeforeInTranslationUnit(At, Star);) {
    Token Tok;
    if (Lexer::getRawToken(At, Tok, SM, Ctx.getLangOpts(), true))
      return;
    bool IsWord = Tok.is(tok::raw_identifier);
    if (IsWord && Tok.getRawIdentifier() == RD->getName())
      return;
    BehindKeyword |= IsWord && Tok.getRawIdentifier() == "struct";
    if (llvm::StringRef Tag = tagOf(Tok); BehindKeyword && !Tag.empty()) {
      LostTags.push_back({Tag.str(),
                          TagPlace::BeforeName,
                          D,
                          Tok.getLocation(),
                          Ptr,
                          {},
                          false});
      return;
    }
    At = Tok.getEndLoc();
  }
}

/// The struct that \p T, a pointer with a tag, points to; null for others.
static const RecordDecl *taggedPointee(QualType T) {
  const auto *PT = T->getAs<PointerType>();
  return PT && isa<BTFTagAttributedType>(PT->getPointeeType().getTypePtr())
             ? PT->getPointeeType()->getAsRecordDecl()
             : nullptr;
}

/// An old clang drops the tags of array elements, and those of members that
/// point to a struct, unless another declaration brought the same pointer type
/// into BTF before.
void Program::addTagsDroppedByCompiler() {
  llvm::SmallPtrSet<const RecordDecl *, 8> Elsewhere;
  for (const VarDecl *VD : Globals)
    Elsewhere.insert(taggedPointee(VD->getType()));
  for (const Decl *D : TopLevel)
    if (const auto *FD = dyn_cast<FunctionDecl>(D)) {
      Elsewhere.insert(taggedPointee(FD->getReturnType()));
      for (const ParmVarDecl *Param : FD->parameters())
        Elsewhere.insert(taggedPointee(Param->getType()));
    }
  for (const DeclaratorDecl *D : Kptrs) {
    auto Ptr = asLoc<PointerTypeLoc>(elementLocOf(D));
    QualType Pointee = Ptr.getPointeeLoc().getType();
    bool InArray = D->getType()->isArrayType();
    bool IsLost = InArray || (isa<FieldDecl>(D) &&
                              btf::dropsTags(Build, Pointee, true, Ctx) &&
                              !Elsewhere.count(Pointee->getAsRecordDecl()));
    if (auto Tag = Ptr.getPointeeLoc()
                       .getUnqualifiedLoc()
                       .getAs<BTFTagAttributedTypeLoc>();
        Tag && IsLost)
      LostTags.push_back({Tag.getAttr()->getBTFTypeTag().str(),
                          TagPlace::ByCompiler, D, Tag.getAttr()->getRange(),
                          Ptr, TypeLoc(), false});
  }
}

void Program::addTags(const DeclaratorDecl *D) {
  auto Own = asLoc<PointerTypeLoc>(elementLocOf(D));
  if (Own && isKptr(Own)) {
    Kptrs.push_back(D);
    return;
  }
  for (const auto *Tag : D->specific_attrs<BTFDeclTagAttr>())
    if (kernel::knownTag(Tag->getBTFDeclTag()))
      LostTags.push_back({Tag->getBTFDeclTag().str(),
                          TagPlace::DeclTag,
                          D,
                          Tag->getRange(),
                          Own,
                          {},
                          false});
  if (Own) {
    addTagBehindBody(D, Own);
    addTagBeforeName(D, Own);
  }
  TagFinder(D, Build, LostTags).find(typeLocOf(D));
}

} // namespace bpftidy
