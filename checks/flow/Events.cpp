//===- Events.cpp - what the walk has to tell -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "flow/Explorer.h"
#include "clang/AST/ASTContext.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace bpftidy {
namespace flow {

void Explorer::leakAll(State &S, Use How, SourceLocation Loc) {
  for (const Tracked &T : llvm::SmallVector<Tracked, 4>(S.Syms))
    if (T.O == Own::Owned && T.N != Null::Yes)
      report(S, Wrong::Leaked, How, T.Sym, Loc);
  // A callback may end inside of what its caller began.
  if (Root.As == Walked::Callback || !S.RcuKnown)
    return;
  const Node *Begun = S.Lock ? S.Lock : S.RcuDepth ? S.Section : nullptr;
  if (!Begun)
    return;
  Event X;
  X.What = Wrong::Open;
  X.How = How;
  X.Of = Values.origin(Begun->source());
  X.Loc = Loc;
  say(S, Begun, std::move(X));
}

std::string Explorer::asWritten(const CallExpr *E, StringRef Name) const {
  SourceLocation Loc = E->getExprLoc();
  if (!Loc.isMacroID())
    return Name.str();
  StringRef Macro = Lexer::getImmediateMacroName(Loc, Ctx.getSourceManager(),
                                                 Ctx.getLangOpts());
  // Whatever is behind the last "_": "impl", as it happens.
  bool Wraps = Name.rsplit('_').first == Macro;
  return (Wraps ? Macro : Name).str();
}

const Stmt *Explorer::leftBy(const State &S) const {
  bool Wrapped =
      S.Inner && S.Return &&
      Ctx.getSourceManager().isMacroBodyExpansion(S.Return->getBeginLoc());
  return Wrapped ? S.Inner : S.Return;
}

/// Notes what is held where the function is left.
void Explorer::noteExit(const State &S) {
  if (!S.Return)
    return;
  std::map<const Origin *, Held> Here;
  std::set<const Origin *> Twice;
  for (const Tracked &T : S.Syms)
    if (T.O == Own::Owned && T.N != Null::Yes && T.In)
      if (!Here.try_emplace(&T.Sym->source(), Held{T.In, T.N == Null::Maybe})
               .second)
        Twice.insert(&T.Sym->source());
  for (const Origin *O : Twice)
    Here.erase(O);
  auto [It, New] = Exits.try_emplace(S.Return, Here);
  if (New)
    return;
  for (auto Old = It->second.begin(); Old != It->second.end();) {
    auto Same = Here.find(Old->first);
    if (Same == Here.end() || Same->second.In != Old->second.In) {
      Old = It->second.erase(Old);
      continue;
    }
    Old->second.MaybeNull |= Same->second.MaybeNull;
    ++Old;
  }
}

void Explorer::report(State &S, Wrong What, Use How, const Node *Sym,
                      SourceLocation Loc, llvm::StringRef Callee) {
  Tracked *T = S.tracked(Sym);
  if (!T || T->O == Own::Escaped)
    return;
  Event E;
  E.What = What;
  E.How = How;
  E.Of = Values.origin(Sym->source());
  E.Loc = Loc;
  E.Callee = Callee.str();
  E.Gone = T->O == Own::Moved    ? Mark::Moved
           : T->O == Own::Shared ? Mark::Put
                                 : Mark::Released;
  for (const Trail *Way = S.Way.get(); Way && E.Gone == Mark::Moved;
       Way = Way->Before.get())
    if (Way->Sym == Sym &&
        (Way->What == Mark::Put || Way->What == Mark::Unlocked))
      E.Gone = Way->What;
  E.Held = T->In;
  if (What == Wrong::Leaked && How == Use::Return)
    E.Exit = leftBy(S);
  T->O = Own::Escaped;
  say(S, Sym, std::move(E));
}

void Explorer::say(const State &S, const Node *Sym, Event E) {
  E.In = Root.As;
  E.Root = Root.Function;
  if (Root.Kind)
    E.ProgramType = Root.Kind->Type;
  auto IsOpen = [&](const Stmt *Call) {
    return llvm::any_of(S.Stack, [&](const Frame &F) {
      return F.Call && static_cast<const Stmt *>(F.Call) == Call;
    });
  };
  bool Since = true;
  for (const Trail *T = S.Way.get(); T; T = T->Before.get()) {
    Step Here{T->At->getBeginLoc(), T->What};
    switch (T->What) {
    case Mark::Made:
      Since &= T->Sym != Sym;
      continue;
    case Mark::Called:
      if (IsOpen(T->At))
        (Since ? E.Path : E.Before).push_back(Here);
      continue;
    case Mark::False:
    case Mark::True:
      if (const auto *Condition = dyn_cast<Expr>(T->At))
        Here.Loc = Condition->getExprLoc();
      break;
    case Mark::Ended:
      if (E.What != Wrong::Expired)
        continue;
      break;
    case Mark::Overwritten:
      if (T->Sym != Sym || E.What != Wrong::Leaked)
        continue;
      break;
    case Mark::Released:
    case Mark::Moved:
    case Mark::Put:
    case Mark::Unlocked:
      if (T->Sym != Sym)
        continue;
      break;
    }
    if (Since)
      E.Path.push_back(Here);
  }
  std::reverse(E.Before.begin(), E.Before.end());
  std::reverse(E.Path.begin(), E.Path.end());
  auto [It, New] = Numbers.try_emplace(
      {E.What, E.How, E.Of.get(), E.Loc.getRawEncoding()}, Events.size());
  if (New)
    Events.push_back(std::move(E));
  if (Now)
    Now->push_back(It->second);
}

Walk Explorer::take() {
  Walk Out;
  for (unsigned Number : Certain) {
    Event &E = Events[Number];
    if (E.What == Wrong::Varies) {
      Out.Indices.push_back(Indices[Number]);
      continue;
    }
    if (E.What == Wrong::Leaked && E.Exit) {
      auto Known = Exits[E.Exit].find(E.Of.get());
      if (!Left.empty() || Known == Exits[E.Exit].end())
        E.Exit = nullptr;
      else
        std::tie(E.Held, E.Null) =
            std::tie(Known->second.In, Known->second.MaybeNull);
    }
    // Nobody knows where the other paths are.
    if (!Left.empty())
      Values.origin(*E.Of)->Alone = false;
    Out.Events.push_back(std::move(E));
  }
  const SourceManager &SM = Ctx.getSourceManager();
  llvm::stable_sort(Out.Events, [&](const Event &A, const Event &B) {
    return SM.isBeforeInTranslationUnit(A.Loc, B.Loc);
  });
  // One use is unchecked once: what was never set is the lesser reason.
  auto Of = [](const Event &E) {
    return std::make_tuple(E.What, E.How, E.Loc.getRawEncoding(), E.Of->Holder);
  };
  std::set<decltype(Of(Out.Events.front()))> Said;
  for (const Event &E : Out.Events)
    if (E.Of->How != Made::Null)
      Said.insert(Of(E));
  llvm::erase_if(Out.Events, [&](const Event &E) {
    return E.Of->How == Made::Null && !Said.insert(Of(E)).second;
  });
  // A program leaks a reference once, however many ways lead there.
  std::set<std::pair<const Origin *, const FunctionDecl *>> Told;
  llvm::erase_if(Out.Events, [&](const Event &E) {
    return E.What == Wrong::Leaked && !Told.insert({E.Of.get(), E.Root}).second;
  });
  Out.Left = std::move(Left);
  return Out;
}

} // namespace flow
} // namespace bpftidy
