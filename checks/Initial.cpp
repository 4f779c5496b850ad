//===- Initial.cpp - what globals begin as --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Initial.h"
#include "kernel/Kernel.h"
#include "clang/AST/RecordLayout.h"

using namespace clang;

namespace bpftidy {

const Expr *initialPart(const ASTContext &Ctx, const Expr *E, QualType T,
                        uint64_t Offset) {
  E = E ? E->IgnoreParenImpCasts() : nullptr;
  if (const auto *Literal = dyn_cast_or_null<CompoundLiteralExpr>(E))
    return initialPart(Ctx, Literal->getInitializer(), T, Offset);
  const auto *List = dyn_cast_or_null<InitListExpr>(E);
  const RecordDecl *RD = T->getAsRecordDecl();
  if (!List || (RD && kernel::knownStructField(RD->getName())))
    return E;
  if (const ArrayType *AT = Ctx.getAsArrayType(T)) {
    uint64_t Size = Ctx.getTypeSizeInChars(AT->getElementType()).getQuantity();
    uint64_t Index = Size ? Offset / Size : 0;
    return Size ? initialPart(Ctx,
                              Index < List->getNumInits()
                                  ? List->getInit(Index)
                                  : List->getArrayFiller(),
                              AT->getElementType(), Offset % Size)
                : nullptr;
  }
  RD = RD ? RD->getDefinition() : nullptr;
  if (!RD || RD->isUnion() || RD->isInvalidDecl())
    return nullptr;
  const ASTRecordLayout &Layout = Ctx.getASTRecordLayout(RD);
  unsigned Init = 0;
  for (const FieldDecl *FD : RD->fields()) {
    if (FD->isBitField() && !FD->getIdentifier())
      continue;
    uint64_t Begin = Layout.getFieldOffset(FD->getFieldIndex()) / 8;
    uint64_t Size = Ctx.getTypeSizeInChars(FD->getType()).getQuantity();
    if (Begin <= Offset && Offset < Begin + Size)
      return Init < List->getNumInits()
                 ? initialPart(Ctx, List->getInit(Init), FD->getType(),
                               Offset - Begin)
                 : nullptr;
    ++Init;
  }
  return nullptr;
}

std::optional<bool> isZero(const ASTContext &Ctx, const Expr *Init) {
  if (isa<ImplicitValueInitExpr>(Init))
    return true;
  // What clang made of broken code cannot be evaluated.
  if (Init->isValueDependent() || Init->containsErrors())
    return std::nullopt;
  const Expr *E = Init->IgnoreParenImpCasts();
  if (const auto *Literal = dyn_cast<CompoundLiteralExpr>(E);
      Literal && Literal->getType()->isAggregateType())
    return isZero(Ctx, Literal->getInitializer());
  if (const auto *Text = dyn_cast<StringLiteral>(E);
      Text && Init->getType()->isArrayType())
    return llvm::all_of(Text->getBytes(), [](char C) { return !C; });
  if (const auto *List = dyn_cast<InitListExpr>(E)) {
    std::optional<bool> All = true;
    // What an array's filler is for is zero.
    for (const Expr *Part : List->inits()) {
      std::optional<bool> One = isZero(Ctx, Part);
      if (One == false)
        return false;
      if (!One)
        All = std::nullopt;
    }
    return All;
  }
  Expr::EvalResult R;
  if (!Init->EvaluateAsRValue(R, Ctx))
    return std::nullopt;
  if (R.Val.isInt())
    return R.Val.getInt().isZero();
  if (R.Val.isFloat())
    return R.Val.getFloat().isPosZero();
  if (R.Val.isLValue())
    return R.Val.isNullPointer();
  return std::nullopt;
}

} // namespace bpftidy
