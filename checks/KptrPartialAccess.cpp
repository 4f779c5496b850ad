//===- KptrPartialAccess.cpp - an access to a part of a kptr -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The verifier follows a kptr as one value of 8 bytes. Half of a pointer is no
// pointer, and a write of half would forge one, so that check_map_access()
// wants a full one: "kptr access size must be BPF_DW".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Stmt.h"

using namespace clang;

namespace bpftidy {

/// The lvalue of the field in `*(int *)&x->f`; empty for other places.
static StringRef castField(const Program &P, const kernel::Kernel &K,
                           const Expr *Place, const Touch &T) {
  const auto *Deref = dyn_cast<UnaryOperator>(Place->IgnoreParens());
  if (!Deref || Deref->getOpcode() != UO_Deref ||
      Place->getBeginLoc().isMacroID())
    return "";
  const auto *Of =
      dyn_cast<UnaryOperator>(Deref->getSubExpr()->IgnoreParenCasts());
  if (!Of || Of->getOpcode() != UO_AddrOf)
    return "";
  auto Whole = fieldAt(P, K, P.accesses().pointers().place(Of->getSubExpr()));
  return Whole && Whole->Field == T.Field
             ? textOf(P, Of->getSubExpr()->getSourceRange())
             : StringRef();
}

/// True if a number that is cut from the whole pointer may stand for the load
/// of \p A: it is asked for its truth or returned by the program. Elsewhere the
/// compiler extends it by shifts, which the verifier does not let pointers do.
static bool mayBeCut(const Access &A, StatementsAround &Statements) {
  auto IsLoad = [&](const Expr *E) {
    return E && E->IgnoreParenImpCasts() == A.Place->IgnoreParens();
  };
  const Stmt *S = Statements.of(A.In, A.E);
  if (const auto *If = dyn_cast_or_null<IfStmt>(S))
    return IsLoad(If->getCond());
  const auto *Return = dyn_cast_or_null<ReturnStmt>(S);
  return Return && A.In->hasAttr<SectionAttr>() &&
         A.In->getReturnType()->isSpecificBuiltinType(BuiltinType::Int) &&
         A.Place->getType()->isSpecificBuiltinType(BuiltinType::Int) &&
         IsLoad(Return->getRetValue());
}

static void noteWhole(const Program &P, const kernel::Kernel &K, Findings &F,
                      const Access &A, const Touch &T,
                      StatementsAround &Statements) {
  StringRef Field =
      A.Inside || T.Delta ? StringRef() : castField(P, K, A.Place, T);
  bool ToNull = A.How == Access::Kind::Store &&
                P.accesses().pointers().pointee(A.Value).In == Memory::Null;
  if (Field.empty() || (A.writes() && !ToNull))
    return;
  if (!A.writes()) {
    // The compiler makes a narrow load of what is not volatile.
    std::string Type = A.Place->getType().getUnqualifiedType().getAsString();
    auto B =
        F.note(A.Place->getExprLoc(), "load all of it, and use what is wanted");
    if (mayBeCut(A, Statements))
      B << FixItHint::CreateReplacement(
          A.Place->getSourceRange(),
          ("(" + Type + ")*(volatile long *)&" + Field).str());
    return;
  }
  bool Alone = P.accesses().statement(A.E) == A.E;
  StringRef Value = textOf(P, A.Value->getSourceRange());
  auto B = F.note(A.E->getExprLoc(),
                  "%select{store NULL into all of it|exchange it for NULL, and "
                  "release what was in it}0");
  B << unsigned(T.owns());
  if (T.owns() && Alone)
    B << exchangeAndRelease(
        P, K, A.E, ("bpf_kptr_xchg(&" + Field + ", NULL)").str(), *T.Field);
  else if (!T.owns() && !Value.empty())
    B << FixItHint::CreateReplacement(A.E->getSourceRange(),
                                      (Field + " = " + Value).str());
}

void kptrPartialAccess(const Program &P, const kernel::Kernel &K, Findings &F) {
  StatementsAround Statements;
  for (const Access &A : P.accesses().accesses()) {
    // The compiler drops a load that nobody needs.
    bool Whole = A.How == Access::Kind::Fill || A.How == Access::Kind::Copy ||
                 A.How == Access::Kind::Read || A.How == Access::Kind::Compare;
    // Nothing says that a map's value is aligned, and it is compared in bytes.
    bool InBytes =
        A.How == Access::Kind::Compare && A.Where.In == Memory::Value;
    if ((!Whole && (!A.isScalar() || A.Size >= KptrSize)) || A.Where.Variable ||
        !(A.Used || A.Volatile))
      continue;
    for (const Touch &T : touches(P, K, A.Where, A.Size)) {
      int64_t End = T.Delta + int64_t(A.Size);
      if (T.InObject)
        continue;
      // What owns has a finding of its own for any write, in part or not.
      if (Whole && ((A.writes() && T.owns()) ||
                    (T.Delta <= 0 && End >= int64_t(KptrSize) && !InBytes)))
        continue;
      if (InBytes) {
        F.warn(A.Place->getExprLoc(), kernel::Effect::ProgramRefused,
               "this compares %0 byte by byte, and the kernel allows access to "
               "all %1 bytes of a kptr only")
            << T.Decl << unsigned(KptrSize) << A.Place->getSourceRange();
        F.note(A.Place->getExprLoc(), "compare the pointers with ==");
        noteField(P, F, T);
        break;
      }
      F.warn(A.Place->getExprLoc(), kernel::Effect::ProgramRefused,
             "%select{reads|writes}0 %1 byte%s1 of %2, and the kernel allows "
             "access to all %3 bytes of a kptr only")
          << unsigned(A.writes())
          << unsigned(Whole ? std::min<int64_t>(End, KptrSize) -
                                  std::max<int64_t>(T.Delta, 0)
                            : A.Size)
          << T.Decl << unsigned(KptrSize) << A.Place->getSourceRange();
      noteInside(F, A);
      noteWhole(P, K, F, A, T, Statements);
      noteField(P, F, T);
      break;
    }
  }
}

} // namespace bpftidy
