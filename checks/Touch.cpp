//===- Touch.cpp - which special field an access is about -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace bpftidy {

using kernel::FieldKind;

/// The bytes that the kernel keeps for the field \p D.
static uint64_t fieldSize(const Program &P, const kernel::Field &F,
                          const DeclaratorDecl *D) {
  ASTContext &Ctx = P.context();
  return kernel::isPointer(F.Kind)
             ? KptrSize
             : sizeOf(Ctx.getBaseElementType(D->getType()), Ctx);
}

namespace {
/// Bytes of memory, and the sort of fields that is looked for there.
struct Range {
  const Address &A;
  uint64_t Size;
  bool Pointers;
};
} // namespace

static void overlap(const Program &P, llvm::ArrayRef<kernel::Field> Fields,
                    uint64_t Base, const Range &R, std::optional<unsigned> Map,
                    std::vector<Touch> &Out) {
  int64_t Begin = R.A.Offset + int64_t(Base);
  for (const kernel::Field &F : Fields) {
    if (kernel::isPointer(F.Kind) != R.Pointers)
      continue;
    const DeclaratorDecl *D = P.declaration(F.At);
    if (!D)
      continue;
    int64_t Delta = Begin - int64_t(F.Offset);
    bool Reaches = Delta < int64_t(fieldSize(P, F, D)) &&
                   (R.A.Extent == Address::AnyExtent ||
                    Delta + int64_t(R.Size + R.A.Extent) > 0);
    if (Reaches)
      Out.push_back({&F, D, !Map, Map.value_or(0), Delta});
  }
}

static std::vector<Touch> find(const Program &P, const kernel::Kernel &K,
                               const Range &R) {
  std::vector<Touch> Found;
  switch (R.A.In) {
  case Memory::Value:
    overlap(P, P.mapFields(R.A.Map, K), 0, R, R.A.Map, Found);
    break;
  case Memory::Global:
    if (auto In = P.sectionOf(R.A.Var))
      overlap(P, P.mapFields(In->Map, K), In->Offset, R, In->Map, Found);
    break;
  case Memory::Result:
  case Memory::Loaded: {
    auto O = enclosing(P, K, R.A);
    if (O && O->Local && !O->Percpu && O->Type)
      overlap(P, P.objectFields(O->Type, K), 0, R, std::nullopt, Found);
    break;
  }
  default:
    break;
  }
  return Found;
}

std::vector<Touch> touches(const Program &P, const kernel::Kernel &K,
                           const Address &A, uint64_t Size) {
  return find(P, K, {A, Size, /*Pointers=*/true});
}

std::vector<Touch> structTouches(const Program &P, const kernel::Kernel &K,
                                 const Address &A, uint64_t Size) {
  return find(P, K, {A, Size, /*Pointers=*/false});
}

std::optional<Touch> fieldAt(const Program &P, const kernel::Kernel &K,
                             const Address &A) {
  if (!A.Variable)
    for (const Touch &T : touches(P, K, A))
      if (T.Delta == 0)
        return T;
  return std::nullopt;
}

std::string nameStruct(llvm::StringRef Name) {
  return ("struct '" + Name + "'").str();
}

static bool isDeclared(const Program &P, llvm::StringRef Name) {
  ASTContext &Ctx = P.context();
  return !Ctx.getTranslationUnitDecl()->lookup(&Ctx.Idents.get(Name)).empty();
}

std::string releaseCall(const Program &P, const kernel::Kernel &K,
                        llvm::StringRef Struct, bool Percpu) {
  std::string Name;
  if (Percpu)
    Name =
        isDeclared(P, "bpf_percpu_obj_drop_impl") ? "bpf_percpu_obj_drop" : "";
  else if (!kernel::isKernelStruct(Struct))
    Name = isDeclared(P, "bpf_obj_drop_impl") ? "bpf_obj_drop" : "";
  else
    Name = kernel::releaseOf(Struct, K).str();
  bool Macro = Name == "bpf_obj_drop" || Name == "bpf_percpu_obj_drop";
  return !Name.empty() && (Macro || isDeclared(P, Name)) ? Name : "";
}

Edits exchangeAndRelease(const Program &P, const kernel::Kernel &K,
                         const Expr *Old, llvm::StringRef Exchange,
                         const kernel::Field &F) {
  std::string Release =
      releaseCall(P, K, P.graph()[F.Pointee].Name, F.Kind == FieldKind::Percpu);
  const SourceManager &SM = P.sources();
  SourceLocation Begin = Old->getBeginLoc(), Last = Old->getEndLoc();
  if (Release.empty() || Begin.isMacroID() || Exchange.empty())
    return {};
  // NULL is a macro.
  if (Last.isMacroID() && !Lexer::isAtEndOfMacroExpansion(
                              Last, SM, P.context().getLangOpts(), &Last))
    return {};
  SourceLocation End = Lexer::findLocationAfterToken(
      Last, tok::semi, SM, P.context().getLangOpts(),
      /*SkipTrailingWhitespaceAndNewLine=*/false);
  if (End.isInvalid())
    return {};
  llvm::StringRef Indent = Lexer::getIndentationForLine(Begin, SM);
  std::string Name = Exchange.contains("old") ? "previous" : "old";
  std::string Type = "struct " + P.graph()[F.Pointee].Name;
  if (F.Kind == FieldKind::Percpu)
    Type = "void";
  std::string In = "\n" + Indent.str();
  std::string Text = "{" + In + "\t" + Type + " *" + Name + " = " +
                     Exchange.str() + ";\n" + In + "\tif (" + Name + ")" + In +
                     "\t\t" + Release + "(" + Name + ");" + In + "}";
  return {FixItHint::CreateReplacement(
      CharSourceRange::getCharRange(Begin, End), Text)};
}

void noteInside(Findings &F, const Access &A) {
  if (A.Inside)
    F.note(A.Inside->getExprLoc(), "%0() %select{reads|writes}1 it here")
        << calleeName(cast<CallExpr>(A.E)) << unsigned(A.writes())
        << A.Inside->getSourceRange();
}

void noteField(const Program &P, Findings &F, const Touch &T) {
  F.note(T.Decl->getLocation(), "%0 is declared here") << T.Decl;
}

bool inRcu(const Program &P, const FunctionDecl *FD) {
  return llvm::any_of(
      P.accesses().programsOf(FD), [](const FunctionDecl *Root) {
        auto Kind =
            kernel::programKind(Root->getAttr<SectionAttr>()->getName());
        return Kind && !Kind->Sleepable;
      });
}

} // namespace bpftidy
