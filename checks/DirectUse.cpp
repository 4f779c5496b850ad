//===- DirectUse.cpp - kptrs that are used just as they were loaded -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {

/// The place that \p E loads a pointer from by itself; null if it is something
/// else than a load.
static const Expr *loadedPlace(const Expr *E) {
  for (;;) {
    E = E->IgnoreParens();
    const auto *Cast = dyn_cast<CastExpr>(E);
    if (!Cast)
      return nullptr;
    if (Cast->getCastKind() == CK_LValueToRValue) {
      const Expr *Place = Cast->getSubExpr()->IgnoreParens();
      return isa<DeclRefExpr>(Place) &&
                     cast<DeclRefExpr>(Place)
                         ->getDecl()
                         ->getType()
                         ->isPointerType() &&
                     isa<VarDecl>(cast<DeclRefExpr>(Place)->getDecl()) &&
                     cast<VarDecl>(cast<DeclRefExpr>(Place)->getDecl())
                         ->hasLocalStorage()
                 ? nullptr
                 : Place;
    }
    E = Cast->getSubExpr();
  }
}

/// The pointer that \p Place is reached through: `x` of `x->a.b`, `*x`.
static const Expr *basePointer(const Expr *Place) {
  for (;;) {
    Place = Place->IgnoreParens();
    if (const auto *ME = dyn_cast<MemberExpr>(Place)) {
      if (ME->isArrow())
        return ME->getBase();
      Place = ME->getBase();
    } else if (const auto *UO = dyn_cast<UnaryOperator>(Place)) {
      return UO->getOpcode() == UO_Deref ? UO->getSubExpr() : nullptr;
    } else {
      return nullptr;
    }
  }
}

std::vector<DirectUse> directUses(const Program &P, const kernel::Kernel &K) {
  std::vector<DirectUse> Found;
  const Accesses &Acc = P.accesses();
  auto Add = [&](const Expr *Pointer, const Expr *At, StringRef Callee,
                 const FunctionDecl *In) {
    const Expr *Place = Pointer ? loadedPlace(Pointer) : nullptr;
    auto T = Place ? fieldAt(P, K, Acc.pointers().place(Place)) : std::nullopt;
    if (T && !T->InObject)
      Found.push_back({*T, Place, At, Callee, In});
  };
  for (const Access &A : Acc.accesses())
    if (A.writes() || A.Used || A.Volatile)
      Add(basePointer(A.Place), A.Place, "", A.In);
  for (const Call &C : Acc.calls()) {
    auto Callee = kernel::callee(C.Name, K);
    const Decl *D = C.E->getCalleeDecl();
    const auto *Section = D ? D->getAttr<SectionAttr>() : nullptr;
    if (!Callee || Callee->IsHelper || !Section ||
        Section->getName() != ".ksyms")
      continue;
    for (unsigned I = 0; C.arg(I); ++I)
      if (!kernel::argStruct(C.Name, I).empty() &&
          !kernel::argMayBeNull(C.Name, I))
        Add(C.arg(I), C.arg(I), C.Name, C.In);
  }
  return Found;
}

} // namespace bpftidy
