//===- LoadEdit.cpp - a kptr that is loaded once, into a local ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/Stmt.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace bpftidy {

namespace {
/// The loads of one place, in the way that it is spelt.
class Loads {
public:
  Loads(const Program &P, StringRef Place) : P(P), Place(Place) {}

  void find(const Stmt *S);

  /// Each of them; not to be replaced if something else is done to the place.
  std::vector<SourceRange> Found;
  bool Other = false;

private:
  bool changes(const Expr *To) const;

  const Program &P;
  StringRef Place;
};
} // namespace

/// True if an assignment to \p To changes the place, or what leads there.
bool Loads::changes(const Expr *To) const {
  return Place.contains(textOf(P, To->getSourceRange()));
}

void Loads::find(const Stmt *S) {
  if (!S)
    return;
  if (const auto *Cast = dyn_cast<CastExpr>(S);
      Cast && Cast->getCastKind() == CK_LValueToRValue) {
    SourceRange Range = Cast->getSubExpr()->getSourceRange();
    if (textOf(P, Range) == Place) {
      Other |= Range.getBegin().isMacroID() || Range.getEnd().isMacroID();
      Found.push_back(Range);
      return;
    }
  }
  if (const auto *E = dyn_cast<Expr>(S);
      E && E->isGLValue() && textOf(P, E->getSourceRange()) == Place)
    Other = true;
  if (const auto *BO = dyn_cast<BinaryOperator>(S))
    Other |= BO->isAssignmentOp() && changes(BO->getLHS());
  if (const auto *UO = dyn_cast<UnaryOperator>(S))
    Other |= UO->isIncrementDecrementOp() && changes(UO->getSubExpr());
  // A load that is moved across these is another one.
  if (const auto *Call = dyn_cast<CallExpr>(S))
    switch (kernel::callRole(calleeName(Call))) {
    case kernel::CallRole::RcuLock:
    case kernel::CallRole::RcuUnlock:
    case kernel::CallRole::Lock:
    case kernel::CallRole::Unlock:
    case kernel::CallRole::Guard:
      Other = true;
      break;
    default:
      break;
    }
  for (const Stmt *Child : S->children())
    find(Child);
}

/// True if \p Name means something in \p S.
static bool mentions(const Stmt *S, StringRef Name) {
  if (!S)
    return false;
  auto Is = [&](const NamedDecl *D) {
    return D && D->getIdentifier() && D->getName() == Name;
  };
  if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
    if (Is(Ref->getDecl()))
      return true;
  if (const auto *DS = dyn_cast<DeclStmt>(S))
    for (const Decl *D : DS->decls())
      if (Is(dyn_cast<NamedDecl>(D)))
        return true;
  return llvm::any_of(S->children(),
                      [&](const Stmt *Child) { return mentions(Child, Name); });
}

/// A name that \p FD has no use for yet; empty if none of those tried is free.
static StringRef freeName(const Program &P, const FunctionDecl *FD,
                          StringRef Wish) {
  ASTContext &Ctx = P.context();
  for (StringRef Name : {Wish, StringRef("loaded")})
    if (Ctx.getTranslationUnitDecl()->lookup(&Ctx.Idents.get(Name)).empty() &&
        llvm::none_of(
            FD->parameters(),
            [&](const ParmVarDecl *PD) { return PD->getName() == Name; }) &&
        !mentions(FD->getBody(), Name))
      return Name;
  return "";
}

Edits loadIntoLocal(const Program &P, const DirectUse &Use, const Stmt *Before,
                    llvm::ArrayRef<const Stmt *> Where, bool Check) {
  const Touch &T = Use.Field;
  StringRef Place = textOf(P, Use.Place->getSourceRange());
  StringRef Struct = P.graph()[T.Field->Pointee].Name;
  SourceLocation Begin = Before ? Before->getBeginLoc() : SourceLocation();
  if (Place.empty() || Struct.empty() || !T.Decl->getDeclName() ||
      Begin.isInvalid() || Begin.isMacroID())
    return {};
  Loads L(P, Place);
  for (const Stmt *S : Where)
    L.find(S);
  StringRef Name = freeName(P, Use.In, T.Decl->getName());
  if (L.Other || L.Found.empty() || Name.empty())
    return {};
  StringRef Indent = Lexer::getIndentationForLine(Begin, P.sources());
  std::string Text =
      ("struct " + Struct + " *" + Name + " = " + Place + ";\n\n" + Indent)
          .str();
  if (Check)
    Text += ("if (" + Name + ")\n" + Indent + "\t").str();
  Edits All;
  for (SourceRange Range : L.Found) {
    bool First = Range.getBegin() == Begin;
    All.push_back(FixItHint::CreateReplacement(Range, First ? Text + Name.str()
                                                            : Name.str()));
    if (First)
      Text.clear();
  }
  if (!Text.empty())
    All.push_back(FixItHint::CreateInsertion(Begin, Text));
  return All;
}

} // namespace bpftidy
