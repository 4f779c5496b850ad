//===- Operators.cpp - what is computed from pointers ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The verifier lets no operator but + and - work on a pointer, and not even
// these while it may be NULL. What counts are the instructions: an operator
// whose result depends on no bit of the pointer, or that leaves it as it is, is
// none, and of a comparison the compiler makes something else.
//
//===----------------------------------------------------------------------===//

#include "flow/Explorer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "llvm/Support/MathExtras.h"
#include <optional>

using namespace clang;

namespace bpftidy {
namespace flow {

bool isOperated(const Node *V) {
  while (V->Kind == Op::Cast)
    V = V->A;
  return V->Kind == Op::Inside && V->Ref;
}

bool isMoved(const Node *V) {
  if (V->Kind == Op::Inside)
    return V->Code == MovedForCertain;
  if (V->Kind != Op::AddrOf)
    return false;
  bool Moved = false;
  const Node *Loc = V->A;
  for (; Loc->Kind == Op::LField || Loc->Kind == Op::LElem; Loc = Loc->A) {
    if (Loc->Kind == Op::LElem) {
      // Where it leads to is known of the first element only.
      if (!Loc->B->isConst(0))
        return false;
      continue;
    }
    // Its place may not be the kernel's, but is behind another member.
    const auto *FD = static_cast<const FieldDecl *>(
        static_cast<const ValueDecl *>(Loc->Ref));
    if (FD->getParent()->isInvalidDecl())
      return false;
    Moved |= FD->getASTContext().getFieldOffset(FD) != 0;
  }
  return Moved && Loc->Kind == Op::LDeref && Loc->A->Kind == Op::Sym;
}

/// True if \p V is the address of a member whose place the program's loader
/// fills in (CO-RE): that is added even where it is 0.
static bool isRelocatedPart(const Node *V) {
  if (V->Kind != Op::AddrOf)
    return false;
  const Node *Loc = V->A;
  bool Relocated = false;
  for (; Loc->Kind == Op::LField; Loc = Loc->A) {
    const auto *FD = static_cast<const FieldDecl *>(
        static_cast<const ValueDecl *>(Loc->Ref));
    Relocated |= FD->getParent()->hasAttr<BPFPreserveAccessIndexAttr>();
  }
  return Relocated && Loc->Kind == Op::LDeref && Loc->A->Kind == Op::Sym;
}

static const BinaryOperator *operatorOf(const Node *N) {
  return cast<BinaryOperator>(static_cast<const Expr *>(N->Ref));
}

static BinaryOperatorKind opcode(const BinaryOperator *E) {
  return E->isCompoundAssignmentOp()
             ? BinaryOperator::getOpForCompoundAssignment(E->getOpcode())
             : E->getOpcode();
}

const Node *Explorer::pointerPlus(State &S, const Node *P, const Node *Distance,
                                  QualType T, bool Back) {
  if (Distance->isConst(0))
    return P;
  if (const Node *Sym = symOf(P)) {
    bool Moved = P == Sym && Distance->Kind == Op::Const;
    return Values.ref(Op::Inside, nullptr, Sym, Moved ? MovedForCertain : 0);
  }
  if (P->Kind != Op::Leaf &&
      (P->Kind != Op::Binary || P->Code != MovedPointer)) {
    escape(S, P);
    return Values.unknown();
  }
  QualType To = T->getPointeeType();
  // As GNU C has it, void and functions are as long as a byte.
  int64_t Size = To->isObjectType() && !To->isIncompleteType()
                     ? Ctx.getTypeSizeInChars(To).getQuantity()
                     : 1;
  constexpr int64_t Most = int64_t(1) << 20;
  if (Distance->Kind == Op::Const && std::abs(Distance->Imm) < Most &&
      Size < Most)
    Distance = Values.constant((Back ? -1 : 1) * Distance->Imm * Size);
  else if (Distance->Kind == Op::Const)
    Distance = Values.unknown();
  return Values.binary(MovedPointer, P, Distance, Ctx.VoidPtrTy);
}

const Node *Explorer::combine(const BinaryOperator *E, const Node *L,
                              const Node *R) {
  const Node *Unsaid =
      Values.ref(Op::Inside, nullptr, symOf(L) ? symOf(L) : symOf(R));
  BinaryOperatorKind Opc = opcode(E);
  if (!symOf(L)) {
    if (!BinaryOperator::isBitwiseOp(Opc) && Opc != BO_Mul && Opc != BO_Add)
      return Unsaid;
    std::swap(L, R);
  }
  // Two pointers may be one, or have something in common.
  if (symOf(R))
    return isOperated(R) && symOf(L) == symOf(R) && !isOperated(L) ? R : Unsaid;
  return Values.operated(E, L, R);
}

static uint64_t maskOf(const Node *Cast, const ASTContext &Ctx) {
  QualType T(static_cast<const Type *>(Cast->Ref), 0);
  uint64_t Bits = Ctx.getTypeSize(T);
  return Bits < 64 ? (uint64_t(1) << Bits) - 1 : ~uint64_t(0);
}

static bool isPowerOf2(uint64_t N) { return N && !(N & (N - 1)); }

/// The bits of the number \p N that are not the same for all pointers.
static uint64_t varying(const Node *N, const ASTContext &Ctx) {
  if (N->Kind == Op::Cast)
    return varying(N->A, Ctx) & maskOf(N, Ctx);
  if (N->Kind != Op::Inside || !N->Ref)
    return ~uint64_t(0);
  uint64_t Bits = varying(N->B, Ctx), C = N->Imm;
  if (N->Code != ByConstant)
    return ~uint64_t(0);
  switch (opcode(operatorOf(N))) {
  case BO_And:
    return Bits & C;
  case BO_Or:
    return Bits & ~C;
  case BO_Shl:
    return C < 64 ? Bits << C : 0;
  case BO_Shr:
    return C < 64 ? Bits >> C : 0;
  case BO_Mul:
    // C & -C is its lowest bit, and minus that all bits from there upwards.
    return C ? 0 - (C & (0 - C)) : 0;
  case BO_Rem:
    return isPowerOf2(C) ? Bits & (C - 1) : ~uint64_t(0);
  default:
    return ~uint64_t(0);
  }
}

/// The bits of what \p Opc is applied to that its bits \p Wanted depend on.
static uint64_t wantedOfInput(BinaryOperatorKind Opc, uint64_t C,
                              uint64_t Wanted) {
  switch (Opc) {
  case BO_And:
    return Wanted & C;
  case BO_Or:
    return Wanted & ~C;
  case BO_Xor:
    return Wanted;
  case BO_Shl:
    return C < 64 ? Wanted >> C : 0;
  case BO_Shr:
    return C < 64 ? Wanted << C : 0;
  case BO_Div:
  case BO_Rem:
    return ~uint64_t(0);
  default: // a carry goes upwards
    for (unsigned Shift = 1; Shift < 64; Shift *= 2)
      Wanted |= Wanted >> Shift;
    return Wanted;
  }
}

/// The operator that is applied to the pointer itself where the bits \p Wanted
/// of \p N are computed: none if the pointer is left as it is, null if that
/// cannot be told. With \p Undone, a further operator may undo one of its kind.
static std::optional<const Node *> needed(const Node *N, uint64_t Wanted,
                                          const ASTContext &Ctx,
                                          bool Undone = false) {
  if (N->Kind == Op::Cast)
    return needed(N->A, Wanted & maskOf(N, Ctx), Ctx, Undone);
  if (N->Kind != Op::Inside || !N->Ref)
    return std::nullopt;
  BinaryOperatorKind Opc = opcode(operatorOf(N));
  uint64_t C = N->Imm;
  // The compiler may know more of another number than is known here.
  if (N->Code == ByOther || !(varying(N, Ctx) & Wanted))
    return nullptr;
  if (isPowerOf2(C) && (Opc == BO_Rem || Opc == BO_Div)) {
    C = Opc == BO_Rem ? C - 1 : llvm::Log2_64(C);
    Opc = Opc == BO_Rem ? BO_And : BO_Shr;
  }
  bool Undoes = Opc == BO_Add || Opc == BO_Sub || Opc == BO_Xor;
  bool Nothing =
      (Opc == BO_And && !(Wanted & ~C)) ||
      ((Opc == BO_Or || Opc == BO_Xor) && !(Wanted & C)) ||
      (Opc == BO_Mul && C == 1) ||
      ((Opc == BO_Shl || Opc == BO_Shr || Opc == BO_Add || Opc == BO_Sub) &&
       C == 0);
  auto Inner = needed(N->B, Nothing ? Wanted : wantedOfInput(Opc, C, Wanted),
                      Ctx, Undone || Undoes);
  if (Inner || Nothing)
    return Inner;
  // What has no use for the upper half may be computed from a copy of the
  // lower one, which is a number.
  uint64_t Input = Opc == BO_Shr || Opc == BO_Div || Opc == BO_Rem
                       ? wantedOfInput(Opc, C, Wanted)
                       : 0;
  bool Whole = (Wanted | Input) >> 32;
  return Whole && !(Undoes && Undone) ? N : nullptr;
}

/// Whether a comparison of \p N with a constant leaves the operator in place:
/// that of some low bits does.
static bool staysInComparison(const Node *N) {
  constexpr int64_t Most = 0x7fff;
  return opcode(operatorOf(N)) == BO_And && N->Code == ByConstant &&
         N->Imm > 0 && N->Imm <= Most && !isOperated(N->B);
}

const BinaryOperator *Explorer::operatorIn(const State &S, const Node *V,
                                           bool Asked, const Node *&Sym) const {
  const Node *N =
      isOperated(V) ? needed(V, ~uint64_t(0), Ctx).value_or(nullptr) : nullptr;
  if (!N || (Asked && !staysInComparison(N)))
    return nullptr;
  Sym = N->A;
  for (const Tracked &T : S.Syms) {
    if (T.Sym != Sym)
      continue;
    Made How = Sym->source().How;
    bool Object = How == Made::Load || How == Made::Exchange ||
                  How == Made::Acquire || How == Made::Lent;
    bool Additive = BinaryOperator::isAdditiveOp(opcode(operatorOf(N))) &&
                    (T.N != Null::Maybe || How == Made::Lent);
    if (Object && !Additive && T.N != Null::Yes &&
        (T.O == Own::Owned || T.O == Own::Borrowed))
      return operatorOf(N);
  }
  return nullptr;
}

void Explorer::checkOperators(State &S, const Node *V, bool Asked) {
  while ((V->Kind == Op::Unary && V->Code == UO_LNot) ||
         (V->Kind == Op::Binary && V->B->Kind == Op::Const &&
          (V->Code == BO_EQ || V->Code == BO_NE))) {
    Asked = true;
    V = V->A;
  }
  // A helper reads what a variable holds.
  if (V->Kind == Op::Addr)
    if (const Node **Held = find(S.Vars, static_cast<const VarDecl *>(V->Ref)))
      V = *Held;
  const Node *Sym = nullptr;
  if (const BinaryOperator *E = operatorIn(S, V, Asked, Sym))
    reportOperator(S, E, Sym);
}

void Explorer::reportOperator(State &S, const BinaryOperator *E,
                              const Node *Sym) {
  BinaryOperatorKind Opc = opcode(E);
  if (BinaryOperator::isAdditiveOp(Opc))
    report(S, Wrong::UncheckedNull, Use::Compute, Sym, E->getExprLoc());
  else
    report(S, Wrong::Operator, Use::Compute, Sym, E->getExprLoc(),
           BinaryOperator::getOpcodeStr(Opc));
}

void Explorer::checkPlace(State &S, const Node *Loc, const Node *Result) {
  for (; Loc; Loc = Loc->Kind == Op::LDeref ? nullptr : Loc->A) {
    const Node *V = Loc->Kind == Op::LElem    ? Loc->B
                    : Loc->Kind == Op::LDeref ? Loc->A
                                              : nullptr;
    const Node *Sym = nullptr;
    const BinaryOperator *E = V ? operatorIn(S, V, false, Sym) : nullptr;
    if (E && Result)
      S.Loads.push_back({Result, Sym, Wrong::Operator, E});
    else if (E)
      reportOperator(S, E, Sym);
  }
}

void Explorer::checkMoved(State &S, const Node *V, const Expr *At) {
  const Node *Sym = symOf(V);
  const Tracked *T = Sym ? S.tracked(Sym) : nullptr;
  if (!T || V == Sym || (!isMoved(V) && !isRelocatedPart(V)) ||
      T->N != Null::Maybe || T->Expired ||
      (T->O != Own::Owned && T->O != Own::Borrowed))
    return;
  const Origin &O = Sym->source();
  if (O.How != Made::Lent && O.Kind != kernel::FieldKind::Percpu &&
      (O.How != Made::Lookup || T->MaybeNull))
    report(S, Wrong::UncheckedNull, Use::Compute, Sym, At->getExprLoc());
}

} // namespace flow
} // namespace bpftidy
