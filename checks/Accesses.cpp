//===- Accesses.cpp - how the program touches memory ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AccessWalk.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Stmt.h"
#include "clang/Basic/Builtins.h"

using namespace clang;

namespace bpftidy {

/// True if some part of \p S did not compile.
static bool hasErrors(const Stmt *S) {
  if (!S)
    return false;
  if (const auto *E = dyn_cast<Expr>(S); E && E->containsErrors())
    return true;
  if (const auto *DS = dyn_cast<DeclStmt>(S);
      DS && llvm::any_of(DS->decls(),
                         [](const Decl *D) { return D->isInvalidDecl(); }))
    return true;
  return llvm::any_of(S->children(), hasErrors);
}

Accesses::Accesses(Pointers Ptrs, llvm::ArrayRef<const FunctionDecl *> Bodies)
    : P(std::move(Ptrs)) {
  // Nobody knows what a function does that is only half typed, but what it
  // passes on to others counts.
  for (const FunctionDecl *FD : Bodies) {
    P.add(FD);
    if (hasErrors(FD->getBody()))
      Broken.insert(FD);
  }
  // Only functions that can be called from outside are there for certain;
  // the walk adds what they refer to.
  for (const FunctionDecl *FD : Bodies)
    if (!Broken.count(FD) &&
        (FD->isExternallyVisible() || FD->hasAttr<UsedAttr>()))
      Run.insert(FD);
  for (size_t I = 0; I != Run.size(); ++I) {
    const FunctionDecl *FD = Run[I];
    unsigned First = Calls.size();
    Walk Body(*this, FD);
    Body.statement(FD->getBody());
    Body.finish();
    CallRange[FD] = {First, Calls.size()};
  }
  dropFolded();
  splitCopies();
  addShared();
}

Access &Accesses::Walk::add(Access::Kind How, const Expr *E, const Expr *Place,
                            const Expr *Value, uint64_t Size) {
  static Access Nowhere;
  if (!Size)
    return Nowhere = Access();
  Access A{How, Address(), Size, E, Place, Value, In};
  if (Through) {
    // The rest is found without looking into the call.
    A.Where = Out.P.forCall(Through, Place);
    if (Guarded || !ByNumbers || !A.Where.known())
      return Nowhere = Access();
    A.E = A.Place = Through;
    A.Inside = Place;
    A.Value = nullptr;
    A.In = From;
  } else {
    A.Where = Place->isGLValue() ? Out.P.place(Place) : Out.P.pointee(Place);
  }
  QualType T = Place->isGLValue() ? Place->getType()
                                  : Place->getType()->getPointeeType();
  A.Volatile = !T.isNull() && T.isVolatileQualified();
  A.Certain = Certain;
  std::vector<Access> &To = Guarded ? Out.Doubtful : Out.List;
  To.push_back(std::move(A));
  return To.back();
}

void Accesses::Walk::refer(const FunctionDecl *FD) {
  const FunctionDecl *Def = nullptr;
  if (Guarded || Through || !FD->hasBody(Def) || Out.Broken.count(Def))
    return;
  Out.Refers[In].push_back(Def);
  if (!Def->isExternallyVisible())
    Out.Run.insert(Def);
}

bool Accesses::Walk::isRelocated(const MemberExpr *ME) const {
  const auto *FD = dyn_cast<FieldDecl>(ME->getMemberDecl());
  return FD &&
         (Preserves || FD->getParent()->hasAttr<BPFPreserveAccessIndexAttr>());
}

/// The compiler asks for one relocation for a chain of members, as far as it
/// goes without a load.
void Accesses::Walk::relocation(const MemberExpr *ME) {
  if (Guarded || Through || !isRelocated(ME))
    return;
  const Expr *Base = ME->getBase()->IgnoreParenCasts();
  while (const auto *AS = dyn_cast<ArraySubscriptExpr>(Base))
    Base = AS->getBase()->IgnoreParenCasts();
  const auto *Outer = ME->isArrow() ? nullptr : dyn_cast<MemberExpr>(Base);
  if (!Outer || !isRelocated(Outer))
    Out.Relocations.push_back({ME, In, Preserves});
}

void Accesses::Walk::assignment(const BinaryOperator *BO) {
  const Expr *To = BO->getLHS()->IgnoreParens();
  bool Record = To->getType()->isRecordType();
  if (BO->getOpcode() != BO_Assign)
    add(Access::Kind::Update, BO, To, BO->getRHS(), sizeOf(To->getType()));
  else
    add(Record ? Access::Kind::Copy : Access::Kind::Store, BO, To, BO->getRHS(),
        sizeOf(To->getType()));
  const VarDecl *Local = localVariable(To);
  size_t Begin = Out.List.size();
  if (!Local)
    expression(To, true);
  if (Record && Local)
    Out.CopiedTo[BO->getRHS()->IgnoreParens()] = Local;
  // What is copied to the stack is read as far as it is looked at there.
  expression(BO->getRHS(),
             !Record || (!Local && Out.P.place(To).In != Memory::Local));
  if (Local && !Record && BO->getOpcode() == BO_Assign &&
      Out.P.isPrivate(Local) && !BO->getRHS()->HasSideEffects(Ctx))
    Loaded.push_back({Local, Uses, Begin, Out.List.size()});
}

void Accesses::Walk::finish() {
  for (const Assigned &A : Loaded)
    if (!Out.P.uses(A.To) || (!Repeats && LastUse.lookup(A.To) <= A.Uses))
      for (size_t I = A.Begin; I != A.End; ++I)
        Out.List[I].Used = false;
}

/// True if the compiler reads all bytes of a copy to \p To: those that are
/// copied to an object on the stack and not looked at are left out.
bool Accesses::Walk::keepsCopy(const Expr *To, uint64_t Bytes) const {
  Address A = Out.P.pointee(To);
  if (A.In != Memory::Local)
    return A.known();
  QualType T = A.Var->getType();
  return !A.Offset && !A.Variable && T->isScalarType() && sizeOf(T) == Bytes &&
         Out.P.uses(A.Var) > 1;
}

/// \p E before it is converted to the type of a parameter.
static const Expr *pointerAsWritten(const Expr *E) {
  E = E->IgnoreParens();
  while (const auto *Cast = dyn_cast<ImplicitCastExpr>(E)) {
    if (Cast->getCastKind() == CK_LValueToRValue)
      break;
    E = Cast->getSubExpr()->IgnoreParens();
  }
  return E;
}

/// memset and its kind, and the old atomics; false for other calls.
bool Accesses::Walk::memoryBuiltin(const CallExpr *Call, bool Used) {
  llvm::StringRef Name = calleeName(Call);
  Name.consume_front("__builtin_");
  bool Fill = Name == "memset" || Name == "bzero";
  bool Copy = Name == "memcpy" || Name == "memmove";
  bool Compare = Name == "memcmp" || Name == "bcmp";
  if ((Fill || Copy || Compare) && Call->getNumArgs() >= 2) {
    const Expr *Size = Call->getArg(Call->getNumArgs() - 1);
    std::optional<int64_t> N = Out.P.number(Size);
    if (!N)
      return true;
    uint64_t Bytes = *N;
    const Expr *To = Call->getArg(0), *From = Call->getArg(1);
    if (!Compare)
      add(Fill ? Access::Kind::Fill : Access::Kind::Copy, Call, To, From,
          Bytes);
    if (Copy)
      add(Access::Kind::Read, Call, From, nullptr, Bytes).Used =
          keepsCopy(To, Bytes);
    if (Compare)
      for (const Expr *Operand : {To, From})
        add(Access::Kind::Compare, Call, Operand, nullptr, Bytes).Used = Used;
    return true;
  }
  if (Name.substr(0, 7) == "__sync_" && Call->getNumArgs()) {
    const Expr *Ptr = pointerAsWritten(Call->getArg(0));
    add(Access::Kind::Atomic, Call, Ptr, nullptr,
        sizeOf(Ptr->getType()->getPointeeType()));
    return true;
  }
  return false;
}

void Accesses::Walk::call(const CallExpr *E, bool Used) {
  if (Through) {
    memoryBuiltin(E, Used);
    return;
  }
  if (const FunctionDecl *FD = E->getDirectCallee())
    refer(FD);
  lookInto(E);
  if (!memoryBuiltin(E, Used) && !calleeName(E).empty())
    (Guarded ? Out.DoubtfulCalls : Out.Calls)
        .push_back({E, calleeName(E), In, Used});
  // The other builtins of CO-RE only ask about what they are given.
  llvm::StringRef Name = calleeName(E);
  const CallExpr *Outer = Preserves;
  if (Name == "__builtin_preserve_access_index")
    Preserves = E;
  else if (Name.substr(0, 19) == "__builtin_preserve_")
    return;
  for (const Expr *Arg : E->arguments()) {
    const auto *Ref = dyn_cast<DeclRefExpr>(Arg->IgnoreParenCasts());
    if (const auto *FD = Ref ? dyn_cast<FunctionDecl>(Ref->getDecl()) : nullptr)
      refer(FD);
    // Of a struct that is passed by value, a function of the program that has
    // become a part of this one reads no more than it needs.
    expression(Arg, !Arg->getType()->isRecordType());
  }
  Preserves = Outer;
}

void Accesses::Walk::expression(const Expr *E, bool Used) {
  if (!E)
    return;
  E = E->IgnoreParens();
  if (const auto *ME = dyn_cast<MemberExpr>(E)) {
    if (Used)
      relocation(ME);
    return expression(ME->getBase(), Used || ME->isArrow());
  }
  // Nothing in these is evaluated.
  if (isa<UnaryExprOrTypeTraitExpr, OffsetOfExpr>(E))
    return;
  if (const auto *Cast = dyn_cast<CastExpr>(E)) {
    const Expr *Sub = Cast->getSubExpr()->IgnoreParens();
    if (Cast->getCastKind() == CK_LValueToRValue && !isa<DeclRefExpr>(Sub))
      add(Access::Kind::Load, E, Sub, nullptr, sizeOf(Sub->getType())).Used =
          Used;
    else if (const auto *Ref = dyn_cast<DeclRefExpr>(Sub);
             Ref && Cast->getCastKind() == CK_LValueToRValue)
      if (const auto *VD = dyn_cast<VarDecl>(Ref->getDecl());
          VD && VD->hasGlobalStorage())
        add(Access::Kind::Load, E, Sub, nullptr, sizeOf(Sub->getType())).Used =
            Used;
    return expression(Sub, Used && Cast->getCastKind() != CK_ToVoid);
  }
  if (const auto *BO = dyn_cast<BinaryOperator>(E)) {
    if (BO->isAssignmentOp())
      return assignment(BO);
    if (BO->isLogicalOp()) {
      expression(BO->getLHS(), Used || BO->getRHS()->HasSideEffects(Ctx));
      Certain = false;
      bool Value, Outer = Guarded;
      if (BO->getLHS()->EvaluateAsBooleanCondition(Value, Ctx)) {
        if (Value != (BO->getOpcode() == BO_LAnd))
          return;
      } else {
        Guarded |= asksKernel(BO->getLHS(), In);
      }
      expression(BO->getRHS(), Used);
      Guarded = Outer;
      return;
    }
    if (BO->getOpcode() == BO_Comma) {
      expression(BO->getLHS(), false);
      return expression(BO->getRHS(), Used);
    }
  }
  if (const auto *UO = dyn_cast<UnaryOperator>(E);
      UO && UO->isIncrementDecrementOp()) {
    const Expr *Sub = UO->getSubExpr()->IgnoreParens();
    add(Access::Kind::Update, UO, Sub, nullptr, sizeOf(Sub->getType()));
  }
  if (const auto *CO = dyn_cast<ConditionalOperator>(E)) {
    bool Value, Outer = Guarded;
    Certain = false;
    if (CO->getCond()->EvaluateAsBooleanCondition(Value, Ctx))
      return expression(Value ? CO->getTrueExpr() : CO->getFalseExpr(), Used);
    expression(CO->getCond(), true);
    Guarded |= asksKernel(CO->getCond(), In);
    expression(CO->getTrueExpr(), Used);
    expression(CO->getFalseExpr(), Used);
    Guarded = Outer;
    return;
  }
  if (const auto *AE = dyn_cast<AtomicExpr>(E)) {
    // A plain atomic load or store is an ordinary instruction.
    auto Op = AE->getOp();
    if (Op != AtomicExpr::AO__atomic_load &&
        Op != AtomicExpr::AO__atomic_store &&
        Op != AtomicExpr::AO__atomic_load_n &&
        Op != AtomicExpr::AO__atomic_store_n)
      add(Access::Kind::Atomic, AE, pointerAsWritten(AE->getPtr()), nullptr,
          sizeOf(AE->getPtr()->getType()->getPointeeType()));
  }
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return call(Call, Used);
  if (const auto *SE = dyn_cast<StmtExpr>(E)) {
    const CompoundStmt *Body = SE->getSubStmt();
    for (const Stmt *S : Body->body()) {
      const auto *Last = dyn_cast<Expr>(S);
      if (Last && S == Body->body_back())
        expression(Last, Used);
      else
        statement(S);
    }
    return;
  }
  if (const auto *GS = dyn_cast<GenericSelectionExpr>(E))
    return expression(GS->getResultExpr(), Used);
  if (const auto *CE = dyn_cast<ChooseExpr>(E))
    return expression(CE->getChosenSubExpr(), Used);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *FD = dyn_cast<FunctionDecl>(Ref->getDecl()))
      refer(FD);
    if (const VarDecl *VD = localVariable(Ref))
      LastUse[VD] = ++Uses;
    return;
  }
  // What is computed is used where its result is.
  const auto *UO = dyn_cast<UnaryOperator>(E);
  if (isa<BinaryOperator>(E) ||
      (UO && UnaryOperator::isArithmeticOp(UO->getOpcode()))) {
    for (const Stmt *Operand : E->children())
      expression(cast<Expr>(Operand), Used);
    return;
  }
  children(E);
}

} // namespace bpftidy
