//===- Decides.cpp - conditions that the compiler has to ask --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a condition reads is read for certain only if it matters which way the
// program goes: one way makes a call, writes what others can see, or returns a
// number, and the other way does not.
//
//===----------------------------------------------------------------------===//

#include "flow/Explorer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {
namespace flow {

namespace {
/// The two ways out of a block, if it has as many.
struct Ways {
  const CFGBlock *At[2] = {nullptr, nullptr};
  explicit Ways(const CFGBlock *Block) {
    unsigned Count = 0;
    for (const CFGBlock *Next : Block->succs())
      if (Next && Count++ < 2)
        At[Count - 1] = Next;
    if (Count != 2)
      At[0] = At[1] = nullptr;
  }
  bool two() const { return At[1]; }
};
} // namespace

/// True if way \p I of \p W leads to code that the other way does not reach in
/// the same turn.
static bool isOwn(const Body &B, const Ways &W, unsigned I) {
  return !B.Ahead[W.At[1 - I]->getBlockID()].test(W.At[I]->getBlockID());
}

bool Body::decides(const CFGBlock *Block) const {
  Ways W(Block);
  for (unsigned I : {0, 1})
    if (W.two() && Calls[W.At[I]->getBlockID()] && isOwn(*this, W, I))
      return true;
  return false;
}

/// True if \p Condition may be known where the function that it is in is
/// called: it is about numbers that its caller gives, or constants.
static bool isUpToCaller(const Expr *Condition, const ASTContext &Ctx) {
  Expr::EvalResult Value;
  if (!Condition || Condition->EvaluateAsInt(Value, Ctx))
    return true;
  std::vector<const Stmt *> Todo{Condition};
  while (!Todo.empty()) {
    const Stmt *S = Todo.back();
    Todo.pop_back();
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    const auto *VD = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (VD && !VD->getType()->isPointerType() &&
        (VD->hasLocalStorage() || VD->getType().isConstQualified()))
      return true;
    for (const Stmt *Child : S->children())
      if (Child)
        Todo.push_back(Child);
  }
  return false;
}

bool Bodies::isKept(const Stmt *St) {
  if (const auto *AS = dyn_cast<AsmStmt>(St))
    return AS->isVolatile() || AS->getNumOutputs() == 0;
  const auto *CE = dyn_cast<CallExpr>(St);
  if (!CE)
    return false;
  const FunctionDecl *FD = CE->getDirectCallee();
  if (FD && FD->getBuiltinID())
    return FD->getName().starts_with("__sync_");
  const FunctionDecl *Def = FD ? FD->getDefinition() : nullptr;
  if (!Def)
    return true;
  // What a function of the program does may be nothing that lasts.
  auto [It, New] = Kept.try_emplace(Def, false);
  if (!New)
    return It->second;
  bool Found = false, Sure = true;
  std::vector<const Stmt *> Todo{Def->getBody()};
  while (!Todo.empty() && Sure) {
    const Stmt *S = Todo.back();
    Todo.pop_back();
    Found |= isKept(S);
    if (const auto *If = dyn_cast<IfStmt>(S))
      Sure = !isUpToCaller(If->getCond(), Ctx);
    else if (const auto *CO = dyn_cast<AbstractConditionalOperator>(S))
      Sure = !isUpToCaller(CO->getCond(), Ctx);
    else if (const auto *BO = dyn_cast<BinaryOperator>(S))
      Sure = !BO->isLogicalOp() || !isUpToCaller(BO->getLHS(), Ctx);
    else
      Sure = !isa<SwitchStmt, ForStmt, WhileStmt, DoStmt>(S);
    for (const Stmt *Child : S->children())
      if (Child)
        Todo.push_back(Child);
  }
  return Kept[Def] = Found && Sure;
}

/// The lvalue that \p S writes, and whether it has a part in its new value.
static std::pair<const Expr *, bool> writtenBy(const Stmt *S) {
  if (const auto *BO = dyn_cast<BinaryOperator>(S); BO && BO->isAssignmentOp())
    return {BO->getLHS(), BO->isCompoundAssignmentOp()};
  if (const auto *UO = dyn_cast<UnaryOperator>(S);
      UO && UO->isIncrementDecrementOp())
    return {UO->getSubExpr(), true};
  return {nullptr, false};
}

/// The variable or member that an lvalue is; null for others.
static const ValueDecl *named(const Expr *Place) {
  Place = Place->IgnoreParens();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Place))
    return Ref->getDecl();
  if (const auto *ME = dyn_cast<MemberExpr>(Place))
    return ME->getMemberDecl();
  return nullptr;
}

/// The type of an lvalue, as what is written through pointers is told apart.
static const void *plainType(const Expr *Place) {
  return Place->getType().getCanonicalType().getTypePtr();
}

