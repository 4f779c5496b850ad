//===- FlowWords.cpp - how the path rules speak ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlowWords.h"

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
  case Made::Other:
    return "from " + O.Callee + "()";
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

bool isToldWithoutPaths(const Program &P, const Event &E) {
  const Origin &O = *E.Of;
  switch (E.What) {
  case Wrong::Leaked:
    return O.How == Made::Exchange &&
           llvm::any_of(P.accesses().calls(), [&](const Call &C) {
             return C.E == O.Site && !C.Used;
           });
  case Wrong::UncheckedNull:
    return !O.Holder && (O.How == Made::Load ||
                         (O.How == Made::Acquire && E.How == Use::Move));
  case Wrong::Borrowed:
    return E.How == Use::Move;
  default:
    return false;
  }
}

unsigned leavesBy(const Event &E) {
  switch (E.How) {
  case Use::TailCall:
    return 2;
  case Use::Throw:
    return 3;
  default:
    return E.InCallback;
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
  default:
    return 2;
  }
}

void tellOrigin(Findings &F, const Event &E) {
  F.note(E.Of->Site->getExprLoc(), "%select{the pointer|the reference}0 is %1")
      << unsigned(E.What == Wrong::Leaked) << maker(*E.Of);
}

void tellPath(Findings &F, const Program &P, const Event &E) {
  for (SourceLocation Call : E.Calls)
    F.note(Call, "called here");
  const SourceManager &SM = P.sources();
  llvm::ArrayRef<Step> Steps = E.Path;
  if (Steps.size() > MaxSteps)
    Steps = Steps.take_back(MaxSteps);
  SourceLocation Last;
  for (const Step &S : Steps) {
    SourceLocation Loc = SM.getExpansionLoc(S.Loc);
    if (Loc == Last)
      continue;
    Last = Loc;
    F.note(Loc, "on the path where this is %select{false|true}0")
        << unsigned(S.Taken);
  }
}

} // namespace flow
} // namespace bpftidy
