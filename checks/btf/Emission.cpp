//===- Emission.cpp - which structs the object's BTF holds ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "btf/Emission.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Expr.h"

using namespace clang;

namespace bpftidy {
namespace btf {

void EmissionModel::mentionRecord(const RecordDecl *RD, Certainty C) {
  const RecordDecl *Def = RD->getDefinition();
  if (!Def)
    return;
  auto [It, New] = Mentioned.try_emplace(Def->getCanonicalDecl(), C);
  if (!New && It->second >= C)
    return;
  It->second = C;
  for (const FieldDecl *FD : Def->fields())
    mention(FD->getType(), C, FD);
}

/// Adds to \p Out what tells the pointer type \p T from others in debug info.
static void describe(const ASTContext &Ctx, QualType T, std::string &Out) {
  for (;;) {
    QualType U = unwrapForDebugInfo(T, Ctx);
    const auto *PT = dyn_cast<PointerType>(U.getTypePtr());
    if (!PT) {
      Out += std::to_string(uintptr_t(U.getAsOpaquePtr()));
      return;
    }
    Out += "*";
    T = PT->getPointeeType();
    while (const auto *Tag = dyn_cast<BTFTagAttributedType>(T.getTypePtr())) {
      Out += Tag->getAttr()->getBTFTypeTag().str() + ",";
      T = Ctx.getQualifiedType(Tag->getWrappedType(), T.getLocalQualifiers());
    }
  }
}

/// Notes that \p Member has a type with that pointer in it; tells how certain
/// it is that there are two.
EmissionModel::Certainty EmissionModel::secondMember(const std::string &Pointer,
                                                     const FieldDecl *Member,
                                                     Certainty C) {
  auto &Seen = Members[Pointer];
  Seen[Member] = std::max(Seen[Member], C);
  Certainty First = Certainty::No, Second = Certainty::No;
  for (const auto &[FD, Each] : Seen) {
    Second = std::max(Second, std::min(First, Each));
    First = std::max(First, Each);
  }
  return Second;
}

/// Follows \p T as BTFDebug::visitTypeEntry does: from a member, a named
/// struct behind a pointer is put off, and stays a forward declaration unless
/// something else mentions it.
void EmissionModel::mention(QualType T, Certainty C, const FieldDecl *Member) {
  bool SeenPointer = false, Direct = false;
  std::string Pointer;
  for (;;) {
    if (T.isNull())
      return;
    T = unwrapForDebugInfo(T, Ctx);
    const clang::Type *Ty = T.getTypePtr();
    Direct = isa<RecordType>(Ty) && Direct && !T.hasLocalQualifiers();
    if (const auto *TT = dyn_cast<TypedefType>(Ty)) {
      T = TT->getDecl()->getUnderlyingType();
    } else if (const auto *PT = dyn_cast<PointerType>(Ty)) {
      if (Member && Pointer.empty())
        describe(Ctx, T.getUnqualifiedType(), Pointer);
      if (!Member && Build.PutsOffForGood())
        C = Certainty::Maybe;
      Direct = true;
      T = PT->getPointeeType();
      SeenPointer |= !isa<BTFTagAttributedType>(T.getTypePtr()) ||
                     Build.ForwardsPointeesOfMembers();
    } else if (const auto *AT = dyn_cast<ArrayType>(Ty)) {
      // An element is looked at as if it were no member.
      T = AT->getElementType();
      Member = nullptr;
    } else if (const auto *AT = dyn_cast<AtomicType>(Ty)) {
      if (Build.AtomicIsVoid())
        return;
      T = AT->getValueType();
    } else if (const auto *FT = dyn_cast<FunctionProtoType>(Ty)) {
      for (QualType Param : FT->param_types())
        mention(Param, C);
      T = FT->getReturnType();
      Member = nullptr;
      SeenPointer = false;
    } else {
      const auto *RD = Ty->getAsRecordDecl();
      if (RD && Member && SeenPointer && RD->getIdentifier())
        C = Build.EmitsPointeesOfTwoMembers() &&
                    (!Direct || Build.EmitsDirectPointeesOfTwoMembers())
                ? secondMember(Pointer, Member, C)
                : Certainty::No;
      if (RD && C != Certainty::No)
        mentionRecord(RD, C);
      return;
    }
  }
}

void EmissionModel::mentionPrototype(const FunctionDecl *FD, Certainty C) {
  mention(FD->getReturnType(), C);
  for (const ParmVarDecl *Param : FD->parameters())
    mention(Param->getType(), C);
}

/// How certainly \p Def, the definition of what \p Use names or null, has its
/// prototype in BTF: a static function may be inlined away.
EmissionModel::Certainty EmissionModel::prototype(const FunctionDecl *Def,
                                                  const DeclRefExpr *Use) {
  if (!Def || Def->isExternallyVisible())
    return Certainty::Certain;
  bool Inlined = Def->hasAttr<AlwaysInlineAttr>() && Callees.count(Use);
  return Inlined ? Certainty::No : Certainty::Maybe;
}

void EmissionModel::visitExpr(const Expr *E) {
  if (const auto *DRE = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *FD = dyn_cast<FunctionDecl>(DRE->getDecl())) {
      const FunctionDecl *Def = FD->getDefinition();
      mentionPrototype(FD, prototype(Def, DRE));
      if (Def && Visited.insert(Def).second)
        Pending.push_back(Def);
    } else if (const auto *VD = dyn_cast<VarDecl>(DRE->getDecl())) {
      if (VD->hasGlobalStorage() && !VD->getType()->isFunctionPointerType())
        mention(VD->getType(), Certainty::Certain);
    }
  } else if (const auto *ME = dyn_cast<MemberExpr>(E)) {
    // An access that CO-RE records names its struct in BTF.
    const auto *FD = dyn_cast<FieldDecl>(ME->getMemberDecl());
    if (FD && FD->getParent()->hasAttr<BPFPreserveAccessIndexAttr>())
      mentionRecord(FD->getParent(), Certainty::Certain);
  } else if (const auto *CE = dyn_cast<CallExpr>(E)) {
    Callees.insert(CE->getCallee()->IgnoreParenImpCasts());
    // So do __builtin_btf_type_id() and the __builtin_preserve_*() family.
    const FunctionDecl *FD = CE->getDirectCallee();
    if (FD && FD->getBuiltinID() &&
        (FD->getName().contains("btf_type") ||
         FD->getName().contains("preserve_")))
      for (const Expr *Arg : CE->arguments())
        mentionOperand(Arg);
  }
}

void EmissionModel::mentionOperand(const Expr *E) {
  llvm::SmallVector<const Stmt *, 16> Work{E};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (const auto *Sub = dyn_cast_or_null<Expr>(S))
      mention(Sub->getType(), Certainty::Certain);
    if (S)
      Work.append(S->child_begin(), S->child_end());
  }
}

