//===- KptrVariableOffset.cpp - a kptr at an offset that varies ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which kptr an access reaches must be the same each time the instruction runs.
// With an index that the verifier knows a range of only, check_map_access()
// refuses whatever might reach one: "kptr access cannot have variable offset";
// bpf_kptr_xchg(): "R1 doesn't have constant offset. kptr has to be at the
// constant offset". A loop that counts by constants is fine.
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/Stmt.h"

using namespace clang;

namespace bpftidy {

/// True if \p S compares \p VD for equality or switches over it; the verifier
/// may know its value then.
static bool pinsDown(const Stmt *S, const VarDecl *VD) {
  if (!S)
    return false;
  auto Names = [&](const Expr *E) {
    const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenCasts());
    return Ref && Ref->getDecl() == VD;
  };
  if (const auto *BO = dyn_cast<BinaryOperator>(S))
    if (BO->isEqualityOp() && (Names(BO->getLHS()) || Names(BO->getRHS())))
      return true;
  if (const auto *Switch = dyn_cast<SwitchStmt>(S))
    if (Names(Switch->getCond()))
      return true;
  for (const Stmt *Child : S->children())
    if (pinsDown(Child, VD))
      return true;
  return false;
}

/// True if \p E certainly depends on what the program reads as it runs.
static bool varies(const Pointers &Ptrs, const Expr *E, const FunctionDecl *In,
                   unsigned Depth = 0) {
  constexpr unsigned MaxDepth = 8;
  E = E->IgnoreParenCasts();
  if (Depth > MaxDepth)
    return false;
  if (const auto *BO = dyn_cast<BinaryOperator>(E))
    return !BO->isComparisonOp() && !BO->isLogicalOp() &&
           (varies(Ptrs, BO->getLHS(), In, Depth + 1) ||
            varies(Ptrs, BO->getRHS(), In, Depth + 1));
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return !Call->getDirectCallee() && !calleeName(Call).empty();
  if (const auto *ME = dyn_cast<MemberExpr>(E))
    return ME->isArrow();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const auto *VD = dyn_cast<VarDecl>(Ref->getDecl());
    const auto *Values = VD ? Ptrs.values(VD) : nullptr;
    return Values && Values->size() == 1 && !pinsDown(In->getBody(), VD) &&
           varies(Ptrs, Values->front(), In, Depth + 1);
  }
  return false;
}

static void check(const Program &P, const kernel::Kernel &K, Findings &F,
                  Address Where, uint64_t Size, const Expr *At,
                  const FunctionDecl *In) {
  if (!Where.Variable || !varies(P.accesses().pointers(), Where.Index, In))
    return;
  // Without a bound, at least where it begins is reached.
  if (Where.Extent == Address::AnyExtent)
    Where.Extent = 0;
  for (const Touch &T : touches(P, K, Where, Size)) {
    if (T.InObject)
      continue;
    F.warn(At->getExprLoc(), kernel::Effect::ProgramRefused,
           "this may reach %0 at an offset that is known at run time only, and "
           "the kernel wants a constant one")
        << T.Decl << At->getSourceRange();
    F.note(Where.Index->getExprLoc(),
           "select the element by a switch with constant indices, or give "
           "each one a map element of its own")
        << Where.Index->getSourceRange();
    noteField(P, F, T);
    return;
  }
}

void kptrVariableOffset(const Program &P, const kernel::Kernel &K,
                        Findings &F) {
  for (const Access &A : P.accesses().accesses())
    if ((A.isScalar() && (A.Used || A.Volatile || A.writes())) ||
        A.How == Access::Kind::Atomic)
      check(P, K, F, A.Where, A.Size, A.Place, A.In);
  for (const Call &C : P.accesses().calls())
    if (C.Name == "bpf_kptr_xchg" && C.arg(0))
      check(P, K, F, P.accesses().pointers().pointee(C.arg(0)), KptrSize,
            C.arg(0), C.In);
}

} // namespace bpftidy