const Bodies::Writes &Bodies::writesIn(const FunctionDecl *Def) {
  auto [It, New] = Written.try_emplace(Def);
  if (!New)
    return It->second;
  std::vector<const Stmt *> Todo{Def->getBody()};
  Writes Found;
  while (!Todo.empty()) {
    const Stmt *S = Todo.back();
    Todo.pop_back();
    for (const Stmt *Child : S->children())
      if (Child)
        Todo.push_back(Child);
    auto [Place, Keeps] = writtenBy(S);
    if (Place && !Keeps) {
      Found.Whole |= !Place->getType()->isScalarType();
      const ValueDecl *D = named(Place);
      ++Found.Plain[D ? static_cast<const void *>(D->getCanonicalDecl())
                      : plainType(Place)];
    }
    if (const auto *CE = dyn_cast<CallExpr>(S))
      if (const FunctionDecl *FD = CE->getDirectCallee())
        Found.Whole |= FD->getMemoryFunctionKind() != 0;
    Found.Whole |= isa<AsmStmt>(S);
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    const auto *FD = Ref ? dyn_cast<FunctionDecl>(Ref->getDecl()) : nullptr;
    if (const FunctionDecl *Callee = FD ? FD->getDefinition() : nullptr) {
      const Writes &Inner = writesIn(Callee);
      Found.Whole |= Inner.Whole;
      for (const auto &[D, Count] : Inner.Plain)
        Found.Plain[D] += Count;
    }
  }
  return Written[Def] = std::move(Found);
}

bool Explorer::isSeenByOthers(const State &S, const Stmt *Write) {
  auto [Place, Keeps] = writtenBy(Write);
  if (!Place || !Place->getType()->isScalarType())
    return false;
  Place = Place->IgnoreParens();
  const ValueDecl *D = named(Place);
  if (!D)
    return false;
  if (const auto *VD = dyn_cast<VarDecl>(D)) {
    if (!VD->hasExternalFormalLinkage())
      return false;
  } else {
    const Expr *Base = Place;
    while (const auto *ME = dyn_cast<MemberExpr>(Base)) {
      Base = ME->getBase()->IgnoreParenImpCasts();
      if (ME->isArrow())
        break;
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(Base);
    const auto *Pointer = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    bool OfMap = llvm::any_of(S.Vars, [&](const auto &Var) {
      return Pointer && Var.first == Pointer->getCanonicalDecl() &&
             Var.second->Kind == Op::Sym &&
             Var.second->source().How == Made::Lookup;
    });
    if (!OfMap)
      return false;
  }
  // A later write may make it superfluous.
  const Bodies::Writes &All = Code.writesIn(Root.Function->getDefinition());
  if (All.Whole || All.Plain.count(plainType(Place)))
    return false;
  auto Known = All.Plain.find(D->getCanonicalDecl());
  return (Known == All.Plain.end() ? 0 : Known->second) <= (Keeps ? 0U : 1U);
}

/// The numbers that the program may return behind \p From; none if that cannot
/// be told.
static std::optional<std::set<int64_t>>
returned(const Body &B, const CFGBlock *From, const ASTContext &Ctx) {
  std::set<int64_t> Found;
  for (const CFGBlock *Block : *B.Graph) {
    if (!B.Ahead[From->getBlockID()].test(Block->getBlockID()))
      continue;
    for (const CFGElement &E : *Block) {
      auto CS = E.getAs<CFGStmt>();
      const auto *RS = CS ? dyn_cast<ReturnStmt>(CS->getStmt()) : nullptr;
      if (!RS)
        continue;
      Expr::EvalResult Value;
      if (!RS->getRetValue() || !RS->getRetValue()->EvaluateAsInt(Value, Ctx))
        return std::nullopt;
      Found.insert(Value.Val.getInt().getExtValue());
    }
  }
  return Found;
}

bool Explorer::decides(const State &S, const CFGBlock *Block) {
  const Body &B = *S.Stack.back().Code;
  if (B.decides(Block))
    return true;
  Ways W(Block);
  if (!W.two() || S.Loads.empty())
    return false;
  for (unsigned I : {0, 1})
    if (isOwn(B, W, I))
      for (const CFGElement &E : *W.At[I])
        if (auto CS = E.getAs<CFGStmt>();
            CS && isSeenByOthers(S, CS->getStmt()))
          return true;
  // What a program returns gets to the kernel, but for what BPF_PROG() wraps.
  bool Outer =
      S.Stack.size() == 1 || (S.Stack.size() == 2 && S.Stack.back().Call &&
                              isWrapped(S.Stack.back().Call));
  if (!Outer || Root.As != Walked::Program)
    return false;
  auto One = returned(B, W.At[0], Ctx), Other = returned(B, W.At[1], Ctx);
  return One && Other && !One->empty() && !Other->empty() &&
         llvm::none_of(*One, [&](int64_t V) { return Other->count(V); });
}

} // namespace flow
} // namespace bpftidy
