//===- State.cpp - what is known at one point of one path -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "flow/State.h"

using namespace clang;

namespace bpftidy {
namespace flow {

// A long list must not be freed by as deep a recursion.
Trail::~Trail() {
  std::shared_ptr<Trail> Next = std::move(Before);
  while (Next && Next.use_count() == 1)
    Next = std::move(Next->Before);
}

void State::remember(Mark What, const Stmt *At, const Node *Sym) {
  auto T = std::make_shared<Trail>();
  T->Before = Way;
  T->What = What;
  T->At = At;
  T->Sym = Sym;
  Way = std::move(T);
}

template <typename T> static uint64_t number(T *P) {
  return reinterpret_cast<uintptr_t>(P);
}

template <typename K, typename V>
static void append(std::vector<uint64_t> &Key, const Pairs<K, V> &In) {
  std::vector<std::pair<uint64_t, uint64_t>> Sorted;
  for (const auto &[A, B] : In) {
    if constexpr (std::is_pointer_v<V>)
      Sorted.push_back({number(A), number(B)});
    else
      Sorted.push_back({number(A), uint64_t(B)});
  }
  llvm::sort(Sorted);
  Key.push_back(Sorted.size());
  for (auto [A, B] : Sorted) {
    Key.push_back(A);
    Key.push_back(B);
  }
}

std::vector<uint64_t> State::key() const {
  std::vector<uint64_t> Key;
  for (const Frame &F : Stack) {
    Key.push_back(number(F.Block));
    Key.push_back(F.Next);
    Key.push_back(number(F.Call));
    Key.push_back(number(F.Returned));
  }
  Key.push_back(~0ULL);
  append(Key, Vars);
  append(Key, Values);
  append(Key, Facts);
  append(Key, Memory);
  append(Key, Stored);
  append(Key, Turns);
  std::vector<std::pair<uint64_t, uint64_t>> Sorted;
  for (const Tracked &T : Syms)
    Sorted.push_back({number(T.Sym), uint64_t(T.N) | uint64_t(T.O) << 8 |
                                         uint64_t(T.Rcu) << 16 |
                                         uint64_t(T.Expired) << 17 |
                                         uint64_t(T.MaybeNull) << 18});
  llvm::sort(Sorted);
  for (auto [A, B] : Sorted) {
    Key.push_back(A);
    Key.push_back(B);
  }
  Key.push_back(~0ULL);
  for (const Pending &L : Loads) {
    Key.push_back(number(L.Result) + L.Early);
    Key.push_back(number(L.Index));
  }
  Key.push_back(~0ULL);
  std::vector<uint64_t> Gone;
  for (const VarDecl *VD : Escaped)
    Gone.push_back(number(VD));
  llvm::sort(Gone);
  Key.insert(Key.end(), Gone.begin(), Gone.end());
  Key.push_back(~0ULL);
  Gone.clear();
  for (const Node *Loc : Filled)
    Gone.push_back(number(Loc));
  llvm::sort(Gone);
  Key.insert(Key.end(), Gone.begin(), Gone.end());
  Key.push_back(RcuDepth * 4 + RcuKnown * 2 + Dead);
  Key.push_back(number(Lock) + Busy);
  Key.push_back(number(Tried));
  Key.push_back(number(Returned));
  Key.push_back(number(Inner));
  Key.push_back(number(Decided));
  return Key;
}

/// Strips what does not change the truth of \p N, or turns it.
static const Node *core(const Node *N, bool &Turned) {
  while (true) {
    if (N->Kind == Op::Unary && N->Code == UO_LNot) {
      Turned = !Turned;
      N = N->A;
    } else if (N->Kind == Op::Binary && N->B->isConst(0) &&
               (N->Code == BO_EQ || N->Code == BO_NE)) {
      Turned ^= N->Code == BO_EQ;
      N = N->A;
    } else if (N->Kind == Op::Binary && N->Code == BO_NE) {
      // Only one spelling of a comparison is kept.
      return N;
    } else {
      return N;
    }
  }
}

namespace {
/// The values that a leaf may have.
struct Possible {
  int64_t Lo, Hi;
  llvm::SmallVector<int64_t, 4> Holes;

