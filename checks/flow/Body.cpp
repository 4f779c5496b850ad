//===- Body.cpp - a function as the walk needs it -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "flow/Body.h"
#include "Compat.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"

using namespace clang;

namespace bpftidy {
namespace flow {

const Expr *valueOf(const Expr *E) { return E ? E->IgnoreParens() : nullptr; }

/// The last expression of a statement expression.
static const Expr *lastOf(const StmtExpr *SE) {
  const auto *CS = SE->getSubStmt();
  if (CS->body_empty())
    return nullptr;
  const Stmt *Last = CS->body_back();
  while (const auto *LS = dyn_cast<LabelStmt>(Last))
    Last = LS->getSubStmt();
  return dyn_cast<Expr>(Last);
}

/// The variable that the lvalue \p E is, or is a part of; null if there is
/// none.
static const VarDecl *variableOf(const Expr *E) {
  while (true) {
    E = E->IgnoreParenImpCasts();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      return dyn_cast<VarDecl>(Ref->getDecl());
    if (const auto *ME = dyn_cast<MemberExpr>(E); ME && !ME->isArrow())
      E = ME->getBase();
    else if (const auto *AS = dyn_cast<ArraySubscriptExpr>(E))
      E = AS->getBase();
    else
      return nullptr;
  }
}

bool Body::isLive(const VarDecl *VD, const CFGBlock *Block, bool Caller) const {
  auto It = Numbers.find(VD);
  if (It == Numbers.end())
    return false;
  const llvm::BitVector &Here =
      (Caller ? Mentions : LiveIn)[Block->getBlockID()];
  return AlwaysLive.test(It->second) || Here.test(It->second);
}

bool Body::mentions(const void *D, const CFGBlock *Block) const {
  auto It = Numbers.find(D);
  return It != Numbers.end() && Mentions[Block->getBlockID()].test(It->second);
}

bool Body::storesOnlyBehind(const CFGBlock *Block, const CFGBlock *Way) const {
  const CFGBlock *Other = nullptr;
  for (const CFGBlock *Next : Block->succs())
    if (Next && Next != Way)
      Other = Next;
  return Other && Block->succ_size() == 2 &&
         !Reachable[Other->getBlockID()].test(Way->getBlockID()) &&
         llvm::none_of(Stores[Way->getBlockID()], [&](const void *D) {
           return Stores[Other->getBlockID()].count(D);
         });
}

/// What the lvalue \p E is called: a variable or member; null if neither.
static const void *placeOf(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *ME = dyn_cast<MemberExpr>(E))
    return ME->getMemberDecl()->getCanonicalDecl();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return Ref->getDecl()->getCanonicalDecl();
  if (const auto *AS = dyn_cast<ArraySubscriptExpr>(E))
    return placeOf(AS->getBase());
  return nullptr;
}

const Bodies::Names &Bodies::namesIn(const FunctionDecl *Def) {
  auto [It, New] = Inside.try_emplace(Def);
  if (!New)
    return It->second;
  // A recursive call finds the set as far as it is filled: good enough.
  std::vector<const Stmt *> Todo{Def->getBody()};
  Names Found;
  while (!Todo.empty()) {
    const Stmt *S = Todo.back();
    Todo.pop_back();
    addName(S, Found);
    for (const Stmt *Child : S->children())
      if (Child)
        Todo.push_back(Child);
  }
  return Inside[Def] = std::move(Found);
}

void Bodies::addName(const Stmt *S, Names &Into) {
  const Decl *D = nullptr;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
    D = Ref->getDecl();
  else if (const auto *ME = dyn_cast<MemberExpr>(S))
    D = ME->getMemberDecl();
  if (!D)
    return;
  Into.insert(D->getCanonicalDecl());
  if (const auto *FD = dyn_cast<FunctionDecl>(D))
    if (const FunctionDecl *Def = FD->getDefinition())
      for (const void *Name : namesIn(Def))
        Into.insert(Name);
}

const Body *Bodies::of(const FunctionDecl *FD) {
  const FunctionDecl *Def = FD->getDefinition();
  if (!Def || !Def->hasBody() || Def->isVariadic() || Def->isInvalidDecl())
    return nullptr;
  auto [It, New] = Known.try_emplace(Def);
  if (New) {
    CFG::BuildOptions Options;
    Options.setAllAlwaysAdd();
    Options.AddImplicitDtors = true; // calls of cleanup functions, too
    auto B = std::make_unique<Body>();
    B->Function = Def;
    B->Graph = CFG::buildCFG(Def, Def->getBody(), &Ctx, Options);
    if (B->Graph) {
      fill(*B);
      It->second = std::move(B);
    }
  }
  return It->second.get();
}

void Bodies::fill(Body &B) {
  unsigned Count = B.Graph->getNumBlockIDs();
  B.Mentions.resize(Count);
  B.LiveIn.resize(Count);
  B.Ahead.resize(Count);
  B.Reachable.resize(Count);
  B.Calls.assign(Count, false);
  B.Stores.resize(Count);
  std::vector<Names> Named(Count);
  std::vector<llvm::DenseSet<const VarDecl *>> Uses(Count), Sets(Count);
  llvm::DenseSet<const Expr *> Targets;
  llvm::DenseSet<const VarDecl *> Always;

  for (const CFGBlock *Block : *B.Graph) {
    for (const CFGElement &E : *Block) {
      if (const VarDecl *VD = compat::cleanupVariable(E)) {
        Always.insert(VD);
        Named[Block->getBlockID()].insert(VD);
        continue;
      }
      auto CS = E.getAs<CFGStmt>();
      if (!CS)
        continue;
      const Stmt *S = CS->getStmt();
      if (const auto *Ex = dyn_cast<Expr>(S))
        B.Home[Ex] = Block;
      addName(S, Named[Block->getBlockID()]);
      if (isKept(S))
        B.Calls[Block->getBlockID()] = true;
      if (const auto *BO = dyn_cast<BinaryOperator>(S))
        if (BO->getOpcode() == BO_Assign)
          Targets.insert(valueOf(BO->getLHS()));
      if (const auto *BO = dyn_cast<BinaryOperator>(S);
          BO && BO->isAssignmentOp())
        B.Stores[Block->getBlockID()].insert(placeOf(BO->getLHS()));
      if (const auto *UO = dyn_cast<UnaryOperator>(S);
          UO && UO->isIncrementDecrementOp())
        B.Stores[Block->getBlockID()].insert(placeOf(UO->getSubExpr()));
      const Expr *Place = nullptr;
      if (const auto *UO = dyn_cast<UnaryOperator>(S);
          UO && UO->getOpcode() == UO_AddrOf)
        Place = UO->getSubExpr();
      else if (const auto *Cast = dyn_cast<CastExpr>(S);
               Cast && Cast->getCastKind() == CK_ArrayToPointerDecay)
        Place = Cast->getSubExpr();
      if (const VarDecl *VD = Place ? variableOf(Place) : nullptr)
        Always.insert(VD);
      if (const auto *DS = dyn_cast<DeclStmt>(S))
        for (const Decl *D : DS->decls())
          if (const auto *VD = dyn_cast<VarDecl>(D))
            if (VD->hasAttr<CleanupAttr>())
              Always.insert(VD);
    }
  }
  for (const CFGBlock *Block : *B.Graph) {
    unsigned Id = Block->getBlockID();
    for (const CFGElement &E : *Block) {
      auto CS = E.getAs<CFGStmt>();
      if (!CS)
        continue;
      const Stmt *S = CS->getStmt();
      auto Needs = [&](const Expr *Child) {
        Child = valueOf(Child);
        auto It = B.Home.find(Child);
        if (It != B.Home.end() && It->second != Block)
          B.Crossing.insert(Child);
      };
      for (const Stmt *Child : S->children())
        Needs(dyn_cast_or_null<Expr>(Child));
      if (const auto *SE = dyn_cast<StmtExpr>(S))
        Needs(lastOf(SE));
      // Used before it is set, or set before it is used.
      if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
        if (const auto *VD = dyn_cast<VarDecl>(Ref->getDecl()))
          if (!Targets.count(Ref) && !Sets[Id].count(VD))
            Uses[Id].insert(VD);
      } else if (const auto *BO = dyn_cast<BinaryOperator>(S)) {
        if (BO->getOpcode() == BO_Assign)
          if (const auto *Ref = dyn_cast<DeclRefExpr>(valueOf(BO->getLHS())))
            if (const auto *VD = dyn_cast<VarDecl>(Ref->getDecl()))
              Sets[Id].insert(VD);
      } else if (const auto *DS = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : DS->decls())
          if (const auto *VD = dyn_cast<VarDecl>(D))
            Sets[Id].insert(VD);
      }
    }
  }

  for (const auto &Set : Named)
    for (const void *D : Set)
      B.Numbers.try_emplace(D, B.Numbers.size());
  unsigned Size = B.Numbers.size();
  B.AlwaysLive.resize(Size);
  for (const VarDecl *VD : Always)
    if (auto It = B.Numbers.find(VD); It != B.Numbers.end())
      B.AlwaysLive.set(It->second);
  std::vector<llvm::BitVector> Kill(Count, llvm::BitVector(Size));
  for (unsigned Id = 0; Id != Count; ++Id) {
    B.Mentions[Id].resize(Size);
    B.LiveIn[Id].resize(Size);
    B.Ahead[Id].resize(Count);
    B.Ahead[Id].set(Id);
    B.Reachable[Id].resize(Count);
    B.Reachable[Id].set(Id);
    for (const void *D : Named[Id])
      B.Mentions[Id].set(B.Numbers[D]);
    for (const VarDecl *VD : Uses[Id])
      if (auto It = B.Numbers.find(VD); It != B.Numbers.end())
        B.LiveIn[Id].set(It->second);
    for (const VarDecl *VD : Sets[Id])
      if (auto It = B.Numbers.find(VD); It != B.Numbers.end())
        Kill[Id].set(It->second);
  }
  // Against the flow, along which block numbers fall: few rounds are needed.
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const CFGBlock *Block : *B.Graph)
      for (const CFGBlock *Next : Block->succs()) {
        if (!Next)
          continue;
        unsigned To = Next->getBlockID(), Id = Block->getBlockID();
        llvm::BitVector In = B.LiveIn[To];
        In.reset(Kill[Id]);
        auto Join = [&](llvm::BitVector &Into, const llvm::BitVector &More) {
          if (More.test(Into)) {
            Into |= More;
            Changed = true;
          }
        };
        Join(B.LiveIn[Id], In);
        Join(B.Mentions[Id], B.Mentions[To]);
        Join(B.Reachable[Id], B.Reachable[To]);
        if (To < Id)
          Join(B.Ahead[Id], B.Ahead[To]);
      }
  }
}

} // namespace flow
} // namespace bpftidy
