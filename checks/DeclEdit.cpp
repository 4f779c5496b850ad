//===- DeclEdit.cpp - changes to whole declarations -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Expr.h"
#include "clang/AST/RecordLayout.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace bpftidy {

/// True if what follows \p First up to \p Last would stay where it is, were
/// these members a struct of their own.
static bool staysPut(const ASTContext &Ctx, const FieldDecl *First,
                     const FieldDecl *Last) {
  const RecordDecl *RD = First->getParent();
  const ASTRecordLayout &Layout = Ctx.getASTRecordLayout(RD);
  if (RD->hasAttr<PackedAttr>() || RD->hasAttr<MaxFieldAlignmentAttr>())
    return false;
  uint64_t Align = 8, End = 0, Next = Ctx.toBits(Layout.getSize());
  for (const FieldDecl *FD : RD->fields()) {
    unsigned Index = FD->getFieldIndex();
    if (Index > Last->getFieldIndex()) {
      Next = Layout.getFieldOffset(Index);
      break;
    }
    if (Index < First->getFieldIndex())
      continue;
    Align = std::max<uint64_t>(Align, Ctx.getTypeAlign(FD->getType()));
    if (FD->hasAttr<AlignedAttr>() || FD->hasAttr<PackedAttr>())
      return false;
    uint64_t Size =
        FD->isBitField()
            ? FD->getBitWidth()->EvaluateKnownConstInt(Ctx).getZExtValue()
            : Ctx.getTypeSize(FD->getType());
    End = Layout.getFieldOffset(Index) + Size;
  }
  uint64_t Begin = Layout.getFieldOffset(First->getFieldIndex());
  return Begin % Align == 0 && llvm::alignTo(End, Align) <= Next;
}

Edits wrapInUnion(const Program &P, const FieldDecl *First,
                  const FieldDecl *Last) {
  SourceLocation Begin = First->getBeginLoc(), End = Last->getEndLoc();
  if (!Begin.isFileID() || !End.isFileID() || !P.isUserCode(Begin) ||
      !groupOf(P, First).First || !groupOf(P, Last).Last ||
      !staysPut(P.context(), First, Last))
    return {};
  SourceLocation Semi = Lexer::findLocationAfterToken(
      End, tok::semi, P.sources(), P.context().getLangOpts(), false);
  if (Semi.isInvalid())
    return {};
  bool Several = First != Last;
  return {FixItHint::CreateInsertion(Begin, Several ? "union { struct { "
                                                    : "union { "),
          FixItHint::CreateInsertion(Semi, Several ? " }; };" : " };")};
}

/// True if every member in front of \p FD that is aligned as its type wants
/// still is with \p FD in front of it, and nothing else moves.
static bool mayGoFirst(const ASTContext &Ctx, const FieldDecl *FD) {
  const RecordDecl *RD = FD->getParent();
  const ASTRecordLayout &Layout = Ctx.getASTRecordLayout(RD);
  uint64_t Size = Ctx.getTypeSize(FD->getType()), End = 0;
  for (const FieldDecl *Each : RD->fields()) {
    if (Each->hasAttr<AlignedAttr>() || Each->isBitField())
      return false;
    uint64_t Offset = Layout.getFieldOffset(Each->getFieldIndex());
    if (Each == FD)
      return Offset == End;
    End = Offset + Ctx.getTypeSize(Each->getType());
    unsigned Align = Ctx.getTypeAlign(Each->getType());
    if (Offset % Align == 0 && Size % Align)
      return false;
  }
  return false;
}

Edits moveToFront(const Program &P, const FieldDecl *FD) {
  const RecordDecl *RD = FD->getParent();
  SourceLocation Begin = FD->getBeginLoc(),
                 Brace = RD->getBraceRange().getBegin();
  Group G = groupOf(P, FD);
  const LangOptions &Lang = P.context().getLangOpts();
  if (!Begin.isFileID() || !Brace.isFileID() || !P.isUserCode(Begin) ||
      !RD->isStruct() || !G.First || !G.Last || !mayGoFirst(P.context(), FD))
    return {};
  SourceLocation End = Lexer::findLocationAfterToken(FD->getEndLoc(), tok::semi,
                                                     P.sources(), Lang, false);
  if (End.isInvalid())
    return {};
  auto Member = CharSourceRange::getCharRange(Begin, End);
  return {FixItHint::CreateInsertion(Brace.getLocWithOffset(1),
                                     "\n\t" + textOf(P, Member).str()),
          removeLine(P, Member)};
}

Edits makeStatic(const Program &P, const VarDecl *VD) {
  SourceLocation Begin = VD->getBeginLoc();
  Group G = groupOf(P, VD);
  if (!Begin.isFileID() || !P.isUserCode(Begin) || !G.First || !G.Last ||
      VD->getStorageClass() != SC_None || VD->getPreviousDecl() ||
      VD->getMostRecentDecl() != VD || VD->hasAttr<VisibilityAttr>() ||
      VD->hasAttr<WeakAttr>())
    return {};
  return {FixItHint::CreateInsertion(Begin, "static ")};
}

