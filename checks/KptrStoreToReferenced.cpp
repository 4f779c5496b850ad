//===- KptrStoreToReferenced.cpp - a store over an owning field ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A referenced kptr owns what it points to. A store would lose the old object
// and let in one that nobody owns, NULL included, so check_map_kptr_access()
// allows none: "store to referenced kptr disallowed". The compiler makes such
// stores of memset(), memcpy() and struct assignment, too.
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

/// False if the exchange for what \p A stores would be refused as well.
static bool mayExchange(const Program &P, const kernel::Kernel &K,
                        const Access &A) {
  const Expr *Value = A.Value->IgnoreParenCasts();
  const auto *BO = dyn_cast<BinaryOperator>(Value);
  Address From = P.accesses().pointers().pointee(A.Value);
  auto O = enclosing(P, K, From);
  return !isa<CallExpr>(Value) && !(BO && BO->isAssignmentOp()) &&
         !(O && O->Borrowed) && noObject(P, K, From, A.In).empty();
}

static void plainStore(const Program &P, const kernel::Kernel &K, Findings &F,
                       const Access &A, const Touch &T) {
  F.warn(A.E->getExprLoc(), kernel::Effect::ProgramRefused,
         "%0 owns what it points to, and only bpf_kptr_xchg() may write it")
      << T.Decl << A.E->getSourceRange();
  noteInside(F, A);
  std::string Exchange;
  if (A.How == Access::Kind::Store && A.Value &&
      P.accesses().statement(A.E) == A.E && mayExchange(P, K, A)) {
    StringRef Place = textOf(P, A.Place->getSourceRange());
    StringRef Value = textOf(P, A.Value->getSourceRange());
    if (!Place.empty() && !Value.empty() && Place.front() != '*')
      Exchange = ("bpf_kptr_xchg(&" + Place + ", " + Value + ")").str();
  }
  F.note(A.E->getExprLoc(), "exchange it, and release what was in it")
      << exchangeAndRelease(P, K, A.E, Exchange, *T.Field);
  noteField(P, F, T);
}

void kptrStoreToReferenced(const Program &P, const kernel::Kernel &K,
                           Findings &F) {
  for (const Access &A : P.accesses().accesses()) {
    if (!A.writes() || A.How == Access::Kind::Atomic || A.Where.Variable)
      continue;
    bool Whole = A.How == Access::Kind::Fill || A.How == Access::Kind::Copy;
    for (const Touch &T : touches(P, K, A.Where, A.Size)) {
      if (!T.owns() || T.InObject)
        continue;
      if (!Whole && A.Size == KptrSize && T.Delta == 0)
        plainStore(P, K, F, A, T);
      if (!Whole)
        continue;
      F.warn(A.E->getExprLoc(), kernel::Effect::ProgramRefused,
             "this overwrites %0 along with the rest, and only "
             "bpf_kptr_xchg() may write a field that owns what it points to")
          << T.Decl << A.E->getSourceRange();
      F.note(A.E->getExprLoc(), "write the other members one by one");
      noteField(P, F, T);
      break;
    }
  }
}

} // namespace bpftidy
