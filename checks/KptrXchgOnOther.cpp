//===- KptrXchgOnOther.cpp - an exchange of what is no kptr --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bpf_kptr_xchg() moves references in and out of kptrs in map values, globals
// and objects. On anything else the verifier refuses the call: "off=16 doesn't
// point to kptr", "R1 has no valid kptr", "R1 type=fp expected=map_value".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

/// The field or variable that `&x->f` names; null for other expressions.
static const DeclaratorDecl *named(const Expr *E) {
  const auto *UO = dyn_cast<UnaryOperator>(E->IgnoreParenCasts());
  return UO && UO->getOpcode() == UO_AddrOf ? namedBy(UO->getSubExpr())
                                            : nullptr;
}

/// Warns if \p A is a member of a program-local object that is no kptr.
static bool notInObject(const Program &P, const kernel::Kernel &K, Findings &F,
                        const Call &C, const Address &A,
                        const DeclaratorDecl *D) {
  auto O = A.In == Memory::Result || A.In == Memory::Loaded ? enclosing(P, K, A)
                                                            : std::nullopt;
  if (!O || !O->Local || O->Percpu || !O->Type || !D || fieldAt(P, K, A) ||
      !K.ExchangesInObjects() || !P.lostTags().empty() || !P.verdict(K).empty())
    return false;
  F.warn(C.arg(0)->getExprLoc(), kernel::Effect::ProgramRefused,
         "%0 is %select{no kptr|a uptr}1, and bpf_kptr_xchg() exchanges kptrs "
         "only")
      << D << 0U << C.arg(0)->getSourceRange();
  F.note(D->getLocation(), "%0 is declared here") << D;
  return true;
}

void kptrXchgOnOther(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const Call &C : P.accesses().calls()) {
    if (!C.is(kernel::CallRole::Exchange) || !C.arg(0))
      continue;
    Address A = P.accesses().pointers().pointee(C.arg(0));
    const DeclaratorDecl *D = named(C.arg(0));
    if (A.Variable)
      continue;
    if (A.In == Memory::Local && D) {
      F.warn(C.arg(0)->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0 is on the stack, and bpf_kptr_xchg() works on kptrs in maps "
             "and objects only")
          << D << C.arg(0)->getSourceRange();
      continue;
    }
    bool Elsewhere = A.In == Memory::Text || A.In == Memory::Context ||
                     A.In == Memory::Result || A.In == Memory::Scalar;
    if (std::string What = Elsewhere ? noObject(P, K, A, C.In) : "";
        !What.empty()) {
      F.warn(C.arg(0)->getExprLoc(), kernel::Effect::ProgramRefused,
             "this is %0, and bpf_kptr_xchg() works on kptrs in maps and "
             "objects only")
          << What << C.arg(0)->getSourceRange();
      continue;
    }
    std::optional<unsigned> Map;
    if (A.In == Memory::Value) {
      Map = A.Map;
    } else if (A.In == Memory::Global) {
      if (auto In = P.sectionOf(A.Var))
        Map = In->Map;
    } else if (notInObject(P, K, F, C, A, D)) {
      continue;
    }
    if (!Map || isExplained(P, K, *Map, D))
      continue;
    if (!P.maps()[*Map].Value) {
      F.warn(C.arg(0)->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0 has no type for its value, and bpf_kptr_xchg() exchanges "
             "kptrs only, of which the kernel learns by that type")
          << nameMap(P, *Map) << C.arg(0)->getSourceRange();
      F.note(P.source(*Map).Var->getLocation(),
             "give the value as '__type(value, ...)'");
      continue;
    }
    auto T = fieldAt(P, K, A);
    if (T && !T->is(kernel::FieldKind::User))
      continue;
    if (!D) {
      auto Near = touches(P, K, A);
      F.warn(C.arg(0)->getExprLoc(), kernel::Effect::ProgramRefused,
             "no kptr begins here, and bpf_kptr_xchg() exchanges kptrs only")
          << C.arg(0)->getSourceRange();
      if (!Near.empty())
        noteField(P, F, Near.front());
      continue;
    }
    F.warn(C.arg(0)->getExprLoc(), kernel::Effect::ProgramRefused,
           "%0 is %select{no kptr|a uptr}1, and bpf_kptr_xchg() exchanges "
           "kptrs only")
        << D << unsigned(T.has_value()) << C.arg(0)->getSourceRange();
    F.note(D->getLocation(), "%0 is declared here") << D;
  }
}

} // namespace bpftidy
