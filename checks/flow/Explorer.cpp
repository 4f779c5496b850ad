//===- Explorer.cpp - all certain paths of a program ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "flow/Explorer.h"
#include "Compat.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {
namespace flow {

/// The instance of a leaf that is a counter of which nothing is known.
static constexpr unsigned WidenedInstance = ~0U;

static Found unite(Found A, const Found &B) {
  Found Out;
  std::set_union(A.begin(), A.end(), B.begin(), B.end(),
                 std::back_inserter(Out));
  return Out;
}

static Found common(const Found &A, const Found &B) {
  Found Out;
  std::set_intersection(A.begin(), A.end(), B.begin(), B.end(),
                        std::back_inserter(Out));
  return Out;
}

void Explorer::run(const Entry &Start) {
  const Body *B = Code.of(Start.Function);
  if (!B || !Started.insert({Start.Function, Start.Kind}).second)
    return;
  Now = nullptr;
  Root = Start;
  Arguments = countArguments();
  if (AllBlocks > MaxBlocksOfFile) {
    leave(Limit::File);
    return;
  }
  Blocks = Depth = 0;
  Cut = false;
  Visited.clear();
  State S;
  for (const ParmVarDecl *Param : B->Function->parameters())
    put(S.Vars, static_cast<const VarDecl *>(Param), argument(S, Param));
  S.Stack.push_back({B, &B->Graph->getEntry(), 0, nullptr});
  for (unsigned Event : explore(std::move(S)))
    Certain.insert(Event);
  AllBlocks += Blocks;
  if (Blocks > MaxBlocks)
    leave(Limit::Blocks);
  else if (Cut)
    leave(Limit::Forks);
}

/// Notes what was not followed, once for each reason and call.
void Explorer::leave(Limit Why, const Expr *At) {
  if (llvm::none_of(Left, [&](const Unfinished &Old) {
        return Old.Function == Root.Function && Old.Why == Why && Old.At == At;
      }))
    Left.push_back({Root.Function, Why, At});
}

Found Explorer::explore(State S) {
  // What a path has to remember costs as much as its code.
  Blocks += (S.Facts.size() + S.Memory.size() + S.Syms.size()) / 32;
  Cut |= Depth >= MaxForks;
  if (S.Dead || Blocks > MaxBlocks || Depth >= MaxForks)
    return {};
  std::vector<uint64_t> Key = S.key();
  auto [It, New] = Visited.try_emplace(std::move(Key));
  // A path that comes back to where it was finds nothing new.
  if (!New)
    return It->second ? *It->second : Found();
  ++Depth;
  Found Result = exploreOnce(std::move(S));
  --Depth;
  It->second = Result;
  return Result;
}

/// Runs \p S to the next fork.
Found Explorer::exploreOnce(State S) {
  Found Here;
  while (!S.Dead) {
    Found *Outer = Now;
    Now = &Here;
    bool More = step(S, Here);
    Now = Outer;
    llvm::sort(Here);
    Here.erase(std::unique(Here.begin(), Here.end()), Here.end());
    if (More)
      continue;
    const CFGBlock *Block = S.Stack.back().Block;
    if (Block->getTerminatorStmt() &&
        isa<SwitchStmt>(Block->getTerminatorStmt()))
      return forkSwitch(std::move(S), Block, std::move(Here));
    return fork(std::move(S), Block, std::move(Here));
  }
  return Here;
}

/// Executes what is left of a block, and goes on to the next if there is only
/// one. False: there are several ways.
bool Explorer::step(State &S, Found &Here) {
  Frame &F = S.Stack.back();
  const CFGBlock *Block = F.Block;
  if (F.Next == 0 && ++Blocks > MaxBlocks) {
    S.Dead = true;
    return true;
  }
  if (Block == &F.Code->Graph->getExit())
    return finish(S, Here);
  while (F.Next < Block->size() && !S.Dead) {
    // Where very much is remembered, each statement may go through all of it.
    Blocks += (S.Vars.size() + S.Memory.size() + S.Syms.size()) / 512 +
              S.Values.size() / 4096;
    if (Blocks > MaxBlocks) {
      S.Dead = true;
      break;
    }
    const CFGElement &E = (*Block)[F.Next++];
    size_t Frames = S.Stack.size();
    if (auto CS = E.getAs<CFGStmt>())
      execute(S, CS->getStmt());
    else if (const VarDecl *VD = compat::cleanupVariable(E))
      cleanup(S, VD);
    if (S.Stack.size() != Frames)
      return true; // F is gone
  }
  if (S.Dead)
    return true;
  leaveBlock(S);
  llvm::SmallVector<const CFGBlock *, 2> Ways;
  for (const CFGBlock *Next : Block->succs())
    if (Next)
      Ways.push_back(Next);
  // A constant condition leaves one way, but its value is still to be noted.
  if (Block->succ_size() == 1 && Ways.size() == 1) {
    const Stmt *Loop = Block->getLoopTarget();
    S.Dead = !enter(S, Ways.front(), Loop != nullptr);
    return true;
  }
  if (Ways.empty()) {
    S.Dead = true;
    return true;
  }
  return false;
}

/// Forgets the values of expressions that no other block asks for.
void Explorer::leaveBlock(State &S) {
  const Frame &F = S.Stack.back();
  llvm::erase_if(S.Values, [&](const auto &V) {
    return F.Code->computes(F.Block, V.first) && !F.Code->crosses(V.first) &&
           V.first != F.Block->getLastCondition();
  });
}

bool Explorer::enter(State &S, const CFGBlock *Next, bool BackEdge,
                     const Node *Decided) {
  Frame &F = S.Stack.back();
  F.Block = Next;
  F.Next = 0;
  S.Decided = Decided;
  S.forget();
  if (BackEdge) {
    unsigned *Turns = find(S.Turns, Next);
    unsigned Count = Turns ? *Turns + 1 : 1;
    if (Count > MaxTurns)
      widen(S, Next);
    put(S.Turns, Next, std::min(Count, MaxTurns + 1));
  }
  return true;
}

/// Makes unknown what a loop counts, so that its states come to an end.
void Explorer::widen(State &S, const CFGBlock *Head) {
  for (auto &[VD, N] : S.Vars)
    if ((N->Kind == Op::Const || N->Doubt) &&
        VD->getType()->isIntegralOrEnumerationType())
      N = Values.leaf(VD, WidenedInstance, VD->getType(), {true});
  llvm::erase_if(S.Facts, [](const auto &Fact) { return Fact.first->Doubt; });
}

Found Explorer::fork(State S, const CFGBlock *Block, Found Here) {
  const Stmt *T = Block->getTerminatorStmt();
  const Expr *Condition = Block->getLastCondition();
  const CFGBlock *Then = nullptr, *Else = nullptr;
  if (Block->succ_size() == 2) {
    Then = *Block->succ_begin();
    Else = *std::next(Block->succ_begin());
  }
  bool IsLoop = T && (isa<ForStmt>(T) || isa<WhileStmt>(T) || isa<DoStmt>(T));
  // asm goto: may_goto leaves a loop when the kernel's budget is spent.
  if (const auto *Asm = dyn_cast_or_null<GCCAsmStmt>(T)) {
    std::string Text = compat::asmText(Asm);
    bool MayGoto = Text.find("may_goto") != std::string::npos ||
                   Text.find("0xe5") != std::string::npos;
    Found All;
    bool First = true;
    for (const CFGBlock *Next : Block->succs()) {
      if (!Next)
        continue;
      State Copy = S;
      enter(Copy, Next, false);
      Found One = explore(std::move(Copy));
      All = First ? One : MayGoto ? unite(All, One) : common(All, One);
      First = false;
    }
    return unite(Here, All);
  }
  if (!Condition || Block->succ_size() != 2 || !T)
    return Here;

  const Node *C = value(S, Condition);
  if (C->Kind != Op::Const && Block->getTerminatorStmt() && decides(S, Block)) {
    Now = &Here;
    sink(S, C, /*Asked=*/true);
    Now = nullptr;
    llvm::sort(Here);
  }
  Answer A = ask(S, Values, C);
  // A loop whose counter is not known any more ends, or the verifier does not.
  if (IsLoop && A == Answer::Doubt && !C->Leaves.empty() &&
      llvm::all_of(C->Leaves, [](const Node *L) {
        return !L->Doubt || L->Imm == WidenedInstance;
      }))
    A = Answer::Either;

  auto Go = [&](bool Truth) -> Found {
    const CFGBlock *Next = Truth ? Then : Else;
    if (!Next)
      return {};
    State Copy = S;
    assume(Copy, Values, C, Truth);
    settleLock(Copy);
    // What `c ?: x` tests is its value, too.
    if (!Truth || !isa<BinaryConditionalOperator>(T))
      drop(Copy.Values, Condition);
    if (A != Answer::Yes && A != Answer::No)
      Copy.remember(Truth ? Mark::True : Mark::False, Condition);
    // What the value of the whole expression is going to be.
    if (const auto *E = dyn_cast<Expr>(T)) {
      if (const auto *BO = dyn_cast<BinaryOperator>(E)) {
        if ((BO->getOpcode() == BO_LOr) == Truth)
          put(Copy.Values, E, Values.constant(Truth));
      } else {
        put(Copy.Values, E, Values.constant(Truth));
      }
    }
    bool Back = IsLoop && Truth && isa<DoStmt>(T);
    // What the stores of one way need is needed as long as they are.
    const Node *Needed =
        S.Stack.back().Code->storesOnlyBehind(Block, Next)
            ? keepLoads(Copy, C, nullptr, Condition, /*Early=*/true)
            : nullptr;
    enter(Copy, Next, Back, Needed);
    return explore(std::move(Copy));
  };
  switch (A) {
  case Answer::Yes:
  case Answer::OftenYes:
    return unite(Here, Go(true));
  case Answer::No:
  case Answer::OftenNo:
    return unite(Here, Go(false));
  case Answer::Either:
    Here = unite(Here, Go(true));
    return unite(Here, Go(false));
  case Answer::Doubt:
    return unite(Here, common(Go(true), Go(false)));
  }
  return Here;
}

Found Explorer::forkSwitch(State S, const CFGBlock *Block, Found Here) {
  const auto *Switch = cast<SwitchStmt>(Block->getTerminatorStmt());
  const Node *C = value(S, Switch->getCond());
  if (S.Stack.back().Code->decides(Block))
    sink(S, C, /*Asked=*/true);
  bool Doubt = false, First = true;
  Found Free, Shared;
  State Rest = S;
  auto Go = [&](State Copy, const CFGBlock *Next, Answer A) {
    if (!Next || A == Answer::No)
      return;
    enter(Copy, Next, false);
    Found One = explore(std::move(Copy));
    Free = unite(Free, One);
    Shared = First ? One : common(Shared, One);
    First = false;
    Doubt |= A == Answer::Doubt;
  };
  const CFGBlock *Default = nullptr;
  bool Decided = false;
  for (const CFGBlock *Next : Block->succs()) {
    const auto *Case =
        Next ? dyn_cast_or_null<CaseStmt>(Next->getLabel()) : nullptr;
    if (!Case || Decided) {
      if (!Case)
        Default = Next;
      continue;
    }
    Expr::EvalResult Value;
    if (Case->getRHS() || !Case->getLHS()->EvaluateAsInt(Value, Ctx)) {
      Doubt = true;
      continue;
    }
    const Node *Is = Values.binary(
        BO_EQ, C, Values.constant(Value.Val.getInt().getExtValue()), Ctx.IntTy);
    Answer A = ask(Rest, Values, Is);
    State Copy = Rest;
    assume(Copy, Values, Is, true);
    settleLock(Copy);
    Copy.remember(Mark::True, Case);
    Go(std::move(Copy), Next, A);
    Decided = A == Answer::Yes;
    assume(Rest, Values, Is, false);
  }
  if (!Decided && Default)
    Go(Rest, Default, Doubt ? Answer::Doubt : Answer::Either);
  return unite(Here, Doubt ? Shared : Free);
}

/// At the end of a function: back to its caller, or out of the program.
bool Explorer::finish(State &S, Found &Here) {
  Frame F = S.Stack.back();
  if (S.Stack.size() == 1) {
    for (const auto &[To, V] : Pairs<const Node *, const Node *>(S.Stored))
      sink(S, V);
    if (S.Returned)
      sink(S, S.Returned);
    // Some programs give a reference away by returning it.
    if (S.Returned && F.Code->Function->getReturnType()->isPointerType())
      escape(S, S.Returned);
    const Stmt *Return = leftBy(S);
    SourceLocation Loc = Return ? Return->getBeginLoc()
                                : F.Code->Function->getBody()->getEndLoc();
    if (Return == S.Return)
      noteExit(S);
    leakAll(S, Use::Return, Loc);
    S.Dead = true;
    return true;
  }
  S.Stack.pop_back();
  if (S.Stack.size() == 1 && F.Call && isWrapped(F.Call)) {
    S.Inner = S.Return;
    noteExit(S);
  }
  auto IsOfCallee = [&](const VarDecl *VD) {
    return VD->getDeclContext() == F.Code->Function;
  };
  llvm::erase_if(S.Vars, [&](const auto &V) { return IsOfCallee(V.first); });
  llvm::erase_if(S.Escaped, IsOfCallee);
  llvm::erase_if(S.Memory, [&](const auto &M) {
    const VarDecl *VD = rootVariable(M.first);
    return VD && IsOfCallee(VD);
  });
  for (Tracked &T : S.Syms)
    if (T.In && IsOfCallee(T.In))
      T.In = nullptr;
  llvm::erase_if(S.Values,
                 [&](const auto &V) { return F.Code->Home.count(V.first); });
  llvm::erase_if(S.Turns, [&](const auto &T) {
    return T.first->getParent() == F.Code->Graph.get();
  });
  if (F.Call)
    put(S.Values, static_cast<const Expr *>(F.Call),
        S.Returned ? S.Returned : Values.unknown());
  S.Returned = F.Returned;
  S.Return = F.Return;
  return true;
}

} // namespace flow
} // namespace bpftidy
