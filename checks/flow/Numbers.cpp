//===- Numbers.cpp - what the program computes ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The arithmetic of C on numbers of up to 64 bits. A number is kept in an
/// int64_t: as it is if that fits, as the same 64 bits otherwise.
///
//===----------------------------------------------------------------------===//

#include "flow/Value.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/Builtins.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SwapByteOrder.h"

using namespace clang;

namespace bpftidy {
namespace flow {

int64_t Arena::wrap(int64_t V, QualType T) const {
  if (T->isBooleanType())
    return V != 0;
  if (!T->isIntegralOrEnumerationType() || T->isIncompleteType())
    return V;
  unsigned Bits = Ctx.getTypeSize(T);
  if (Bits >= 64)
    return V;
  uint64_t Low = uint64_t(V) & ((1ULL << Bits) - 1);
  return T->isUnsignedIntegerOrEnumerationType()
             ? int64_t(Low)
             : llvm::SignExtend64(Low, Bits);
}

std::optional<int64_t> computeBuiltin(unsigned Id, int64_t X) {
  switch (Id) {
  case Builtin::BI__builtin_bswap16:
    return llvm::sys::getSwappedBytes(uint16_t(X));
  case Builtin::BI__builtin_bswap32:
    return llvm::sys::getSwappedBytes(uint32_t(X));
  case Builtin::BI__builtin_bswap64:
    return int64_t(llvm::sys::getSwappedBytes(uint64_t(X)));
  case Builtin::BI__builtin_popcount:
    return llvm::popcount(uint32_t(X));
  case Builtin::BI__builtin_popcountl:
  case Builtin::BI__builtin_popcountll:
    return llvm::popcount(uint64_t(X));
  default:
    return std::nullopt;
  }
}

/// Compares as \p Unsigned numbers if need be.
static int64_t compare(BinaryOperatorKind Code, int64_t X, int64_t Y,
                       bool Unsigned) {
  bool Less = Unsigned ? uint64_t(X) < uint64_t(Y) : X < Y;
  switch (Code) {
  case BO_LT:
    return Less;
  case BO_GE:
    return !Less;
  case BO_LE:
    return Less || X == Y;
  case BO_GT:
    return !Less && X != Y;
  case BO_EQ:
    return X == Y;
  default:
    return X != Y;
  }
}

/// With a sign, of what does not overflow: the compiler takes that for
/// impossible.
static std::optional<int64_t> computeSigned(BinaryOperatorKind Code, int64_t X,
                                            int64_t Y, unsigned Bits) {
  int64_t Out;
  bool Overflow;
  switch (Code) {
  case BO_Add:
    Overflow = llvm::AddOverflow(X, Y, Out);
    break;
  case BO_Sub:
    Overflow = llvm::SubOverflow(X, Y, Out);
    break;
  default:
    Overflow = llvm::MulOverflow(X, Y, Out);
  }
  if (Overflow || (Bits < 64 && llvm::SignExtend64(Out, Bits) != Out))
    return std::nullopt;
  return Out;
}

std::optional<int64_t> compute(BinaryOperatorKind Code, int64_t X, int64_t Y,
                               QualType T, const ASTContext &Ctx) {
  bool IsNumber =
      !T.isNull() && T->isIntegralOrEnumerationType() && !T->isIncompleteType();
  bool Unsigned = IsNumber && T->isUnsignedIntegerOrEnumerationType();
  if (BinaryOperator::isComparisonOp(Code))
    return compare(Code, X, Y, Unsigned);
  if (!IsNumber || T->isBooleanType())
    return std::nullopt;
  unsigned Bits = Ctx.getTypeSize(T);
  if (Bits > 64)
    return std::nullopt;
  if (!Unsigned && (Code == BO_Add || Code == BO_Sub || Code == BO_Mul))
    return computeSigned(Code, X, Y, Bits);
  uint64_t A = X, B = Y, Out;
  switch (Code) {
  case BO_Add:
    Out = A + B;
    break;
  case BO_Sub:
    Out = A - B;
    break;
  case BO_Mul:
    Out = A * B;
    break;
  case BO_Div:
  case BO_Rem:
    if (!Y || (!Unsigned && (Y == -1 || X < 0 || Y < 0)))
      return std::nullopt;
    Out = Code == BO_Div ? A / B : A % B;
    break;
  case BO_And:
    Out = A & B;
    break;
  case BO_Or:
    Out = A | B;
    break;
  case BO_Xor:
    Out = A ^ B;
    break;
  case BO_Shl:
  case BO_Shr:
    if (Y < 0 || Y >= int64_t(Bits) || (!Unsigned && X < 0))
      return std::nullopt;
    Out = Code == BO_Shl ? A << B : A >> B;
    if (!Unsigned && Code == BO_Shl && (Out >> B != A || Out >> (Bits - 1)))
      return std::nullopt;
    break;
  default:
    return std::nullopt;
  }
  if (Bits == 64)
    return int64_t(Out);
  Out &= (1ULL << Bits) - 1;
  return Unsigned ? int64_t(Out) : llvm::SignExtend64(Out, Bits);
}

} // namespace flow
} // namespace bpftidy
