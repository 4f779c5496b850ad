//===- ValueCopies.cpp - copies of a value that go into a map -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

const DeclaratorDecl *namedBy(const Expr *E) {
  E = E->IgnoreParenCasts();
  while (const auto *AS = dyn_cast<ArraySubscriptExpr>(E))
    E = AS->getBase()->IgnoreParenCasts();
  if (const auto *ME = dyn_cast<MemberExpr>(E))
    return dyn_cast<FieldDecl>(ME->getMemberDecl());
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return dyn_cast<VarDecl>(Ref->getDecl());
  return nullptr;
}

static void fromInit(const Expr *Init, uint64_t Base, const ASTContext &Ctx,
                     std::vector<Given> &Out) {
  const auto *List = dyn_cast<InitListExpr>(Init->IgnoreParens());
  const RecordDecl *RD = List ? List->getType()->getAsRecordDecl() : nullptr;
  if (!RD || RD->isUnion())
    return;
  unsigned I = 0;
  for (const FieldDecl *FD : RD->fields()) {
    if (FD->isBitField() && !FD->getDeclName())
      continue;
    if (I == List->getNumInits())
      break;
    const Expr *E = List->getInit(I++);
    uint64_t At = Base + Ctx.getFieldOffset(FD) / 8;
    if (FD->getType()->isRecordType())
      fromInit(E, At, Ctx, Out);
    else if (FD->getType()->isPointerType())
      Out.push_back({E, At, FD});
  }
}

std::vector<Given> givenTo(const Program &P, const VarDecl *VD, const Call &C) {
  std::vector<Given> All;
  if (VD->getInit())
    fromInit(VD->getInit(), 0, P.context(), All);
  for (const Access &A : P.accesses().accesses())
    if (A.How == Access::Kind::Store && A.Value && A.In == C.In &&
        A.Where.In == Memory::Local && A.Where.Var == VD && !A.Where.Variable &&
        P.sources().isBeforeInTranslationUnit(A.E->getBeginLoc(),
                                              C.E->getBeginLoc()))
      All.push_back({A.Value, uint64_t(A.Where.Offset), namedBy(A.Place)});
  return All;
}

/// The argument of the update \p C that is as large as \p What of a map.
static const Expr *copiedArg(const Call &C, unsigned What) {
  for (const kernel::MemoryArg &M : kernel::memoryArgs(C.Name))
    if (M.SizeArg == What)
      return C.arg(M.Arg);
  return nullptr;
}

const Expr *valueArg(const Call &C) {
  return C.is(kernel::CallRole::Update) || C.is(kernel::CallRole::Create)
             ? copiedArg(C, kernel::MemoryArg::MapValue)
             : nullptr;
}

const Expr *keyArg(const Call &C) {
  return C.is(kernel::CallRole::Update)
             ? copiedArg(C, kernel::MemoryArg::MapKey)
             : nullptr;
}

} // namespace bpftidy
