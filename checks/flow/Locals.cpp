//===- Locals.cpp - local variables and their parts -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compat.h"
#include "flow/Explorer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {
namespace flow {

/// The member by which a union that is accessed whole is known; null if it has
/// none that is a scalar of its size.
static const FieldDecl *wholeMember(const ASTContext &Ctx,
                                    const RecordDecl *Union) {
  if (!Union->isUnion() || Union->isInvalidDecl())
    return nullptr;
  uint64_t Size = Ctx.getTypeSize(compat::tagType(Ctx, Union));
  for (const FieldDecl *FD : Union->fields())
    if (FD->getType()->isScalarType() && !FD->isBitField() &&
        Ctx.getTypeSize(FD->getType()) == Size)
      return FD->getCanonicalDecl();
  return nullptr;
}

/// True if \p Loc is where its variable begins.
static bool isAtBegin(const ASTContext &Ctx, const Node *Loc) {
  if (Loc->Kind == Op::LField)
    return !Ctx.getFieldOffset(static_cast<const FieldDecl *>(Loc->Ref)) &&
           isAtBegin(Ctx, Loc->A);
  if (Loc->Kind == Op::LElem)
    return Loc->B->isConst(0) && isAtBegin(Ctx, Loc->A);
  return Loc->Kind == Op::LVar;
}

const Node *Explorer::wholeUnion(const Node *Loc, QualType As) {
  const VarDecl *VD = rootVariable(Loc);
  const RecordDecl *RD = VD ? VD->getType()->getAsRecordDecl() : nullptr;
  const FieldDecl *FD = RD ? wholeMember(Ctx, RD) : nullptr;
  if (!FD || !As->isScalarType() || !isAtBegin(Ctx, Loc) ||
      Ctx.getTypeSize(As) != Ctx.getTypeSize(FD->getType()))
    return Loc;
  return Values.ref(Op::LField, FD, Values.ref(Op::LVar, VD));
}

/// The type of what \p Loc, a part of a local variable, names, if every step to
/// it fits the type that it starts from; null otherwise. Of places that overlap
/// at most one has a type.
static QualType partType(const ASTContext &Ctx, const Node *Loc) {
  if (Loc->Kind == Op::LVar)
    return static_cast<const VarDecl *>(Loc->Ref)->getType();
  if (Loc->Kind != Op::LField && Loc->Kind != Op::LElem)
    return {};
  QualType Base = partType(Ctx, Loc->A);
  if (Base.isNull() || Base.isVolatileQualified())
    return {};
  if (Loc->Kind == Op::LElem) {
    const ConstantArrayType *AT = Ctx.getAsConstantArrayType(Base);
    return AT && Loc->B->Kind == Op::Const && Loc->B->Imm >= 0 &&
                   AT->getSize().ugt(Loc->B->Imm)
               ? AT->getElementType()
               : QualType();
  }
  const auto *FD = static_cast<const FieldDecl *>(Loc->Ref);
  const RecordDecl *RD = Base->getAsRecordDecl();
  bool Fits = RD && !FD->isBitField() &&
              (!RD->isUnion() ||
               (Loc->A->Kind == Op::LVar && wholeMember(Ctx, RD) == FD)) &&
              FD->getParent()->getCanonicalDecl() == RD->getCanonicalDecl();
  return Fits ? FD->getType() : QualType();
}

/// True if \p Loc is a scalar part of a local variable that nothing writes
/// behind the program's back, and is accessed whole by type \p As.
bool Explorer::isFollowed(const State &S, const Node *Loc, QualType As) const {
  const VarDecl *VD = Loc->Kind == Op::LVar ? nullptr : rootVariable(Loc);
  if (!VD || !VD->hasLocalStorage() || llvm::is_contained(S.Escaped, VD))
    return false;
  QualType T = partType(Ctx, Loc);
  return !T.isNull() && T->isScalarType() && !T.isVolatileQualified() &&
         As->isScalarType() && Ctx.getTypeSize(As) == Ctx.getTypeSize(T);
}

/// Notes it if nothing has \p Old, which was just overwritten, any more.
void Explorer::noteOverwritten(State &S, const Node *Old, const Stmt *At) {
  const Tracked *T = Old && Old->Kind == Op::Sym ? S.tracked(Old) : nullptr;
  if (!T || T->O != Own::Owned || !At)
    return;
  for (const auto &[VD, V] : S.Vars)
    if (V->has(Old))
      return;
  for (const auto &[Loc, V] : S.Memory)
    if (V && V->has(Old))
      return;
  S.remember(Mark::Overwritten, At, Old);
}

void Explorer::setPart(State &S, const Node *Loc, const Node *V,
                       const Stmt *At) {
  const Node **Known = find(S.Memory, Loc);
  const Node *Old = Known ? *Known : nullptr;
  put(S.Memory, Loc, V);
  if (V->Kind == Op::Sym)
    const_cast<Origin &>(V->source()).Kept = true;
  noteOverwritten(S, Old, At);
}

void Explorer::dropParts(State &S, const VarDecl *VD) {
  llvm::erase_if(S.Memory,
                 [VD](const auto &M) { return rootVariable(M.first) == VD; });
  llvm::erase_if(S.Filled,
                 [VD](const Node *Loc) { return rootVariable(Loc) == VD; });
}

/// Gives \p Loc, of type \p T and part of a local variable, its first value.
void Explorer::initialize(State &S, const Node *Loc, QualType T,
                          const Expr *Init) {
  constexpr unsigned MaxElements = 16;
  Init = valueOf(Init);
  if (isa<ImplicitValueInitExpr>(Init)) {
    if (isFollowed(S, Loc, T))
      put(S.Memory, Loc, Values.constant(0));
    return;
  }
  const auto *List = dyn_cast<InitListExpr>(Init);
  if (List && List->isSyntacticForm() && List->getSemanticForm())
    List = List->getSemanticForm();
  const RecordDecl *RD = T->getAsRecordDecl();
  if (List && RD && !RD->isUnion()) {
    unsigned I = 0;
    for (const FieldDecl *FD : RD->fields())
      if ((!FD->isBitField() || FD->getDeclName()) && I < List->getNumInits())
        initialize(S, Values.ref(Op::LField, FD->getCanonicalDecl(), Loc),
                   FD->getType(), List->getInit(I++));
  } else if (List && RD && RD->isUnion() && List->getNumInits() == 1 &&
             List->getInitializedFieldInUnion() &&
             List->getInitializedFieldInUnion()->getCanonicalDecl() ==
                 wholeMember(Ctx, RD)) {
    initialize(S, Values.ref(Op::LField, wholeMember(Ctx, RD), Loc),
               wholeMember(Ctx, RD)->getType(), List->getInit(0));
  } else if (List && T->isConstantArrayType() &&
             List->getNumInits() <= MaxElements) {
    for (unsigned I = 0; I != List->getNumInits(); ++I)
      initialize(S, Values.elem(Loc, Values.constant(I)),
                 Ctx.getAsConstantArrayType(T)->getElementType(),
                 List->getInit(I));
  } else if (!List && isFollowed(S, Loc, T)) {
    put(S.Memory, Loc, value(S, Init));
  } else {
    escape(S, value(S, Init));
    lose(S, Init);
  }
}

void Explorer::setVariable(State &S, const VarDecl *VD, const Node *V,
                           const Stmt *At) {
  VD = VD->getCanonicalDecl();
  if (llvm::is_contained(S.Escaped, VD)) {
    escape(S, V);
    return;
  }
  // Before LLVM 18 it is not seen what becomes of it, and which sections its
  // function ends.
  if (!compat::ShowsCleanups && VD->hasAttr<CleanupAttr>()) {
    escape(S, V);
    S.RcuKnown = false;
  }
  if (V->Kind == Op::Sym) {
    auto *O = const_cast<Origin *>(&V->source());
    if (!O->Holder)
      O->Holder = VD;
    O->Kept = true;
  }
  for (Tracked &T : S.Syms)
    if (T.Sym == V && (!T.In || !isa<ParmVarDecl>(VD)))
      T.In = VD;
    else if (T.Sym != V && T.In == VD)
      T.In = nullptr;
  const Node **Known = find(S.Vars, VD);
  const Node *Old = Known ? *Known : nullptr;
  put(S.Vars, VD, V);
  llvm::erase_if(S.Filled, [VD](const Node *Loc) {
    return Loc->Kind == Op::LVar && Loc->Ref == VD;
  });
  if (V->isConst(0))
    noteNull(S, VD, dyn_cast_or_null<Expr>(At));
  noteOverwritten(S, Old, At);
}

/// The end of a variable whose attribute names a function to call.
void Explorer::cleanup(State &S, const VarDecl *VD) {
  const auto *A = VD->getAttr<CleanupAttr>();
  const FunctionDecl *FD = A ? A->getFunctionDecl() : nullptr;
  const FunctionDecl *Def = FD ? FD->getDefinition() : nullptr;
  const Body *B = Def && Def->getNumParams() == 1 && S.Stack.size() <= MaxCalls
                      ? Code.of(Def)
                      : nullptr;
  if (!B || isRunning(S, Def)) {
    escape(S, Values.ref(Op::Addr, VD));
    clobber(S, false);
    return;
  }
  setVariable(S, Def->getParamDecl(0), Values.ref(Op::Addr, VD), nullptr);
  // What is being returned outlives the call.
  Frame F{B, &B->Graph->getEntry(), 0, nullptr};
  F.Returned = S.Returned;
  F.Return = S.Return;
  S.Stack.push_back(F);
  S.Returned = nullptr;
}

} // namespace flow
} // namespace bpftidy
