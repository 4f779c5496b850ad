//===- Edit.cpp - source text and safe changes to it ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Compat.h"
#include "TypeSource.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace bpftidy {

llvm::StringRef textOf(const Program &P, CharSourceRange Range) {
  const LangOptions &LO = P.context().getLangOpts();
  CharSourceRange File = Lexer::makeFileCharRange(Range, P.sources(), LO);
  return File.isValid() ? Lexer::getSourceText(File, P.sources(), LO)
                        : llvm::StringRef();
}

/// The text around \p Loc: what precedes it in its file, and what follows.
static std::pair<llvm::StringRef, llvm::StringRef> around(const Program &P,
                                                          SourceLocation Loc) {
  auto [File, Offset] = P.sources().getDecomposedLoc(Loc);
  llvm::StringRef Buffer = P.sources().getBufferData(File);
  return {Buffer.take_front(Offset), Buffer.drop_front(Offset)};
}

static SourceLocation endOf(const Program &P, CharSourceRange Range) {
  if (!Range.isTokenRange())
    return Range.getEnd();
  return Lexer::getLocForEndOfToken(Range.getEnd(), 0, P.sources(),
                                    P.context().getLangOpts());
}

/// Widens a raw attribute to its `__attribute__((` and `))`, or `[[clang::`
/// and `]]`.
static std::optional<CharSourceRange> widen(const Program &P, SourceRange Tag) {
  SourceLocation End = endOf(P, CharSourceRange::getTokenRange(Tag));
  llvm::StringRef Before = around(P, Tag.getBegin()).first;
  llvm::StringRef After = around(P, End).second;
  llvm::StringRef Head = Before.rtrim();
  bool IsGnu = Head.consume_back("((");
  if (IsGnu) {
    Head = Head.rtrim();
    if (!Head.consume_back("__attribute__"))
      return std::nullopt;
  } else {
    if (!Head.consume_back("clang::"))
      return std::nullopt;
    Head = Head.rtrim();
    if (!Head.consume_back("[["))
      return std::nullopt;
  }
  llvm::StringRef Tail = After.ltrim();
  if (!Tail.consume_front(IsGnu ? "))" : "]]"))
    return std::nullopt;
  return CharSourceRange::getCharRange(
      Tag.getBegin().getLocWithOffset(-int(Before.size() - Head.size())),
      End.getLocWithOffset(After.size() - Tail.size()));
}

std::optional<CharSourceRange> tagText(const Program &P, SourceRange Tag) {
  if (Tag.getBegin().isFileID() && Tag.getEnd().isFileID())
    return widen(P, Tag);
  CharSourceRange Range = P.sources().getExpansionRange(Tag);
  if (Range.isTokenRange())
    Range = CharSourceRange::getCharRange(Range.getBegin(), endOf(P, Range));
  // A macro that makes more than the tag, a whole member say, has more in it.
  llvm::StringRef Text = textOf(P, Range);
  llvm::StringRef Name = Text.take_until([](char C) { return C == '('; });
  bool IsTag =
      llvm::any_of(llvm::ArrayRef<llvm::StringRef>{"struct", "*", ";"},
                   [&](llvm::StringRef S) { return Text.contains(S); });
  if (Name.empty() || IsTag || Name.find_first_of(" \t\n") != Name.npos)
    return std::nullopt;
  return Range;
}

FixItHint removeWord(const Program &P, CharSourceRange Range) {
  SourceLocation Begin = Range.getBegin(), End = endOf(P, Range);
  llvm::StringRef Before = around(P, Begin).first;
  llvm::StringRef After = around(P, End).second;
  if (!After.empty() && After.front() == ' ')
    End = End.getLocWithOffset(1);
  else if (!Before.empty() && Before.back() == ' ')
    Begin = Begin.getLocWithOffset(-1);
  return FixItHint::CreateRemoval(CharSourceRange::getCharRange(Begin, End));
}

FixItHint removeLine(const Program &P, CharSourceRange Range) {
  llvm::StringRef Before = around(P, Range.getBegin()).first;
  llvm::StringRef After = around(P, endOf(P, Range)).second;
  llvm::StringRef Head = Before.rtrim(" \t"), Tail = After.ltrim(" \t\r");
  if (!Head.empty() && Head.back() == '\n' && Tail.consume_front("\n"))
    Range = CharSourceRange::getCharRange(
        Range.getBegin().getLocWithOffset(-int(Before.size() - Head.size())),
        endOf(P, Range).getLocWithOffset(After.size() - Tail.size()));
  return FixItHint::CreateRemoval(Range);
}

