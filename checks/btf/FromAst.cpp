//===- FromAst.cpp - the BTF graph of a translation unit ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "btf/FromAst.h"
#include "clang/AST/Attr.h"
#include "clang/AST/RecordLayout.h"

using namespace clang;

namespace bpftidy {
namespace btf {

QualType unwrapForDebugInfo(QualType T, const ASTContext &Ctx) {
  Qualifiers Quals;
  for (;;) {
    Qualifiers Inner = T.getLocalQualifiers();
    Quals += Qualifiers::removeCommonQualifiers(Quals, Inner);
    Quals += Inner;
    const clang::Type *Ty = T.getTypePtr();
    if (isa<TypedefType>(Ty))
      break;
    QualType Next = Ty->getLocallyUnqualifiedSingleStepDesugaredType();
    if (Next.getTypePtr() == Ty)
      break;
    T = Next;
  }
  return Ctx.getQualifiedType(T.getTypePtr(), Quals);
}

TypeId AstGraph::derived(Kind K, TypeId Ref, llvm::StringRef Name) {
  Type T;
  T.K = K;
  T.Ref = Ref;
  T.Name = Name.str();
  return G.add(std::move(T));
}

/// True if the declaration of \p T is not that of what it stands for.
static bool isWrapped(QualType T) {
  for (;;) {
    const clang::Type *Ty = T.getTypePtr();
    if (isa<ParenType, TypeOfType, TypeOfExprType>(Ty))
      return true;
    QualType Next = Ty->getLocallyUnqualifiedSingleStepDesugaredType();
    if (isa<TypedefType>(Ty) || Next.getTypePtr() == Ty)
      return false;
    T = Next;
  }
}

TypeId AstGraph::lower(QualType T, Context In) {
  if (T.isNull() || T->isDependentType() || T->containsErrors())
    return 0;
  if (!Build.DropsTags())
    In = {false, true};
  else if (isWrapped(T))
    In.Declared = false;
  auto Key = std::make_pair(T.getAsOpaquePtr(),
                            unsigned(In.OfMember) + 2 * unsigned(In.Declared));
  if (auto It = Lowered.find(Key); It != Lowered.end())
    return It->second;

  // const is outermost, then volatile, then restrict, whatever the source's
  // order (CGDebugInfo::CreateQualifiedType).
  QualType U = unwrapForDebugInfo(T, Ctx);
  TypeId Id = lowerUnqualified(U.getTypePtr(), In);
  Qualifiers Q = U.getLocalQualifiers();
  if (Q.hasRestrict())
    Id = derived(Kind::Restrict, Id);
  if (Q.hasVolatile())
    Id = derived(Kind::Volatile, Id);
  if (Q.hasConst())
    Id = derived(Kind::Const, Id);
  return Lowered[Key] = Id;
}

TypeId AstGraph::lowerUnqualified(const clang::Type *T, Context In) {
  if (const auto *TT = dyn_cast<TypedefType>(T)) {
    QualType Under = TT->getDecl()->getUnderlyingType();
    TypeId Id = lower(Under, {In.OfMember, /*Declared=*/true});
    if (Build.KeepsTagOfTypedef())
      if (const auto *Tag = dyn_cast<BTFTagAttributedType>(Under.getTypePtr()))
        Id = derived(Kind::TypeTag, Id, Tag->getAttr()->getBTFTypeTag());
    Id = derived(Kind::Typedef, Id, TT->getDecl()->getName());
    Typedefs[Id] = TT->getDecl();
    return Id;
  }
  if (const auto *PT = dyn_cast<PointerType>(T))
    return lowerPointer(PT->getPointeeType(), In);
  if (const auto *AT = dyn_cast<ArrayType>(T))
    return lowerArray(AT);
  if (const auto *AT = dyn_cast<AtomicType>(T))
    return Build.AtomicIsVoid() ? 0 : lower(AT->getValueType(), In);
  if (isa<FunctionType>(T))
    return derived(Kind::FuncProto, 0);
  if (const auto *RD = T->getAsRecordDecl())
    return lowerRecord(RD);

  Type Leaf;
  Leaf.K = Kind::Other;
  if (const auto *ET = dyn_cast<EnumType>(T)) {
    Leaf.K = Kind::Enum;
    Leaf.Name = ET->getDecl()->getName().str();
  } else if (T->isVoidType() || isa<ComplexType>(T)) {
    return 0;
  } else if (T->isIntegerType()) {
    Leaf.K = Kind::Int;
  }
  if (!T->isIncompleteType() && !T->isPlaceholderType())
    Leaf.Size = Ctx.getTypeSizeInChars(T).getQuantity();
  return G.add(std::move(Leaf));
}

bool dropsTags(Compiler Build, QualType Pointee, bool OfMember,
               const ASTContext &Ctx) {
  QualType Bare = unwrapForDebugInfo(Pointee, Ctx);
  const auto *RD =
      Bare.hasLocalQualifiers() || isa<TypedefType>(Bare.getTypePtr())
          ? nullptr
          : Bare->getAsRecordDecl();
  return Build.DropsTags() && OfMember && RD && RD->getIdentifier() &&
         RD->getDefinition();
}

TypeId AstGraph::lowerPointer(QualType Pointee, Context In) {
  // Only tags that are the very pointee survive, outermost first
  // (CGDebugInfo::CreatePointerLikeType).
  llvm::SmallVector<llvm::StringRef, 2> Tags;
  const auto *Tagged = dyn_cast<BTFTagAttributedType>(Pointee.getTypePtr());
  while (Tagged) {
    Tags.push_back(Tagged->getAttr()->getBTFTypeTag());
    Tagged =
        dyn_cast<BTFTagAttributedType>(Tagged->getWrappedType().getTypePtr());
  }
  if (!In.Declared || dropsTags(Build, Pointee, In.OfMember, Ctx))
    Tags.clear();
  TypeId Id = lower(Pointee, In);
  for (llvm::StringRef Tag : llvm::reverse(Tags))
    Id = derived(Kind::TypeTag, Id, Tag);
  return derived(Kind::Ptr, Id);
}

TypeId AstGraph::lowerArray(const ArrayType *T) {
  // One node a dimension; an element type behind a typedef stays behind it.
  uint64_t Count = 0;
  if (const auto *CAT = dyn_cast<ConstantArrayType>(T))
    Count = CAT->getSize().getZExtValue();
  TypeId Elem = lower(T->getElementType(), {false, false});
  TypeId Id = derived(Kind::Array, Elem);
  G.at(Id).Count = Count;
  return Id;
}

TypeId AstGraph::lowerRecord(const RecordDecl *RD) {
  TypeId &Slot = ByRecord[RD->getCanonicalDecl()];
  if (Slot)
    return Slot;
  Type T;
  T.Name = RD->getName().str();
  const RecordDecl *Def = RD->getDefinition();
  // A definition with errors in it has no layout to speak of.
  if (!Def || Def->isInvalidDecl() || !Def->isCompleteDefinition()) {
    T.K = Kind::Fwd;
    Slot = G.add(std::move(T));
    Records[Slot] = RD;
    return Slot;
  }
  T.K = Def->isUnion() ? Kind::Union : Kind::Struct;
  T.Size = Ctx.getASTRecordLayout(Def).getSize().getQuantity();
  Slot = G.add(std::move(T));
  Records[Slot] = Def;
  Unfilled.push_back(Slot);
  return Slot;
}

void AstGraph::fill(TypeId Id) {
  const RecordDecl *RD = Records.lookup(Id);
  const ASTRecordLayout &Layout = Ctx.getASTRecordLayout(RD);
  std::vector<Member> Members;
  llvm::SmallVector<const FieldDecl *, 8> Decls;
  for (const FieldDecl *FD : RD->fields()) {
    // Padding bit-fields leave no trace in debug info.
    if (FD->isBitField() && !FD->getDeclName())
      continue;
    Member M;
    M.Name = FD->getName().str();
    M.BitOffset = Layout.getFieldOffset(FD->getFieldIndex());
    if (FD->isBitField())
      M.BitSize = FD->getBitWidth()->EvaluateKnownConstInt(Ctx).getZExtValue();
    for (const auto *Tag : FD->specific_attrs<BTFDeclTagAttr>())
      M.DeclTags.push_back(Tag->getBTFDeclTag().str());
    M.Type = lower(FD->getType(), {/*OfMember=*/true, /*Declared=*/true});
    noteFlaw(M, FD->getType());
    Members.push_back(std::move(M));
    Decls.push_back(FD);
  }
  G.at(Id).Members = std::move(Members);
  Fields[Id] = std::move(Decls);
  for (size_t I = 0; I != G[Id].Members.size(); ++I)
    fillHeld(G[Id].Members[I].Type);
}

void AstGraph::fillHeld(TypeId Id) {
  Id = G.skipModifiers(Id);
  while (G[Id].K == Kind::Array)
    Id = G.skipModifiers(G[Id].Ref);
  if ((G[Id].K == Kind::Struct || G[Id].K == Kind::Union) && !Fields.count(Id))
    fill(Id);
}

TypeId AstGraph::add(QualType T) {
  TypeId Id = lower(T, {/*OfMember=*/false, /*Declared=*/true});
  fillHeld(Id);
  return Id;
}

void AstGraph::noteFlaw(Member &M, QualType T) {
  const auto *AT = Ctx.getBaseElementType(T)->getAs<AtomicType>();
  if (AT && Build.AtomicIsVoid())
    M.Atomic = lower(AT->getValueType(), {false, true});
  else
    noteFlaw(M, T, /*Held=*/true);
}

/// What a pointer leads to need not have a type, but what it has must be valid.
void AstGraph::noteFlaw(Member &M, QualType T, bool Held) const {
  if (T.isNull() || T->isDependentType() || T->containsErrors())
    return;
  const clang::Type *Ty = T->getUnqualifiedDesugaredType();
  if (const auto *PT = dyn_cast<PointerType>(Ty))
    return noteFlaw(M, PT->getPointeeType(), /*Held=*/false);
  if (const auto *AT = dyn_cast<ArrayType>(Ty))
    return noteFlaw(M, AT->getElementType(), /*Held=*/true);
  if (const auto *AT = dyn_cast<AtomicType>(Ty)) {
    if (!Build.AtomicIsVoid())
      noteFlaw(M, AT->getValueType(), Held);
  } else if (const auto *FT = dyn_cast<FunctionProtoType>(Ty)) {
    llvm::SmallVector<QualType, 8> Parts(FT->getParamTypes());
    Parts.push_back(FT->getReturnType());
    for (QualType Part : Parts) {
      const RecordDecl *RD = Part->getAsRecordDecl();
      if (!RD || RD->getDefinition()) {
        noteFlaw(M, Part, /*Held=*/false);
        continue;
      }
      M.Wrong = Flaw::UndefinedArgument;
      M.Undefined = RD->getName().str();
    }
  } else if (const auto *ET = dyn_cast<EnumType>(Ty)) {
    const EnumDecl *Def = ET->getDecl()->getDefinition();
    if (!Def && !ET->getDecl()->isFixed()) {
      M.Wrong = Flaw::UndefinedEnum;
      M.Undefined = ET->getDecl()->getName().str();
    }
  } else if (isa<ComplexType>(Ty) && Held) {
    M.Wrong = Flaw::Complex;
  }
}

void AstGraph::complete(llvm::function_ref<bool(const RecordDecl *)> Expand) {
  while (!Unfilled.empty()) {
    TypeId Id = Unfilled.back();
    Unfilled.pop_back();
    if (!Fields.count(Id) && Expand(Records.lookup(Id)))
      fill(Id);
  }
}

void AstGraph::annotate(EmissionOf Of,
                        llvm::function_ref<bool(const RecordDecl *)> OfKernel) {
  for (const auto &[Id, RD] : Records) {
    G.at(Id).Emitted = Of(RD);
    G.at(Id).OfKernel = OfKernel(RD);
  }
}

const FieldDecl *AstGraph::field(TypeId Record, unsigned Index) const {
  auto It = Fields.find(Record);
  return It == Fields.end() || Index >= It->second.size() ? nullptr
                                                          : It->second[Index];
}

} // namespace btf
} // namespace bpftidy