  void assume(unsigned Code, int64_t C, bool Truth) {
    if (!Truth)
      Code = Code == BO_LT   ? BO_GE
             : Code == BO_GE ? BO_LT
             : Code == BO_GT ? BO_LE
             : Code == BO_LE ? BO_GT
             : Code == BO_EQ ? BO_NE
                             : BO_EQ;
    constexpr int64_t Min = std::numeric_limits<int64_t>::min();
    constexpr int64_t Max = std::numeric_limits<int64_t>::max();
    switch (Code) {
    case BO_LT:
      Hi = C == Min ? Min : std::min(Hi, C - 1);
      break;
    case BO_LE:
      Hi = std::min(Hi, C);
      break;
    case BO_GT:
      Lo = C == Max ? Max : std::max(Lo, C + 1);
      break;
    case BO_GE:
      Lo = std::max(Lo, C);
      break;
    case BO_EQ:
      Lo = std::max(Lo, C);
      Hi = std::min(Hi, C);
      break;
    case BO_NE:
      Holes.push_back(C);
      break;
    }
  }
  bool isEmpty() const {
    if (Lo > Hi)
      return true;
    if (uint64_t(Hi) - uint64_t(Lo) > Holes.size())
      return false;
    for (int64_t V = Lo; V <= Hi; ++V)
      if (!llvm::is_contained(Holes, V))
        return false;
    return true;
  }
};
} // namespace

/// A leaf compared with a constant: the leaf, or null.
static const Node *simple(const Node *N, unsigned &Code, int64_t &C) {
  Code = BO_NE;
  C = 0;
  if (N->Kind == Op::Leaf)
    return N;
  if (N->Kind != Op::Binary ||
      !BinaryOperator::isComparisonOp(BinaryOperatorKind(N->Code)) ||
      N->A->Kind != Op::Leaf || N->B->Kind != Op::Const)
    return nullptr;
  Code = N->Code;
  C = N->B->Imm;
  return N->A;
}

static bool isTestOfBit(const Node *N) {
  return N->Kind == Op::Binary && N->Code == BO_And && N->A->Kind == Op::Leaf &&
         N->B->Kind == Op::Const && N->B->Imm > 0 && N->B->Imm <= N->A->Hi &&
         N->A->Lo <= 0;
}

static bool isComparisonOfLeaves(const Node *N) {
  return N->Kind == Op::Binary &&
         BinaryOperator::isComparisonOp(BinaryOperatorKind(N->Code)) &&
         N->A->Kind == Op::Leaf && N->B->Kind == Op::Leaf &&
         N->A->Lo == N->B->Lo && N->A->Hi == N->B->Hi && N->A->Lo != N->A->Hi &&
         !related(N->A, N->B);
}

/// The end of a packet, or the like: `data + n > end`.
static bool isTestOfBounds(const Node *N) {
  auto IsMoved = [](const Node *P) {
    return P->Kind == Op::Binary && P->Code == MovedPointer;
  };
  return N->Kind == Op::Binary &&
         BinaryOperator::isRelationalOp(BinaryOperatorKind(N->Code)) &&
         (IsMoved(N->A) || IsMoved(N->B)) && !N->A->Leaves.empty() &&
         !N->B->Leaves.empty() && !related(N->A, N->B);
}

static Answer askPointer(const State &S, const Node *P) {
  if (P->Kind == Op::Addr || P->Kind == Op::Func)
    return Answer::Yes;
  // As container_of() has it: the verifier knows that a pointer into an object
  // is not NULL.
  if (P->Kind == Op::Inside || P->Kind == Op::AddrOf) {
    const Node *Sym = symOf(P);
    for (const Tracked &T : S.Syms)
      if (T.Sym == Sym && T.N == Null::No && T.O != Own::Escaped)
        return Answer::Yes;
    return Answer::Doubt;
  }
  if (P->Kind != Op::Sym)
    return Answer::Doubt;
  for (const Tracked &T : S.Syms)
    if (T.Sym == P) {
      if (T.N != Null::Maybe)
        return T.N == Null::Yes ? Answer::No : Answer::Yes;
      if (T.O == Own::Escaped)
        return Answer::Doubt;
      if (!T.MaybeNull)
        return Answer::OftenYes;
      return Answer::Either;
    }
  return Answer::Doubt;
}

static Answer turn(Answer A, bool Turned) {
  if (!Turned || A == Answer::Either || A == Answer::Doubt)
    return A;
  switch (A) {
  case Answer::Yes:
    return Answer::No;
  case Answer::No:
    return Answer::Yes;
  case Answer::OftenYes:
    return Answer::OftenNo;
  default:
    return Answer::OftenYes;
  }
}

/// A number that is fixed before the program is loaded, and not known here.
static bool isFixed(const Node *N) {
  return N->Kind == Op::Leaf && N->Doubt && N->Fixed;
}

/// What holds whichever number the program is given before it is loaded, of
/// `x < limit` or the like.
static Answer askFixed(const State &S, Arena &Values, const Node *N) {
  if (N->Kind != Op::Binary ||
      !BinaryOperator::isComparisonOp(BinaryOperatorKind(N->Code)))
    return Answer::Doubt;
  const Node *X = N->A, *Limit = N->B;
  auto Code = BinaryOperatorKind(N->Code);
  if (isFixed(X)) {
    std::swap(X, Limit);
    if (BinaryOperator::isRelationalOp(Code))
      Code = BinaryOperator::reverseComparisonOp(Code);
  }
  if (!isFixed(Limit) || X->Doubt || X->Kind == Op::Const ||
      X->Kind == Op::Unknown || related(X, Limit))
    return Answer::Doubt;
  auto MayBe = [&](int64_t V) {
    const Node *Is =
        Values.binary(BO_EQ, X, Values.constant(V), clang::QualType());
    Answer A = solve(S, Values, Is);
    return A == Answer::Either || A == Answer::OftenYes;
  };
  if (BinaryOperator::isEqualityOp(Code)) {
    // It cannot be equal to two numbers.
    if (!MayBe(0) || !MayBe(1))
      return Answer::Doubt;
    bool Any = X->Kind == Op::Leaf && !X->A && X->Lo <= Limit->Lo &&
               X->Hi >= Limit->Hi &&
               llvm::none_of(S.Facts, [&](const auto &Fact) {
                 return related(Fact.first, X);
               });
    return Any                ? Answer::Either
           : N->Code == BO_EQ ? Answer::OftenNo
                              : Answer::OftenYes;
  }
  QualType T(static_cast<const Type *>(N->Ref), 0);
  auto [Least, Most] = Values.range(T);
  if (T->isUnsignedIntegerOrEnumerationType() &&
      Most == std::numeric_limits<int64_t>::max())
    Most = -1;
  switch (Code) {
  case BO_LT:
    return MayBe(Most) ? Answer::OftenNo : Answer::Doubt;
  case BO_GE:
    return MayBe(Most) ? Answer::OftenYes : Answer::Doubt;
  case BO_GT:
    return MayBe(Least) ? Answer::OftenNo : Answer::Doubt;
  default:
    return MayBe(Least) ? Answer::OftenYes : Answer::Doubt;
  }
}

Answer ask(const State &S, Arena &Values, const Node *Whole) {
  bool Turned = false;
  const Node *N = core(Whole, Turned);
  if (N->Kind == Op::Const)
    return turn(N->Imm ? Answer::Yes : Answer::No, Turned);
  for (const auto &[Fact, Truth] : S.Facts)
    if (Fact == N)
      return turn(Truth ? Answer::Yes : Answer::No, Turned);
  if (N->Kind == Op::Sym || N->Kind == Op::Addr || N->Kind == Op::AddrOf ||
      N->Kind == Op::Inside || N->Kind == Op::Func)
    return turn(askPointer(S, N), Turned);
  // A pointer from memory is hardly ever known to be NULL.
  if (N->Kind == Op::Leaf && N->Pointer && !N->Nullable && !N->Doubt)
    return turn(Answer::OftenYes, Turned);
  if (N->Doubt || N->Kind == Op::Unknown)
    return turn(askFixed(S, Values, N), Turned);

  unsigned Code;
  int64_t C;
  const Node *L = simple(N, Code, C);
  // Of 64 bits without a sign only the lower half is known here.
  if (L && C < 0 && L->Lo >= 0 && L->Hi == std::numeric_limits<int64_t>::max())
    return Answer::Doubt;
  if (!L && !isTestOfBit(N) && !isComparisonOfLeaves(N) && !isTestOfBounds(N))
    return turn(solve(S, Values, N), Turned);
  Possible Before{L ? L->Lo : 0, L ? L->Hi : 0, {}};
  bool Independent = true;
  for (const auto &[Fact, Truth] : S.Facts) {
    if (!related(Fact, N))
      continue;
    unsigned FactCode;
    int64_t FactC;
    if (L && simple(Fact, FactCode, FactC) == L)
      Before.assume(FactCode, FactC, Truth);
    else
      Independent = false;
  }
  if (L) {
    Possible Then = Before, Else = Before;
    Then.assume(Code, C, true);
    Else.assume(Code, C, false);
    if (Then.isEmpty())
      return turn(Answer::No, Turned);
    if (Else.isEmpty())
      return turn(Answer::Yes, Turned);
  }
  return Independent ? Answer::Either : turn(solve(S, Values, N), Turned);
}

void assume(State &S, Arena &, const Node *Whole, bool Truth) {
  bool Turned = false;
  const Node *N = core(Whole, Turned);
  Truth ^= Turned;
  if (N->Kind == Op::Sym) {
    if (Tracked *T = S.tracked(N))
      T->N = Truth ? Null::No : Null::Yes;
    return;
  }
  if (N->Kind == Op::Const || N->Kind == Op::Unknown || N->Leaves.empty())
    return;
  put(S.Facts, N, Truth);
}

} // namespace flow
} // namespace bpftidy