Group groupOf(const Program &P, const DeclaratorDecl *D) {
  Group G;
  const SourceManager &SM = P.sources();
  SourceLocation Begin = SM.getExpansionLoc(D->getBeginLoc());
  SourceLocation Name = SM.getExpansionLoc(D->getLocation());
  if (SM.getFileID(Begin) != SM.getFileID(Name))
    return {false, false, {}};
  auto Between = around(P, Begin).second.take_front(SM.getFileOffset(Name) -
                                                    SM.getFileOffset(Begin));
  int Depth = 0;
  for (size_t I = 0; I != Between.size(); ++I) {
    char C = Between[I];
    Depth +=
        (C == '(' || C == '{' || C == '[') - (C == ')' || C == '}' || C == ']');
    if (C == ',' && Depth == 0) {
      G.First = false;
      G.Comma = Begin.getLocWithOffset(I);
    }
  }
  for (char C : around(P, Name).second) {
    Depth +=
        (C == '(' || C == '{' || C == '[') - (C == ')' || C == '}' || C == ']');
    if (Depth == 0 && (C == ',' || C == ';')) {
      G.Last = C == ';';
      break;
    }
  }
  return G;
}

Edits moveTagBeforeStar(const Program &P, const DeclaratorDecl *D,
                        CharSourceRange Tag, PointerTypeLoc Ptr) {
  llvm::StringRef Text = textOf(P, Tag);
  SourceLocation Star = Ptr.getStarLoc();
  Group G = groupOf(P, D);
  if (Text.empty() || Star.isMacroID() || !G.Last)
    return {};
  if (G.First) {
    bool Tight = !isWhitespace(around(P, Star).first.back());
    return {FixItHint::CreateInsertion(Star,
                                       ((Tight ? " " : "") + Text + " ").str()),
            removeWord(P, Tag)};
  }
  if (D->getBeginLoc().isMacroID())
    return {};
  llvm::StringRef Specifier =
      around(P, D->getBeginLoc()).second.take_until([](char C) {
        return C == '*' || C == ',' || C == ';' || C == '{';
      });
  llvm::StringRef Rest =
      around(P, D->getBeginLoc()).second.drop_front(Specifier.size());
  if (Rest.empty() || Rest.front() != '*')
    return {};
  return {
      FixItHint::CreateReplacement(
          CharSourceRange::getCharRange(G.Comma, G.Comma.getLocWithOffset(1)),
          ("; " + Specifier.rtrim() + " " + Text).str()),
      removeWord(P, Tag)};
}

Edits replaceSpecifier(const Program &P, const DeclaratorDecl *D, TypeLoc Use,
                       llvm::StringRef Text) {
  Group G = groupOf(P, D);
  SourceRange Range = Use.getSourceRange();
  if (!G.First || !G.Last || Text.empty() || Use.isNull() ||
      Range.getBegin().isMacroID() || Range.getEnd().isMacroID())
    return {};
  return {FixItHint::CreateReplacement(Range, Text)};
}

TypedefTypeLoc typedefOf(const DeclaratorDecl *D) {
  return asLoc<TypedefTypeLoc>(elementLocOf(D));
}

llvm::StringRef spelledOut(const Program &P, TypedefTypeLoc Typedef) {
  const TypeSourceInfo *Info =
      Typedef ? compat::typedefDecl(Typedef)->getTypeSourceInfo() : nullptr;
  if (!Info)
    return "";
  // A typedef of a typedef is no better.
  TypeLoc Under = Info->getTypeLoc();
  if (auto Next = asLoc<TypedefTypeLoc>(peel(Under));
      Next && !Under.getType().hasLocalQualifiers())
    return spelledOut(P, Next);
  llvm::StringRef Text = textOf(P, Under.getSourceRange());
  // A body would be defined a second time, a declarator needs its name inside.
  // The keyword may stand anywhere among the words of the type.
  return Text.find_first_of("{[(") == Text.npos && !Text.contains("typedef")
             ? Text
             : "";
}

} // namespace bpftidy
