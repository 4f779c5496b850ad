//===- MapUpdateWithKptr.cpp - an update that leaves a kptr out ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bpf_map_update_elem() copies a value without its special fields: what the
// local copy has there is not stored, and the call succeeds all the same
// (copy_map_value()). A reference that was put there is never released:
// "Unreleased reference id=2 alloc_insn=11".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

namespace {
/// A pointer that a local variable gets at some offset.
struct Given {
  const Expr *Value;
  uint64_t Offset;
};
} // namespace

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
      Out.push_back({E, At});
  }
}

void mapUpdateWithKptr(const Program &P, const kernel::Kernel &K, Findings &F) {
  const Accesses &Acc = P.accesses();
  const SourceManager &SM = P.sources();
  for (const Call &C : Acc.calls()) {
    if (!C.is(kernel::CallRole::Update) || !C.arg(2))
      continue;
    auto Map = Acc.pointers().map(C.arg(0));
    Address A = Acc.pointers().pointee(C.arg(2));
    if (!Map || A.In != Memory::Local || A.Variable)
      continue;
    std::vector<Given> All;
    if (A.Var->getInit())
      fromInit(A.Var->getInit(), 0, P.context(), All);
    for (const Access &S : Acc.accesses())
      if (S.How == Access::Kind::Store && S.In == C.In &&
          S.Where.In == Memory::Local && S.Where.Var == A.Var &&
          !S.Where.Variable &&
          SM.isBeforeInTranslationUnit(S.E->getBeginLoc(), C.E->getBeginLoc()))
        All.push_back({S.Value, uint64_t(S.Where.Offset)});
    for (const kernel::Field &Field : P.mapFields(*Map, K)) {
      if (!kernel::isPointer(Field.Kind) ||
          Field.Kind == kernel::FieldKind::User)
        continue;
      const Given *Last = nullptr;
      for (const Given &G : All)
        if (G.Offset == Field.Offset + A.Offset)
          Last = &G;
      Memory In =
          Last ? Acc.pointers().pointee(Last->Value).In : Memory::Unknown;
      const DeclaratorDecl *D = P.declaration(Field.At);
      if (!D || (In != Memory::Result && In != Memory::Loaded))
        continue;
      F.warn(C.E->getExprLoc(), kernel::Effect::AcceptedButWrong,
             "the pointer in %0 does not get into %1",
             "an update leaves kptrs out")
          << D << nameMap(P, *Map) << C.E->getSourceRange();
      F.note(Last->Value->getExprLoc(), "it is set here")
          << Last->Value->getSourceRange();
      F.note(C.E->getExprLoc(),
             Field.Kind == kernel::FieldKind::Untrusted
                 ? "look the element up afterwards, and store the pointer there"
                 : "look the element up afterwards, and exchange the pointer "
                   "into it");
    }
  }
}

} // namespace bpftidy
