//===- Edit.h - source text and safe changes to it --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What fix-its are made of. Whatever cannot be changed safely (text that a
/// macro makes, several declarators that share a specifier) gives no change.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_EDIT_H
#define BPFTIDY_CHECKS_EDIT_H

#include "Program.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace bpftidy {

/// Changes that belong together; empty if there is no safe one.
using Edits = llvm::SmallVector<clang::FixItHint, 4>;

/// The text that a tag's attribute takes up: the name of the macro that makes
/// it, or the whole `__attribute__((...))`. None if something else is in there.
std::optional<clang::CharSourceRange> tagText(const Program &P,
                                              clang::SourceRange Tag);

/// The same of a tag that is right but for its place.
inline std::optional<clang::CharSourceRange> tagText(const Program &P,
                                                     const LostTag &Tag) {
  return Tag.Misspelt ? std::nullopt : tagText(P, Tag.Range);
}

/// Text of \p Range as it stands in the file; empty if it is not all there.
llvm::StringRef textOf(const Program &P, clang::CharSourceRange Range);
inline llvm::StringRef textOf(const Program &P, clang::SourceRange Range) {
  return textOf(P, clang::CharSourceRange::getTokenRange(Range));
}

/// Removes \p Range and the blanks that it would leave behind.
clang::FixItHint removeWord(const Program &P, clang::CharSourceRange Range);

/// The same, with the whole line if nothing else is on it.
clang::FixItHint removeLine(const Program &P, clang::CharSourceRange Range);

/// Where a declarator stands among those that share its specifier.
struct Group {
  bool First = true;
  bool Last = true;
  clang::SourceLocation Comma; ///< The one before it, unless it is first.
};
Group groupOf(const Program &P, const clang::DeclaratorDecl *D);

/// Moves \p Tag in front of the '*' of \p Ptr, which is of \p D. A later
/// declarator gets a declaration of its own, as the specifier is shared.
Edits moveTagBeforeStar(const Program &P, const clang::DeclaratorDecl *D,
                        clang::CharSourceRange Tag, clang::PointerTypeLoc Ptr);

/// Writes \p Text in place of the type's name at \p Use, which is the whole
/// specifier of \p D alone.
Edits replaceSpecifier(const Program &P, const clang::DeclaratorDecl *D,
                       clang::TypeLoc Use, llvm::StringRef Text);

/// The typedef at the root of the type of \p D, looked for through arrays and
/// qualifiers; null if there is none.
clang::TypedefTypeLoc typedefOf(const clang::DeclaratorDecl *D);

/// The source of what \p Typedef stands for; empty if it cannot be told.
llvm::StringRef spelledOut(const Program &P, clang::TypedefTypeLoc Typedef);

/// Takes every type tag from the pointer of \p D that is no kptr's on \p K, and
/// all but the first of those that are. Empty if one of them cannot be taken,
/// if different kptr tags are left, or if \p OfKptr and none is.
Edits removeOtherTags(const Program &P, const clang::DeclaratorDecl *D,
                      const kernel::Kernel &K, bool OfKptr = false);

/// Writes \p New in place of the only type tag of the pointer of \p D, by
/// libbpf's macro where there is one. Empty if \p New is null.
Edits renameTag(const Program &P, const clang::DeclaratorDecl *D,
                const kernel::Tag *New);

/// Removes const and restrict from the pointer \p D, and volatile unless
/// \p KeepVolatile.
Edits dropPointerQualifiers(const Program &P, const clang::DeclaratorDecl *D,
                            bool KeepVolatile);

/// Turns `__uint(value_size, sizeof(T))` of map number \p Map into
/// `__type(value, T)`; \p Part is "key" or "value".
Edits typeInsteadOfSize(const Program &P, unsigned Map, llvm::StringRef Part);

/// Adds a variable in front of the declaration with \p Before in it, for which
/// clang emits struct \p Name with its members. Hidden, it does not make libbpf
/// ask for a section that user space can map.
Edits emitInFull(const Program &P, llvm::StringRef Name,
                 clang::SourceLocation Before);

/// Puts an anonymous union around the members from \p First to \p Last, which
/// stand side by side; several become a struct in it. Empty unless that moves
/// no member of the struct.
Edits wrapInUnion(const Program &P, const clang::FieldDecl *First,
                  const clang::FieldDecl *Last);

/// Moves a member to the front of its struct; empty if that would put another
/// member where its type does not want it.
Edits moveToFront(const Program &P, const clang::FieldDecl *FD);

/// Makes \p VD static, if its only declaration does not say what it is.
Edits makeStatic(const Program &P, const clang::VarDecl *VD);

/// Puts \p Variables, which nothing else declares, into \p Section; those that
/// other objects see are hidden.
Edits ownSection(const Program &P,
                 llvm::ArrayRef<const clang::VarDecl *> Variables,
                 llvm::StringRef Section);

/// Takes \p Flag out of the map_flags of map number \p Map.
Edits removeFlag(const Program &P, unsigned Map, llvm::StringRef Flag);

/// Takes the initialiser of \p VD away.
Edits removeInitialiser(const Program &P, const clang::VarDecl *VD);

/// Takes `_Atomic` from the type of \p D.
Edits removeAtomic(const Program &P, const clang::DeclaratorDecl *D);

/// Adds all of \p E to a diagnostic.
inline const clang::StreamingDiagnostic &
operator<<(const clang::StreamingDiagnostic &B, const Edits &E) {
  for (const clang::FixItHint &Hint : E)
    B << Hint;
  return B;
}

} // namespace bpftidy

#endif // BPFTIDY_CHECKS_EDIT_H
