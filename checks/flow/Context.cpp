//===- Context.cpp - what a program is given ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "flow/Explorer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"

using namespace clang;
using llvm::StringRef;

namespace bpftidy {
namespace flow {

namespace {
/// What the tags of an argument say.
struct ArgumentTags {
  bool Trusted = false, NonNull = false, Nullable = false, Special = false;
  explicit ArgumentTags(const ParmVarDecl *Param) {
    for (const auto *A : Param->specific_attrs<BTFDeclTagAttr>()) {
#define ARG_TAG(Spelling, Meaning)                                             \
  if (A->getBTFDeclTag() == Spelling)                                          \
    Meaning = true;
#include "kernel/Tags.def"
    }
  }
  bool refusesNull() const { return (Trusted || NonNull) && !Nullable; }
};
} // namespace

bool Explorer::refusesNull(const ParmVarDecl *Param) {
  return ArgumentTags(Param).refusesNull();
}

/// True if \p T points to memory of a size that the verifier can hold calls
/// against, and to nothing that it knows more of.
static bool isMemory(QualType T) {
  QualType To = T->isPointerType() ? T->getPointeeType() : QualType();
  // In an arena, or whatever another tag means.
  if (To.isNull() || To.hasAddressSpace() || To->getAs<BTFTagAttributedType>())
    return false;
  const RecordDecl *RD = To->getAsRecordDecl();
  return RD && RD->isCompleteDefinition() && RD->isStruct() &&
         RD->getIdentifier() &&
         !kernel::isKernelStruct(RD->getName().split("___").first);
}

const Node *Explorer::argument(State &S, const ParmVarDecl *Param) {
  QualType T = Param->getType();
  if (!T->isScalarType())
    return Values.unknown();
  ArgumentTags Tags(Param);
  if (Root.As == Walked::Function && !Tags.Special &&
      (Tags.Trusted || isMemory(T))) {
    Origin *O = Values.origin(static_cast<const void *>(Param)).get();
    O->How = Made::Given;
    O->Param = Param;
    O->Holder = Param;
    O->Kept = true;
    Tracked New;
    New.Sym = Values.sym(O, 0);
    New.N = Tags.refusesNull() ? Null::No : Null::Maybe;
    S.Syms.push_back(New);
    return New.Sym;
  }
  Arena::Traits Is;
  // The verifier may know what a callback is called with.
  // A number in front is the turn of a loop, of which it knows nothing.
  Is.Doubt = Root.As == Walked::Callback &&
             (!T->isIntegerType() || Param->getFunctionScopeIndex());
  // Nor does it compare the context with NULL, which it never is.
  Is.Nullable = T->isPointerType() && !Is.Doubt;
  return Values.leaf(Param, 0, T, Is);
}

bool Explorer::isContext(const Node *Pointer) const {
  return Pointer->Kind == Op::Leaf && Root.Function->getNumParams() &&
         Pointer->Ref == Root.Function->getParamDecl(0);
}

/// The number of arguments of the hook that the program \p FD is attached to,
/// by the prototypes in \p Table, a type of the kernel; none if that is not
/// known here.
static std::optional<unsigned> hookArguments(ASTContext &Ctx, StringRef Table,
                                             const FunctionDecl *FD) {
  const auto *Section = FD->getAttr<SectionAttr>();
  if (!Section)
    return std::nullopt;
  StringRef Hook = Section->getName().rsplit('/').second;
  for (const Decl *D :
       Ctx.getTranslationUnitDecl()->lookup(&Ctx.Idents.get(Table)))
    if (const auto *RD = dyn_cast<RecordDecl>(D))
      if (const RecordDecl *Def = RD->getDefinition())
        for (const FieldDecl *Field : Def->fields())
          if (Field->getName() == Hook && Field->getType()->isPointerType())
            if (const auto *Proto = Field->getType()
                                        ->getPointeeType()
                                        ->getAs<FunctionProtoType>())
              return Proto->getNumParams();
  return std::nullopt;
}

bool Explorer::isOfElement(const Node *Pointer) const {
#define CALLBACK_KEY(Index) constexpr unsigned KeyAt = Index;
#define CALLBACK_VALUE(Index) constexpr unsigned At = Index;
#include "kernel/ProgramTypes.def"
  if (Root.As != Walked::Callback || Root.Function->getNumParams() <= At)
    return false;
  const ParmVarDecl *Value = Root.Function->getParamDecl(At);
  const RecordDecl *RD =
      Value->getType()->isPointerType()
          ? Value->getType()->getPointeeType()->getAsRecordDecl()
          : nullptr;
  return (Pointer->Ref == Value ||
          Pointer->Ref == Root.Function->getParamDecl(KeyAt)) &&
         RD && !P.mapsHolding(RD).empty();
}

bool Explorer::isContextWord(const Node *Loc, QualType T) const {
  const Node *Context = rootPointer(Loc);
  return Loc->Kind == Op::LElem && Loc->A->Kind == Op::LDeref &&
         Loc->B->Kind == Op::Const && T->isIntegerType() &&
         Ctx.getTypeSize(T) == 64 && Root.As == Walked::Program && Root.Kind &&
         isContext(Context);
}

unsigned Explorer::countArguments() const {
  StringRef Table = Root.Kind ? kernel::hookTable(Root.Kind->Type) : "";
  return Table.empty() ? ~0U
                       : hookArguments(Ctx, Table, Root.Function).value_or(0);
}

/// The name of the struct that \p FD is a member of, of its own or of an
/// anonymous part; "" if it has none.
static StringRef structOf(const FieldDecl *FD) {
  const DeclContext *In = FD->getParent();
  while (In->isRecord() && cast<RecordDecl>(In)->isAnonymousStructOrUnion())
    In = In->getParent();
  if (!In->isRecord())
    return "";
  // Behind "___" is the flavour of a CO-RE type.
  return cast<RecordDecl>(In)->getName().split("___").first;
}

bool Explorer::mayLoadNull(const Node *Loc) const {
  const ValueDecl *D = innermost(Loc);
  const auto *FD = dyn_cast_or_null<FieldDecl>(D);
  // What a program keeps in a global is a number.
  if (!FD)
    return D != nullptr;
  StringRef Struct = structOf(FD);
  return !Struct.empty() && !kernel::neverNull(Struct, FD->getName());
}

bool Explorer::isMaybeNullArgument(const Node *Loc, QualType T) const {
  const Node *Context = rootPointer(Loc);
  const auto *FD = dyn_cast_or_null<FieldDecl>(innermost(Loc));
  return FD && Context && Root.As == Walked::Program && isContext(Context) &&
         T->isPointerType() && T->getPointeeType()->isRecordType() &&
         kernel::isMaybeNullContext(structOf(FD)) && mayLoadNull(Loc);
}

bool Explorer::isPassedOn(const Node *V, const Expr *E) const {
  return V->Kind == Op::Leaf && V->Pointer && FromContext.count(V) &&
         E->getBeginLoc().isMacroID();
}

const Node *Explorer::number(const Node *V, QualType To) {
  // Of the result of a hook a range is known, which has 0 in it.
  if (V->Kind == Op::Leaf && V->Pointer && V->Doubt)
    return Values.constant(0);
  return Values.number(V, To);
}

/// True if \p Pointer is for certain one to an object of the kernel, lent to
/// the program or not.
bool Explorer::isKernelObject(const Node *Pointer) const {
  if (Pointer->Kind == Op::Leaf)
    return (Pointer->Pointer && FromContext.count(Pointer)) ||
           FromObject.count(Pointer);
  return Pointer->Kind == Op::Sym &&
         kernel::isKernelStruct(Pointer->source().Struct);
}

/// What \p V, handed over as \p E, is if it comes from the context of the
/// program, or from an object of the kernel: nothing of that is the program's
/// to give away. Null for all else.
const Node *Explorer::argumentOf(State &S, const Node *V, const Expr *E) {
  const FieldDecl *Member = FromObject.lookup(V);
  bool Argument = V->Kind == Op::Leaf && V->Pointer &&
                  Root.As == Walked::Program && Root.Kind &&
                  kernel::lendsContext(Root.Kind->Type) && FromContext.count(V);
  if ((!Argument && !Member) || ask(S, Values, V) == Answer::No)
    return nullptr;
  const Node *Sym = make(S, Made::Given, E, "", Member, /*Owned=*/false);
  const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenCasts());
  if (Ref)
    Values.origin(E)->Holder = dyn_cast<VarDecl>(Ref->getDecl());
  return Sym;
}

} // namespace flow
} // namespace bpftidy
