//===- FlowFixes.cpp - what mends a mistake on a path ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlowFixes.h"
#include "Touch.h"
#include "kernel/Kfuncs.h"
#include "clang/AST/Stmt.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace bpftidy {
namespace flow {

using Chain = llvm::SmallVector<const Stmt *, 16>;

/// Puts the statements from \p At down to \p To into \p Found; false if it is
/// not in there.
static bool descend(const Stmt *At, const Stmt *To, Chain &Found) {
  if (!At)
    return false;
  Found.push_back(At);
  if (At == To)
    return true;
  for (const Stmt *Child : At->children())
    if (descend(Child, To, Found))
      return true;
  Found.pop_back();
  return false;
}

/// The function that \p S is in, and what \p S is nested in there.
static const FunctionDecl *functionAround(const Program &P, const Stmt *S,
                                          Chain &Outer) {
  const SourceManager &SM = P.sources();
  SourceLocation At = SM.getExpansionLoc(S->getBeginLoc());
  for (const FunctionDecl *FD : P.functions()) {
    const Stmt *Body = FD->getBody();
    if (Body->getBeginLoc().isFileID() &&
        SM.isPointWithin(At, Body->getBeginLoc(), Body->getEndLoc()) &&
        descend(Body, S, Outer))
      return FD;
  }
  return nullptr;
}

/// The place behind the semicolon of \p S; invalid if a macro has a part of it.
static SourceLocation behind(const Program &P, const Stmt *S) {
  if (S->getBeginLoc().isMacroID())
    return {};
  const SourceManager &SM = P.sources();
  const LangOptions &LO = P.context().getLangOpts();
  SourceLocation End = S->getEndLoc();
  // The last token may be a macro (NULL), as long as it is one as a whole.
  if (End.isMacroID() && !Lexer::isAtEndOfMacroExpansion(End, SM, LO, &End))
    return {};
  // A declaration ends in its semicolon.
  if (isa<DeclStmt>(S))
    return Lexer::getLocForEndOfToken(End, 0, SM, LO);
  return Lexer::findLocationAfterToken(End, tok::semi, SM, LO, false);
}

static bool names(const Stmt *S, const VarDecl *VD) {
  if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
    if (Ref->getDecl()->getCanonicalDecl() == VD->getCanonicalDecl())
      return true;
  return llvm::any_of(S->children(), [VD](const Stmt *Child) {
    return Child && names(Child, VD);
  });
}

static bool callsSomething(const Stmt *S) {
  return isa<CallExpr, StmtExpr>(S) ||
         llvm::any_of(S->children(), [](const Stmt *Child) {
           return Child && callsSomething(Child);
         });
}

/// What the last return of \p FD returns, as it is written, if that is a
/// number; nothing behind "return" for a function that returns none.
static std::optional<std::string> usualReturn(const Program &P,
                                              const FunctionDecl *FD) {
  if (FD->getReturnType()->isVoidType())
    return "return";
  const auto *Body = dyn_cast<CompoundStmt>(FD->getBody());
  const auto *Last = Body && !Body->body_empty()
                         ? dyn_cast<ReturnStmt>(Body->body_back())
                         : nullptr;
  const Expr *Value = Last ? Last->getRetValue() : nullptr;
  if (!Value || !Value->getType()->isIntegerType() ||
      !Value->isIntegerConstantExpr(P.context()))
    return std::nullopt;
  llvm::StringRef Text = textOf(P, Value->getSourceRange());
  return Text.empty() ? std::nullopt : std::optional("return " + Text.str());
}

/// True if \p S does no more than set \p VD to what \p Made is.
static bool sets(const Stmt *S, const VarDecl *VD, const Expr *Made) {
  const Expr *Value = nullptr;
  if (const auto *DS = dyn_cast<DeclStmt>(S)) {
    if (DS->isSingleDecl() && DS->getSingleDecl() == VD)
      Value = VD->getInit();
  } else if (const auto *BO = dyn_cast<BinaryOperator>(S)) {
    const auto *Ref = dyn_cast<DeclRefExpr>(BO->getLHS()->IgnoreParens());
    if (BO->getOpcode() == BO_Assign && Ref && Ref->getDecl() == VD)
      Value = BO->getRHS();
  }
  return Value && (Value == Made ||
                   Value->IgnoreParenCasts() == Made->IgnoreParenCasts());
}

void offerCheck(Findings &F, const Program &P, const Event &E) {
  const Origin &O = *E.Of;
  const VarDecl *Held = O.Holder;
  if (O.How == Made::Null || !O.Alone || !O.Site || !Held ||
      isa<ParmVarDecl>(Held))
    return;
  Chain Outer;
  const FunctionDecl *FD = functionAround(P, O.Site, Outer);
  if (!FD ||
      llvm::any_of(Outer, [](const Stmt *S) { return isa<StmtExpr>(S); }))
    return;
  // The innermost block, and the statement of it that makes the pointer.
  size_t I = Outer.size();
  while (I && !isa<CompoundStmt>(Outer[I - 1]))
    --I;
  if (!I || I == Outer.size() || !sets(Outer[I], Held, O.Site))
    return;
  const auto *Block = cast<CompoundStmt>(Outer[I - 1]);
  const Stmt *Last = Outer[I];
  // Declarations stay together, if nothing happens in them.
  bool Here = false;
  for (const Stmt *S : Block->body()) {
    bool Passes = Here && isa<DeclStmt>(Last) && isa<DeclStmt>(S) &&
                  !names(S, Held) && !callsSomething(S);
    if (Here && !Passes)
      break;
    Here |= S == Outer[I];
    if (Here)
      Last = S;
  }
  std::optional<std::string> Return = usualReturn(P, FD);
  SourceLocation End = behind(P, Last);
  if (!Return || End.isInvalid())
    return;
  std::string In =
      "\n" +
      Lexer::getIndentationForLine(Last->getBeginLoc(), P.sources()).str();
  std::string Text = (isa<DeclStmt>(Last) ? "\n" : "") + In + "if (!" +
                     Held->getNameAsString() + ")" + In + "\t" + *Return + ";";
  F.note(O.Site->getExprLoc(), "check it here")
      << FixItHint::CreateInsertion(End, Text);
}

/// True if \p S reads nothing through a pointer, and calls nothing.
static bool isPlain(const Stmt *S) {
  if (const auto *E = dyn_cast<Expr>(S))
    if (E->getType()->isPointerType() || isa<CallExpr, StmtExpr>(E))
      return false;
  return llvm::all_of(S->children(), [](const Stmt *Child) {
    return !Child || isPlain(Child);
  });
}

void offerRelease(Findings &F, const Program &P, const kernel::Kernel &K,
                  const Event &E) {
  const Origin &O = *E.Of;
  const auto *Return = dyn_cast_or_null<ReturnStmt>(E.Exit);
  if (!Return || !E.Held || Return->getBeginLoc().isMacroID() ||
      O.Struct.empty() ||
      (Return->getRetValue() && !isPlain(Return->getRetValue())))
    return;
  const RecordDecl *RD =
      E.Held->getType()->getPointeeType().isNull()
          ? nullptr
          : E.Held->getType()->getPointeeType()->getAsRecordDecl();
  if (!RD || RD->getName() != O.Struct ||
      E.Held->getType()->getPointeeType().isConstQualified())
    return;
  std::string Release =
      releaseCall(P, K, O.Struct, O.Kind == kernel::FieldKind::Percpu);
  if (Release.empty() || E.ProgramType.empty() ||
      !kernel::mayCall(E.ProgramType, Release, K).value_or(false))
    return;
  Chain Outer, Declared;
  const FunctionDecl *FD = functionAround(P, Return, Outer);
  if (!FD || Outer.size() < 2)
    return;
  // Where the variable can be named.
  bool Seen = llvm::is_contained(FD->parameters(), E.Held);
  for (const Stmt *S : Outer)
    if (const auto *Block = dyn_cast<CompoundStmt>(S))
      for (const Stmt *Child : Block->body()) {
        if (llvm::is_contained(Outer, Child))
          break;
        if (const auto *DS = dyn_cast<DeclStmt>(Child))
          Seen |= llvm::is_contained(DS->decls(), E.Held);
      }
  SourceLocation End = behind(P, Return);
  if (!Seen || End.isInvalid())
    return;
  const Stmt *Around = Outer[Outer.size() - 2];
  bool Alone = isa<IfStmt, ForStmt, WhileStmt, DoStmt>(Around);
  if (!Alone && !isa<CompoundStmt, LabelStmt, SwitchCase>(Around))
    return;
  std::string In =
      "\n" +
      Lexer::getIndentationForLine(Return->getBeginLoc(), P.sources()).str();
  std::string Name = E.Held->getNameAsString();
  std::string Text = Release + "(" + Name + ");" + In;
  if (E.Null)
    Text = "if (" + Name + ")" + In + "\t" + Text;
  auto B = F.note(Return->getBeginLoc(), "release it here");
  if (!Alone) {
    B << FixItHint::CreateInsertion(Return->getBeginLoc(), Text);
  } else {
    B << FixItHint::CreateInsertion(Return->getBeginLoc(), "{" + In + Text)
      << FixItHint::CreateInsertion(End, In + "}");
  }
}

Edits callInstead(const Program &P, const kernel::Kernel &K, const Event &E) {
  std::string Right = releaseCall(P, K, E.Of->Struct, /*Percpu=*/false);
  if (Right.empty() || E.Loc.isMacroID() || textOf(P, E.Loc) != E.Callee)
    return {};
  return {FixItHint::CreateReplacement(E.Loc, Right)};
}

} // namespace flow
} // namespace bpftidy
