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

bool isDeclaredKfunc(const Call &C) {
  const Decl *D = C.E->getCalleeDecl();
  const auto *Section = D ? D->getAttr<SectionAttr>() : nullptr;
  return Section && Section->getName() == ".ksyms";
}

std::vector<ObjectArg> objectArgs(const Call &C, const kernel::Kernel &K) {
  std::vector<ObjectArg> Found;
  auto Kfunc = kernel::callee(C.Name, K);
  bool Declared = isDeclaredKfunc(C);
  for (unsigned I = 0; C.arg(I); ++I) {
    if (auto H = kernel::helperObjectArg(C.Name, I))
      Found.push_back({I, H->MayBeNull, {true, kernel::kfunc::Rcu}});
    else if (Kfunc && !Kfunc->IsHelper && Declared &&
             !kernel::argStruct(C.Name, I).empty())
      Found.push_back({I, kernel::argMayBeNull(C.Name, I), *Kfunc});
  }
  return Found;
}

Unfit unfit(const Program &P, const kernel::Kernel &K, const Touch &T,
            const kernel::Callee &Callee) {
  const btf::Type &Pointee = P.graph()[T.Field->Pointee];
  bool Object =
      T.is(kernel::FieldKind::Referenced) || T.is(kernel::FieldKind::Untrusted);
  if (!Object || Callee.releases() || !kernel::isKernelStruct(Pointee.Name))
    return Unfit::No;
  bool Safe = T.is(kernel::FieldKind::Referenced) &&
              kernel::isRcuProtected(Pointee.Name, K);
  if (!Safe && (Callee.takesRcu() || Callee.wantsTrusted()))
    return Unfit::Untrusted;
  return Callee.wantsTrusted() ? Unfit::OnlyBorrowed : Unfit::No;
}

const Stmt *StatementsAround::of(const FunctionDecl *FD, const Expr *E) {
  using Inside = std::pair<const Stmt *, const Stmt *>;
  llvm::SmallVector<Inside, 16> Work;
  if (Seen.insert(FD).second)
    Work.push_back({FD->getBody(), nullptr});
  while (!Work.empty()) {
    auto [S, In] = Work.pop_back_val();
    if (const auto *Part = dyn_cast<Expr>(S); Part && In)
      Around[Part] = In;
    for (const Stmt *Child : S->children())
      if (Child)
        Work.push_back({Child, isa<CompoundStmt>(S) ? Child : In});
  }
  return Around.lookup(E);
}

std::vector<DirectUse> directUses(const Program &P, const kernel::Kernel &K) {
  std::vector<DirectUse> Found;
  const Accesses &Acc = P.accesses();
  auto Add = [&](const Expr *Pointer, const Expr *At, const Call *C,
                 const kernel::Callee *Callee, const FunctionDecl *In) {
    const Expr *Place = Pointer ? loadedPlace(Pointer) : nullptr;
    auto T = Place ? fieldAt(P, K, Acc.pointers().place(Place)) : std::nullopt;
    // NULL is not all that is wrong then.
    if (T && Callee && unfit(P, K, *T, *Callee) != Unfit::No)
      return;
    if (T && !T->InObject)
      Found.push_back({*T, Place, At, C ? C->Name : "", In});
  };
  for (const Access &A : Acc.accesses())
    if (A.writes() || A.Used || A.Volatile)
      Add(basePointer(A.Place), A.Place, nullptr, nullptr, A.In);
  for (const Call &C : Acc.calls())
    for (const ObjectArg &Arg : objectArgs(C, K))
      if (!Arg.MayBeNull)
        Add(C.arg(Arg.Index), C.arg(Arg.Index), &C, &Arg.Of, C.In);
  return Found;
}

} // namespace bpftidy
