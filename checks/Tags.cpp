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

#include "Program.h"
#include "TypeSource.h"
#include "clang/AST/Attr.h"

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
};
} // namespace

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
  // A typedef with a lost tag in it is found once for each use.
  SourceRange Range = Tag.getAttr()->getRange();
  if (llvm::none_of(Out, [&](const LostTag &T) { return T.Range == Range; }))
    Out.push_back({Spelling.str(), Where, D, Range, Ptr, Typedef});
}

/// \p Tag is not behind a '*' of this declaration.
void TagFinder::outside(BTFTagAttributedTypeLoc Tag) {
  TypeLoc Inner = throughTags(Tag);
  if (auto Ptr = asLoc<PointerTypeLoc>(Inner))
    add(Tag, TagPlace::AfterStar, Ptr);
  else if (asLoc<TypedefTypeLoc>(Inner) && Inner.getType()->isPointerType())
    add(Tag, TagPlace::PointerTypedef, {}, Inner);
  else
    add(Tag, TagPlace::NoPointer);
}

void TagFinder::pointee(PointerTypeLoc Ptr) {
  TypeLoc Inner = throughTags(Ptr.getPointeeLoc());
  if (auto TD = asLoc<TypedefTypeLoc>(Inner)) {
    // A tag inside the typedef is behind a TYPEDEF, if it is anywhere.
    const auto *Info = TD.getTypedefNameDecl()->getTypeSourceInfo();
    TypeLoc Under = Info ? peel(Info->getTypeLoc()) : TypeLoc();
    if (auto Tag = asLoc<BTFTagAttributedTypeLoc>(Under))
      if (!asLoc<PointerTypeLoc>(throughTags(Under)))
        add(Tag, TagPlace::PointeeTypedef, Ptr, TD);
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
      const auto *Info = TD.getTypedefNameDecl()->getTypeSourceInfo();
      TL = Info ? Info->getTypeLoc() : TypeLoc();
    } else {
      if (auto Ptr = asLoc<PointerTypeLoc>(TL))
        pointee(Ptr);
      return;
    }
  }
}

void Program::addTags(const DeclaratorDecl *D) {
  for (const auto *Tag : D->specific_attrs<BTFDeclTagAttr>())
    if (kernel::knownTag(Tag->getBTFDeclTag())) {
      auto Ptr = asLoc<PointerTypeLoc>(elementLocOf(D));
      LostTags.push_back({Tag->getBTFDeclTag().str(),
                          TagPlace::DeclTag,
                          D,
                          Tag->getRange(),
                          Ptr,
                          {}});
    }
  TagFinder(D, LostTags).find(typeLocOf(D));
}

} // namespace bpftidy
