//===- Filled.cpp - local memory that the kernel writes -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What bpf_probe_read_kernel() and its kind write to the stack: the verifier
/// takes it for any number, and so may a path.
///
//===----------------------------------------------------------------------===//

#include "flow/Explorer.h"
#include "clang/AST/ASTContext.h"

using namespace clang;

namespace bpftidy {
namespace flow {

/// The type of the variable, member or element that \p Loc names.
static QualType typeOf(const ASTContext &Ctx, const Node *Loc) {
  if (Loc->Kind == Op::LVar)
    return static_cast<const VarDecl *>(Loc->Ref)->getType();
  if (Loc->Kind == Op::LField)
    return static_cast<const FieldDecl *>(Loc->Ref)->getType();
  return {};
}

/// True if \p Loc is \p Whole or a part of it.
static bool isWithin(const Node *Loc, const Node *Whole) {
  while (Loc != Whole) {
    if (Loc->Kind != Op::LField && Loc->Kind != Op::LElem)
      return false;
    Loc = Loc->A;
  }
  return true;
}

bool Explorer::fill(State &S, const CallExpr *E, unsigned Index, StringRef Name,
                    const Node *V) {
  if (V->Kind != Op::Addr && V->Kind != Op::AddrOf)
    return false;
  const Node *Loc = Values.pointee(V);
  // The address of an array is that of its first element.
  if (Loc->Kind == Op::LElem && Loc->B->isConst(0))
    Loc = Loc->A;
  const VarDecl *VD = rootVariable(Loc);
  QualType T = typeOf(Ctx, Loc);
  if (!VD || !VD->hasLocalStorage() || llvm::is_contained(S.Escaped, VD) ||
      T.isNull() || T->isIncompleteType() || T.isVolatileQualified())
    return false;
  int64_t Size = Ctx.getTypeSizeInChars(T).getQuantity(), Bytes = 0;
  if (kernel::writesMemory(Name, Index)) {
    for (const kernel::MemoryArg &M : kernel::memoryArgs(Name)) {
      if (M.Arg != Index)
        continue;
      if (M.SizeArg == kernel::MemoryArg::Fixed)
        Bytes = M.Bytes;
      else if (M.SizeArg < E->getNumArgs())
        if (const Node *N = value(S, E->getArg(M.SizeArg));
            N->Kind == Op::Const)
          Bytes = N->Imm;
    }
  } else if (kernel::isKfunc(Name) && T->isIntegerType()) {
    // By the address of a number a kfunc returns one more result.
    const FunctionDecl *FD = E->getDirectCallee();
    QualType Param = FD && Index < FD->getNumParams()
                         ? FD->getParamDecl(Index)->getType()->getPointeeType()
                         : QualType();
    if (!Param.isNull() && Param->isIntegerType() && !Param.isConstQualified())
      Bytes = Ctx.getTypeSizeInChars(Param).getQuantity();
  }
  if (Bytes < Size)
    return false;
  if (Loc->Kind == Op::LVar && VD->getType()->isScalarType()) {
    if (const Node **Old = find(S.Vars, VD->getCanonicalDecl()))
      escape(S, *Old);
    drop(S.Vars, VD->getCanonicalDecl());
  }
  for (const auto &[Part, Old] : Pairs<const Node *, const Node *>(S.Memory))
    if (isWithin(Part, Loc))
      escape(S, Old);
  llvm::erase_if(S.Memory,
                 [Loc](const auto &M) { return isWithin(M.first, Loc); });
  if (!llvm::is_contained(S.Filled, Loc))
    S.Filled.push_back(Loc);
  return true;
}

const Node *Explorer::loadFilled(State &S, const Node *Loc, const Expr *E) {
  const VarDecl *VD = rootVariable(Loc);
  QualType T = E->getType();
  bool Scalar = Loc->Kind == Op::LVar;
  if (!VD || llvm::is_contained(S.Escaped, VD) || !T->isScalarType() ||
      !(Scalar ? T->isScalarType() : isFollowed(S, Loc, T)) ||
      llvm::none_of(S.Filled,
                    [&](const Node *Whole) { return isWithin(Loc, Whole); }))
    return Values.unknown();
  Arena::Traits Is;
  Is.Nullable = T->isPointerType();
  const Node *V = Values.leaf(E, S.freeInstance(Op::Leaf, E), T, Is);
  if (Scalar)
    put(S.Vars, VD->getCanonicalDecl(), V);
  else
    put(S.Memory, Loc, V);
  return V;
}

} // namespace flow
} // namespace bpftidy