void EmissionModel::visitBody(const FunctionDecl *FD) {
  llvm::SmallVector<const Stmt *, 32> Work{FD->getBody()};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    if (const auto *E = dyn_cast<Expr>(S))
      visitExpr(E);
    Work.append(S->child_begin(), S->child_end());
  }
}

void EmissionModel::addMapDefinition(const RecordDecl *Def) {
  for (const FieldDecl *FD : Def->fields()) {
    if (const auto *PT = FD->getType()->getAs<PointerType>())
      mention(PT->getPointeeType(), Certainty::Certain);
    else
      mention(FD->getType(), Certainty::Certain, FD);
  }
}

void EmissionModel::collect(llvm::ArrayRef<Decl *> Decls) {
  for (Decl *D : Decls) {
    if (const auto *FD = dyn_cast<FunctionDecl>(D)) {
      if (FD->doesThisDeclarationHaveABody() && FD->isExternallyVisible() &&
          !FD->isInlineSpecified() && Visited.insert(FD).second) {
        mentionPrototype(FD, Certainty::Certain);
        Pending.push_back(FD);
      }
    } else if (const auto *VD = dyn_cast<VarDecl>(D)) {
      if (isEmitted(VD))
        mention(VD->getType(), Certainty::Certain);
    }
  }
  while (!Pending.empty()) {
    const FunctionDecl *FD = Pending.pop_back_val();
    if (FD->getBody())
      visitBody(FD);
  }
}

bool EmissionModel::isEmitted(const VarDecl *VD) const {
  if (!VD->hasGlobalStorage() || VD->getType()->isFunctionPointerType())
    return false;
  if (VD->hasDefinition() == VarDecl::DeclarationOnly)
    return VD->isReferenced();
  return VD->isExternallyVisible() || VD->isReferenced() ||
         VD->hasAttr<UsedAttr>();
}

Emission EmissionModel::of(const RecordDecl *RD) const {
  auto It = Mentioned.find(RD->getCanonicalDecl());
  if (It == Mentioned.end())
    return RD->getIdentifier() && Build.ForwardsPointeesOfMembers()
               ? Emission::Forward
               : Emission::Unknown;
  return It->second == Certainty::Certain ? Emission::Full : Emission::Unknown;
}

} // namespace btf
} // namespace bpftidy
