//===- Value.cpp - what an expression may be worth ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "flow/Value.h"
#include "clang/AST/ASTContext.h"
#include "llvm/Support/MathExtras.h"
#include <limits>
#include <tuple>

using namespace clang;

namespace bpftidy {
namespace flow {

/// Deeper expressions are not followed; it also ends loops that only count.
static constexpr unsigned MaxDepth = 6;

bool related(const Node *A, const Node *B) {
  return llvm::any_of(A->Keys, [B](const void *Key) {
    return llvm::is_contained(B->Keys, Key);
  });
}

const Node *rootPointer(const Node *Loc) {
  while (Loc && (Loc->Kind == Op::LField || Loc->Kind == Op::LElem))
    Loc = Loc->A;
  return Loc && Loc->Kind == Op::LDeref ? Loc->A : nullptr;
}

const VarDecl *rootVariable(const Node *Loc) {
  while (Loc && (Loc->Kind == Op::LField || Loc->Kind == Op::LElem))
    Loc = Loc->A;
  return Loc && Loc->Kind == Op::LVar ? static_cast<const VarDecl *>(Loc->Ref)
                                      : nullptr;
}

bool isLocalPart(const Node *Loc) {
  const VarDecl *VD = rootVariable(Loc);
  return VD && VD->hasLocalStorage();
}

const ValueDecl *innermost(const Node *Loc) {
  while (Loc && Loc->Kind == Op::LElem)
    Loc = Loc->A;
  if (!Loc || (Loc->Kind != Op::LField && Loc->Kind != Op::LVar))
    return nullptr;
  return static_cast<const ValueDecl *>(Loc->Ref);
}

const Node *symOf(const Node *P) {
  if (!P)
    return nullptr;
  if (P->Kind == Op::Sym)
    return P;
  if (P->Kind == Op::Inside)
    return P->A;
  if (P->Kind == Op::AddrOf)
    return symOf(rootPointer(P->A));
  return nullptr;
}

bool Arena::Less::operator()(const Node *X, const Node *Y) const {
  return std::tie(X->Kind, X->Code, X->Ref, X->Imm, X->A, X->B) <
         std::tie(Y->Kind, Y->Code, Y->Ref, Y->Imm, Y->A, Y->B);
}

const Node *Arena::get(Node N) {
  auto It = Known.find(&N);
  if (It != Known.end())
    return It->second;
  for (const Node *Part : {N.A, N.B}) {
    if (!Part)
      continue;
    N.Doubt |= Part->Doubt || Part->Kind == Op::Unknown;
    N.Depth = std::max(N.Depth, Part->Depth + 1);
    for (const Node *L : Part->Leaves)
      if (!N.has(L))
        N.Leaves.push_back(L);
    for (const void *Key : Part->Keys)
      if (!llvm::is_contained(N.Keys, Key))
        N.Keys.push_back(Key);
  }
  Nodes.push_back(std::move(N));
  Node *New = &Nodes.back();
  if (New->Kind == Op::Leaf || New->Kind == Op::Sym) {
    New->Leaves.push_back(New);
    if (New->Keys.empty())
      New->Keys.push_back(New);
  }
  Known[New] = New;
  return New;
}

const Node *Arena::constant(int64_t V) {
  Node N;
  N.Kind = Op::Const;
  N.Imm = V;
  return get(std::move(N));
}

const Node *Arena::sym(const Origin *From, unsigned Instance) {
  Node N;
  N.Kind = Op::Sym;
  N.Ref = From;
  N.Imm = Instance;
  return get(std::move(N));
}

std::pair<int64_t, int64_t> Arena::range(QualType T) const {
  constexpr int64_t Max = std::numeric_limits<int64_t>::max();
  if (T->isBooleanType())
    return {0, 1};
  if (!T->isIntegralOrEnumerationType() || T->isIncompleteType())
    return {0, Max};
  unsigned Bits = Ctx.getTypeSize(T);
  if (T->isUnsignedIntegerOrEnumerationType())
    return {0, Bits >= 64 ? Max : int64_t((1ULL << Bits) - 1)};
  if (Bits >= 64)
    return {-Max, Max};
  return {-(int64_t(1) << (Bits - 1)), (int64_t(1) << (Bits - 1)) - 1};
}

const Node *Arena::leaf(const void *Site, unsigned Instance, QualType T,
                        Traits Is) {
  Node N;
  N.Kind = Op::Leaf;
  N.Ref = Site;
  N.Imm = Instance;
  // Another program may see more, or less, in the same code.
  N.Code = unsigned(Is.Doubt) + 2 * Is.Pointer + 4 * Is.Nullable +
           8 * Is.Error + 16 * Is.Fixed + 32 * Is.AtRunTime + 64 * Is.Processor;
  N.Doubt = Is.Doubt;
  N.Fixed = Is.Fixed;
  N.AtRunTime = Is.AtRunTime;
  N.Processor = Is.Processor;
  N.Truth = T->isBooleanType();
  N.Pointer = Is.Pointer || T->isPointerType();
  N.Nullable = Is.Nullable;
  std::tie(N.Lo, N.Hi) = range(T);
  constexpr int64_t MaxErrno = 4095;
  if (Is.Error)
    std::tie(N.Lo, N.Hi) = std::make_pair(-MaxErrno, 0);
  if (Is.Processor)
    N.Hi = N.Lo;
  return get(std::move(N));
}

const Node *Arena::ref(Op Kind, const void *Ref, const Node *A, unsigned Code) {
  Node N;
  N.Kind = Kind;
  N.Code = Code;
  N.Ref = Ref;
  N.A = A;
  return get(std::move(N));
}

const Node *Arena::elem(const Node *A, const Node *Index) {
  Node N;
  N.Kind = Op::LElem;
  N.A = A;
  N.B = Index;
  return get(std::move(N));
}

const Node *Arena::operated(const BinaryOperator *By, const Node *A,
                            const Node *Other) {
  constexpr unsigned MaxOperators = 4;
  Node N;
  N.Kind = Op::Inside;
  N.A = symOf(A);
  // Where nobody looks into it, equal results are one.
  if (A->Depth > MaxOperators)
    return get(std::move(N));
  N.Ref = static_cast<const Expr *>(By);
  N.Code = Other->Kind == Op::Const ? ByConstant : ByOther;
  N.Imm = Other->Kind == Op::Const ? Other->Imm : 0;
  N.B = A;
  return get(std::move(N));
}

const Node *Arena::addressOf(const Node *Loc) {
  if (Loc->Kind == Op::LDeref)
    return Loc->A;
  if (Loc->Kind == Op::LVar &&
      static_cast<const VarDecl *>(Loc->Ref)->hasLocalStorage())
    return ref(Op::Addr, Loc->Ref);
  if (Loc->Kind == Op::LVar || Loc->Kind == Op::LField ||
      Loc->Kind == Op::LElem)
    return ref(Op::AddrOf, nullptr, Loc);
  return unknown();
}

const Node *Arena::pointee(const Node *P) {
  if (P->Kind == Op::Addr)
    return ref(Op::LVar, P->Ref);
  if (P->Kind == Op::AddrOf)
    return P->A;
  return ref(Op::LDeref, nullptr, P);
}

const Node *Arena::unary(unsigned Code, const Node *A, QualType T) {
  if (A->Kind == Op::Unknown || A->Depth >= MaxDepth)
    return unknown();
  if (A->Kind == Op::Const)
    switch (Code) {
    case UO_Minus:
      return constant(wrap(int64_t(0 - uint64_t(A->Imm)), T));
    case UO_Not:
      return constant(wrap(~A->Imm, T));
    case UO_LNot:
      return constant(!A->Imm);
    case UO_Plus:
      return A;
    default: {
      auto V = Code >= FirstBuiltin
                   ? computeBuiltin(Code - FirstBuiltin, A->Imm)
                   : std::nullopt;
      return V ? constant(*V) : unknown();
    }
    }
  if (Code == UO_Plus)
    return A;
  Node N;
  N.Kind = Op::Unary;
  N.Code = Code;
  N.A = A;
  if (Code != UO_LNot)
    N.Ref = T.getCanonicalType().getUnqualifiedType().getTypePtr();
  return get(std::move(N));
}

const Node *Arena::narrow(const Node *A, const void *How, int64_t Lo,
                          int64_t Hi, unsigned Code, const Node *B) {
  // What has as many values as the type takes every one of them.
  if (uint64_t(A->Hi) - uint64_t(A->Lo) < uint64_t(Hi) - uint64_t(Lo)) {
    Lo = std::max(Lo, A->Lo);
    Hi = std::min(Hi, A->Hi);
  }
  if (Lo > Hi || A->Depth >= MaxDepth)
    return unknown();
  Node N;
  N.Kind = Op::Leaf;
  N.Code = Code;
  N.Ref = How;
  N.A = A;
  N.B = B;
  N.Lo = Lo;
  N.Hi = Hi;
  return get(std::move(N));
}

const Node *Arena::convert(const Node *A, QualType To) {
  if (A->Kind == Op::Const)
    return constant(wrap(A->Imm, To));
  if (A->Kind == Op::Leaf) {
    auto [Lo, Hi] = range(To);
    if (Lo <= A->Lo && A->Hi <= Hi)
      return A;
  }
  // Half a pointer is any number to the verifier.
  if (A->Kind == Op::Leaf && To->isIntegralOrEnumerationType() &&
      !To->isBooleanType() && (!A->Pointer || Ctx.getTypeSize(To) < 64)) {
    auto [Lo, Hi] = range(To);
    return narrow(A, To.getCanonicalType().getTypePtr(), Lo, Hi);
  }
  // The truth of a comparison is 0 or 1 in any type.
  if ((A->Kind == Op::Unary && A->Code == UO_LNot) ||
      (A->Kind == Op::Binary &&
       BinaryOperator::isComparisonOp(BinaryOperatorKind(A->Code))))
    return A;
  if (A->Kind == Op::Inside && A->Ref && Ctx.getTypeSize(To) < 64)
    return ref(Op::Cast, To.getCanonicalType().getTypePtr(), A);
  if (A->Kind == Op::Sym || A->Kind == Op::Inside || A->Kind == Op::Addr ||
      A->Kind == Op::AddrOf)
    return Ctx.getTypeSize(To) >= 64 ? A : unknown();
  if (A->Kind == Op::Unknown || A->Depth >= MaxDepth)
    return unknown();
  return ref(Op::Cast, To.getCanonicalType().getTypePtr(), A);
}

const Node *Arena::number(const Node *A, QualType To) {
  auto [Lo, Hi] = range(To);
  return A->Kind == Op::Leaf
             ? narrow(A, To.getCanonicalType().getTypePtr(), Lo, Hi)
             : convert(A, To);
}

const Node *Arena::binary(unsigned Code, const Node *A, const Node *B,
                          QualType T) {
  auto Opc = BinaryOperatorKind(Code);
  if (A->Kind == Op::Const && B->Kind == Op::Const) {
    auto V = compute(Opc, A->Imm, B->Imm, T, Ctx);
    return V ? constant(*V) : unknown();
  }
  if (A == B && A->Kind != Op::Unknown) {
    if (Opc == BO_EQ || Opc == BO_LE || Opc == BO_GE)
      return constant(1);
    if (Opc == BO_NE || Opc == BO_LT || Opc == BO_GT)
      return constant(0);
  }
  if (A->Kind == Op::Unknown || B->Kind == Op::Unknown ||
      A->Depth >= MaxDepth || B->Depth >= MaxDepth)
    return unknown();
  if (A->Kind == Op::Leaf && B->Kind == Op::Const && !A->Pointer) {
    bool IsMask = B->Imm > 0 && (B->Imm & (B->Imm + 1)) == 0;
    if (Opc == BO_And && IsMask && B->Imm != 1)
      return narrow(A, nullptr, 0, B->Imm, BO_And, B);
    if (Opc == BO_Rem && B->Imm > 1)
      return narrow(A, nullptr, 0, B->Imm - 1, BO_Rem, B);
  }
  // The constant to the right.
  if (A->Kind == Op::Const && BinaryOperator::isComparisonOp(Opc)) {
    std::swap(A, B);
    if (BinaryOperator::isRelationalOp(Opc))
      Opc = Opc == BO_LT   ? BO_GT
            : Opc == BO_GT ? BO_LT
            : Opc == BO_LE ? BO_GE
                           : BO_LE;
  }
  Node N;
  N.Kind = Op::Binary;
  N.Code = Opc;
  N.A = A;
  N.B = B;
  if (Code != MovedPointer && !BinaryOperator::isEqualityOp(Opc))
    N.Ref = T.getCanonicalType().getUnqualifiedType().getTypePtr();
  return get(std::move(N));
}

} // namespace flow
} // namespace bpftidy
