//===- PlainStores.cpp - stores to what is no kptr any more ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The verifier looks at stores to kptrs only. Where a mistake in the
// declaration makes a kptr plain memory, a store of a pointer passes as that of
// a number, and user space can read the address. That is part of what the
// mistake costs, and no finding of its own.
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

/// The map whose memory \p A is in.
static std::optional<unsigned> mapOf(const Program &P, const Address &A) {
  if (A.In == Memory::Value)
    return A.Map;
  auto In = A.In == Memory::Global ? P.sectionOf(A.Var) : std::nullopt;
  return In ? std::optional(In->Map) : std::nullopt;
}

/// The first store of a pointer to a place for which \p Is says so, or the call
/// that copies one there; with \p Keys, one that copies it into a key.
static const Expr *
storeTo(const Program &P,
        llvm::function_ref<bool(const ValueDecl *, unsigned)> Is,
        bool Keys = false) {
  const Pointers &Ptrs = P.accesses().pointers();
  auto Passes = [&](const Expr *Value, const ValueDecl *D, unsigned Map) {
    Memory In = D && Is(D, Map) ? Ptrs.pointee(Value).In : Memory::Unknown;
    return In == Memory::Result || In == Memory::Loaded;
  };
  for (const Access &A : P.accesses().accesses()) {
    bool Store = A.How == Access::Kind::Store && A.Value && !Keys;
    auto Map = Store ? mapOf(P, A.Where) : std::nullopt;
    if (Map && Passes(A.Value, namedBy(A.Place), *Map))
      return A.E;
  }
  for (const Call &C : P.accesses().calls()) {
    const Expr *Copied = Keys ? keyArg(C) : valueArg(C);
    auto Map = Copied ? Ptrs.map(C.arg(0)) : std::nullopt;
    Address From = Map ? Ptrs.pointee(Copied) : Address();
    if (From.In == Memory::Local && !From.Offset && !From.Variable)
      for (const Given &G : givenTo(P, From.Var, C))
        if (Passes(G.Value, G.Member, *Map))
          return C.E;
  }
  return nullptr;
}

static bool isSame(const Decl *A, const Decl *B) {
  return B && A->getCanonicalDecl() == B->getCanonicalDecl();
}

/// The last name in "a.b[2]": "b".
static llvm::StringRef lastName(llvm::StringRef Path) {
  return Path.rsplit('.').second.empty()
             ? Path.split('[').first
             : Path.rsplit('.').second.split('[').first;
}

void Findings::noteStore(const Expr *Store) {
  if (Store)
    note(
        Store->getExprLoc(),
        "the kernel lets a pointer pass here as a number, which user space can "
        "read")
        << Store->getSourceRange();
}

void Findings::noteStores(const LostTag &Tag) {
  noteStore(storeTo(
      P, [&](const ValueDecl *D, unsigned) { return isSame(D, Tag.Of); }));
}

void Findings::noteStores(const kernel::Problem &Problem) {
  if (Problem.LoadFails || Problem.Cost == kernel::Effect::AcceptedButWrong ||
      Problem.Cost == kernel::Effect::ProgramRefused)
    return;
  const DeclaratorDecl *Meant =
      Problem.What.Meant ? P.innermost(Problem.What) : nullptr;
  auto Is = [&](const ValueDecl *D, unsigned Map) {
    if (isSame(D, Meant) &&
        (Problem.Maps.empty() || llvm::is_contained(Problem.Maps, Map)))
      return true;
    return llvm::any_of(Problem.Losses, [&](const kernel::Loss &L) {
      return L.Map == Map && kernel::isPointer(L.Kind) && D->getIdentifier() &&
             D->getName() == lastName(L.Path);
    });
  };
  noteStore(storeTo(P, Is, Problem.What.Why == kernel::Reason::InKey));
}

} // namespace bpftidy