Edits ownSection(const Program &P, llvm::ArrayRef<const VarDecl *> Variables,
                 llvm::StringRef Section) {
  Edits E;
  for (const VarDecl *VD : Variables) {
    Group G = groupOf(P, VD);
    SourceLocation End = Lexer::getLocForEndOfToken(
        VD->getEndLoc(), 0, P.sources(), P.context().getLangOpts());
    if (!VD->getBeginLoc().isFileID() || End.isInvalid() || !End.isFileID() ||
        !P.isUserCode(End) || !G.First || !G.Last || VD->getInit() ||
        VD->hasAttr<SectionAttr>() || VD->hasAttr<VisibilityAttr>() ||
        VD->getPreviousDecl() || VD->getMostRecentDecl() != VD)
      return {};
    std::string Text = (" __attribute__((section(\"" + Section + "\")").str();
    if (VD->isExternallyVisible())
      Text += ", visibility(\"hidden\")";
    E.push_back(FixItHint::CreateInsertion(End, Text + "))"));
  }
  return E;
}

Edits removeFlag(const Program &P, unsigned Map, llvm::StringRef Flag) {
  const FieldDecl *FD = P.source(Map).member("map_flags");
  if (!FD || !FD->getBeginLoc().isMacroID())
    return {};
  CharSourceRange Range = P.sources().getExpansionRange(FD->getSourceRange());
  llvm::StringRef Text = textOf(P, Range);
  auto [Head, Value] = Text.split(',');
  if (!Head.contains("map_flags") || !Value.consume_back(")"))
    return {};
  llvm::SmallVector<llvm::StringRef, 4> Flags;
  Value.split(Flags, '|');
  std::string Rest;
  for (llvm::StringRef Each : Flags)
    if (Each.trim() != Flag)
      Rest += (Rest.empty() ? "" : " | ") + Each.trim().str();
  // Only whole names can be taken out.
  if (Value.find_first_of("()") != Value.npos ||
      llvm::none_of(Flags,
                    [&](llvm::StringRef Each) { return Each.trim() == Flag; }))
    return {};
  return {FixItHint::CreateReplacement(
      Range, (Head + ", " + (Rest.empty() ? "0" : Rest) + ")").str())};
}

Edits removeInitialiser(const Program &P, const VarDecl *VD) {
  const Expr *Init = VD->getInit();
  Group G = groupOf(P, VD);
  if (!Init || !VD->getLocation().isFileID() || !G.First || !G.Last)
    return {};
  const SourceManager &SM = P.sources();
  SourceLocation Semi = SM.getExpansionRange(Init->getSourceRange()).getEnd();
  Semi = Lexer::findLocationAfterToken(Semi, tok::semi, SM,
                                       P.context().getLangOpts(), false);
  if (Semi.isInvalid())
    return {};
  // From the '=' on; attributes may stand in front of it.
  auto Token =
      Lexer::findNextToken(VD->getLocation(), SM, P.context().getLangOpts());
  for (int Depth = 0; Token && Token->isNot(tok::eof);
       Token = Lexer::findNextToken(Token->getLocation(), SM,
                                    P.context().getLangOpts())) {
    Depth += Token->is(tok::l_paren) - Token->is(tok::r_paren);
    if (Token->is(tok::equal) && Depth == 0)
      return {
          removeWord(P, CharSourceRange::getCharRange(
                            Token->getLocation(), Semi.getLocWithOffset(-1)))};
  }
  return {};
}

Edits removeAtomic(const Program &P, const DeclaratorDecl *D) {
  const TypeSourceInfo *Info = D->getTypeSourceInfo();
  TypeLoc TL = Info ? Info->getTypeLoc() : TypeLoc();
  while (!TL.isNull() && !TL.getAs<AtomicTypeLoc>())
    TL = TL.getNextTypeLoc();
  Group G = groupOf(P, D);
  if (TL.isNull() || !G.First || !G.Last)
    return {};
  auto Atomic = TL.castAs<AtomicTypeLoc>();
  SourceLocation Word = Atomic.getKWLoc();
  if (!Word.isFileID() || !P.isUserCode(Word))
    return {};
  Edits Fix{removeWord(P, CharSourceRange::getTokenRange(Word, Word))};
  if (Atomic.getLParenLoc().isValid() && Atomic.getLParenLoc() != Word)
    return {FixItHint::CreateRemoval(SourceRange(Word, Atomic.getLParenLoc())),
            FixItHint::CreateRemoval(Atomic.getRParenLoc())};
  return Fix;
}

} // namespace bpftidy
