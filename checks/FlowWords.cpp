//===- FlowWords.cpp - how the path rules speak ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"
#include "DirectUse.h"

using namespace clang;

namespace bpftidy {
namespace flow {

/// Decisions that are told at most; the last ones say most.
static constexpr unsigned MaxSteps = 4;

static std::string maker(const Origin &O) {
  switch (O.How) {
  case Made::Exchange:
    return O.Field ? "taken from '" + O.Field->getNameAsString() + "'"
                   : "taken by bpf_kptr_xchg()";
  case Made::Load:
    return O.Field ? "loaded from '" + O.Field->getNameAsString() + "'"
                   : "loaded from a kptr";
  case Made::Acquire:
  case Made::Lookup:
  case Made::Lent:
  case Made::Other:
  case Made::Lock:
  case Made::Section:
    return "from " + O.Callee + "()";
  case Made::Null:
    return "set to NULL";
  case Made::Given:
    if (O.Field)
      return "loaded from '" + O.Field->getNameAsString() + "'";
    return O.Param ? "an argument of the function"
                   : "from the arguments of the program";
  }
  return "";
}

std::string namePointer(const Event &E) {
  if (E.Of->Holder)
    return "'" + E.Of->Holder->getNameAsString() + "'";
  return "the pointer " + maker(*E.Of);
}

std::string nameReference(const Event &E) {
  if (E.Of->Holder)
    return "the reference in " + namePointer(E);
  return "the reference " + maker(*E.Of);
}

/// True if a rule over direct uses speaks of the one that \p Load is for.
bool ToldWithoutPaths::isUsedDirectly(const Expr *Load) {
  const auto *Cast = dyn_cast_or_null<CastExpr>(Load);
  if (!Cast)
    return false;
  if (!Direct) {
    Direct.emplace();
    for (const DirectUse &U : uncheckedUses(P, K))
      Direct->insert(U.Place);
    eachLoadedAgain(
        P, K,
        [&](const DirectUse &U, const Expr *, const Stmt *,
            llvm::ArrayRef<const Stmt *>) { Direct->insert(U.Place); });
  }
  return Direct->count(Cast->getSubExpr()->IgnoreParens());
}

bool ToldWithoutPaths::has(const Event &E) {
  const Origin &O = *E.Of;
  switch (E.What) {
  case Wrong::Leaked:
    return O.How == Made::Exchange &&
           llvm::any_of(P.accesses().calls(), [&](const Call &C) {
             return C.E == O.Site && !C.Used;
           });
  case Wrong::UncheckedNull:
    return !O.Kept && E.How != Use::Compute &&
           ((O.How == Made::Load &&
             (isUsedDirectly(O.Site) ||
              // No kfunc takes an untrusted one, NULL or not.
              (E.How == Use::Pass &&
               O.Kind == kernel::FieldKind::Untrusted))) ||
            (O.How == Made::Acquire && E.How == Use::Move));
  default:
    return false;
  }
}

unsigned leavesBy(const Event &E) {
  switch (E.How) {
  case Use::TailCall:
    return 3;
  case Use::Throw:
    return 4;
  default:
    return unsigned(E.In);
  }
}

unsigned usedBy(const Event &E) {
  switch (E.How) {
  case Use::Read:
    return 0;
  case Use::Write:
    return 1;
  case Use::Into:
    return 3;
  case Use::Compute:
    return 4;
  default:
    return 2;
  }
}

static bool isDecision(const Step &S) {
  return S.What == Mark::False || S.What == Mark::True;
}

static void tell(Findings &F, const Event &E, const Step &S,
                 SourceLocation Loc) {
  switch (S.What) {
  case Mark::Made:
    break;
  case Mark::False:
  case Mark::True:
    F.note(Loc, "on the path where this is %select{false|true}0")
        << unsigned(S.What == Mark::True);
    break;
  case Mark::Released:
    F.note(Loc, "released here");
    break;
  case Mark::Moved:
    F.note(Loc, "moved here");
    break;
  case Mark::Put:
    F.note(Loc, "put into it here");
    break;
  case Mark::Overwritten:
    F.note(Loc, "nothing has the pointer any more from here on");
    break;
  case Mark::Ended:
    F.note(Loc, "the read section ends here");
    break;
  case Mark::Unlocked:
    F.note(Loc, "the lock is released here");
    break;
  case Mark::Called:
    F.note(Loc, "called here");
    break;
  }
}

void tellPath(Findings &F, const Program &P, const Event &E) {
  const SourceManager &SM = P.sources();
  // A macro's own call of what it wraps (BPF_PROG) is nothing that users wrote.
  for (const Step &S : E.Before)
    if (S.What != Mark::Called || !SM.isMacroBodyExpansion(S.Loc))
      tell(F, E, S, S.Loc);
  F.note(E.Of->where(),
         "%select{the pointer is %1|the reference is %1|the lock is taken here|"
         "the section begins here}0")
      << unsigned(E.Of->How == Made::Section ? 3
                  : E.Of->How == Made::Lock  ? 2
                  : E.What == Wrong::Leaked  ? 1
                                             : 0)
      << maker(*E.Of);
  size_t Skip = llvm::count_if(E.Path, isDecision);
  Skip = Skip > MaxSteps ? Skip - MaxSteps : 0;
  SourceLocation Last;
  for (const Step &S : E.Path) {
    SourceLocation Loc = SM.getExpansionLoc(S.Loc);
    if (isDecision(S) && Skip) {
      --Skip;
      continue;
    }
    // A macro has all of its decisions at one place.
    if (isDecision(S) && Loc == Last)
      continue;
    Last = Loc;
    tell(F, E, S, isDecision(S) ? Loc : S.Loc);
  }
}

} // namespace flow
} // namespace bpftidy
