//===- Solve.cpp - values that a condition holds for ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Where a condition depends on earlier ones, a path exists for certain if
/// there are numbers for which all of them come out as they were decided: the
/// verifier leaves out no path that a run can take. They are looked for among
/// the constants of the conditions and their neighbours.
///
//===----------------------------------------------------------------------===//

#include "flow/State.h"
#include "clang/Basic/Builtins.h"
#include <optional>

using namespace clang;

namespace bpftidy {
namespace flow {

namespace {
constexpr int64_t Most = std::numeric_limits<int64_t>::max();

/// Conditions on some leaves, and the search for values of these.
class Search {
public:
  explicit Search(const Arena &Values) : Values(Values) {}

  void add(const Node *N, bool Truth) { Conditions.push_back({N, Truth}); }
  /// False if it has parts of which too little is known.
  bool prepare();
  bool find() { return assign(0); }

private:
  /// More would take longer than it is worth.
  static constexpr size_t MaxLeaves = 4, MaxTries = 4000;

  bool collect(const Node *N);
  bool assign(size_t Index);
  std::optional<int64_t> eval(const Node *N) const;
  std::optional<int64_t> evalBinary(const Node *N) const;

  const Arena &Values;
  llvm::SmallVector<std::pair<const Node *, bool>, 4> Conditions;
  llvm::SmallVector<const Node *, 4> Leaves;
  llvm::SmallVector<int64_t, 8> Constants;
  bool Builtins = false;
  std::map<const Node *, std::vector<int64_t>> Candidates;
  std::map<const Node *, int64_t> Chosen;
};
} // namespace

/// Finds the leaves and constants of \p N.
bool Search::collect(const Node *N) {
  if (N->Doubt)
    return false;
  switch (N->Kind) {
  case Op::Const:
    Constants.push_back(N->Imm);
    return true;
  case Op::Leaf:
    if (N->A)
      return collect(N->A) && (!N->B || collect(N->B));
    if (!llvm::is_contained(Leaves, N))
      Leaves.push_back(N);
    return true;
  case Op::Unary:
    Builtins |= N->Code >= FirstBuiltin;
    return collect(N->A);
  case Op::Cast:
    return collect(N->A);
  case Op::Binary:
    if (N->Code == MovedPointer && N->B->Kind != Op::Const)
      return false;
    return collect(N->A) && collect(N->B);
  default:
    return false;
  }
}

bool Search::prepare() {
  for (const auto &[N, Truth] : Conditions)
    if (!collect(N))
      return false;
  // What is swapped once more is what it was.
  for (int64_t C : llvm::SmallVector<int64_t, 8>(Constants))
    for (unsigned Id :
         {Builtin::BI__builtin_bswap16, Builtin::BI__builtin_bswap32,
          Builtin::BI__builtin_bswap64})
      if (Builtins)
        Constants.push_back(*computeBuiltin(Id, C));
  size_t Tries = 1;
  for (const Node *L : Leaves) {
    std::vector<int64_t> &Out = Candidates[L];
    // Of a number without a sign, Most stands for all that is above.
    bool AllBits = !L->Pointer && L->Lo == 0 && L->Hi == Most;
    auto Try = [&, L = L](int64_t V) {
      if (((V >= L->Lo && V <= L->Hi) || AllBits) &&
          !(V == 0 && L->Pointer && !L->Nullable) &&
          !llvm::is_contained(Out, V))
        Out.push_back(V);
    };
    for (int64_t C : Constants)
      for (int64_t Near : {int64_t(0), int64_t(-1), int64_t(1)})
        if (std::abs(C / 2) < Most / 4)
          Try(C + Near);
    for (int64_t V : {L->Lo, L->Hi, int64_t(0), int64_t(1)})
      Try(V);
    if (AllBits)
      Try(-1);
    Tries *= Out.size();
    if (Tries > MaxTries)
      return false;
  }
  return Leaves.size() <= MaxLeaves;
}

bool Search::assign(size_t Index) {
  if (Index == Leaves.size())
    return llvm::all_of(Conditions, [this](const auto &C) {
      std::optional<int64_t> V = eval(C.first);
      return V && (*V != 0) == C.second;
    });
  for (int64_t V : Candidates[Leaves[Index]]) {
    Chosen[Leaves[Index]] = V;
    if (assign(Index + 1))
      return true;
  }
  return false;
}

std::optional<int64_t> Search::eval(const Node *N) const {
  if (N->Kind == Op::Const)
    return N->Imm;
  if (N->Kind == Op::Binary)
    return evalBinary(N);
  if (N->Kind == Op::Leaf && !N->A)
    return Chosen.at(N);
  std::optional<int64_t> A = eval(N->A);
  if (!A)
    return std::nullopt;
  if (N->Kind == Op::Unary) {
    if (N->Code == UO_LNot)
      return !*A;
    if (N->Code >= FirstBuiltin)
      return computeBuiltin(N->Code - FirstBuiltin, *A);
    QualType T(static_cast<const Type *>(N->Ref), 0);
    if (N->Code == UO_Not)
      return Values.wrap(~*A, T);
    return compute(BO_Sub, 0, *A, T, Values.context());
  }
  if (N->Kind == Op::Leaf && N->B) {
    if (*A < 0)
      return std::nullopt;
    return N->Code == BO_And ? *A & N->B->Imm : *A % N->B->Imm;
  }
  return Values.wrap(*A, QualType(static_cast<const Type *>(N->Ref), 0));
}

std::optional<int64_t> Search::evalBinary(const Node *N) const {
  std::optional<int64_t> A = eval(N->A), B = eval(N->B);
  if (!A || !B)
    return std::nullopt;
  auto Code = BinaryOperatorKind(N->Code);
  // Into a packet, of which the context has 32 bits: it does not wrap.
  if (N->Code == MovedPointer)
    return *A + *B >= 0 ? std::optional(*A + *B) : std::nullopt;
  QualType T;
  if (N->Ref)
    T = QualType(static_cast<const Type *>(N->Ref), 0);
  return compute(Code, *A, *B, T, Values.context());
}

Answer solve(const State &S, const Arena &Values, const Node *N) {
  llvm::SmallVector<std::pair<const Node *, bool>, 4> Known;
  llvm::SmallVector<const Node *, 4> Reached{N};
  for (size_t I = 0; I != Reached.size(); ++I)
    for (const auto &[Fact, Truth] : S.Facts)
      if (related(Fact, Reached[I]) && !llvm::is_contained(Reached, Fact)) {
        Reached.push_back(Fact);
        Known.push_back({Fact, Truth});
      }
  auto Exists = [&](bool Truth) {
    Search With(Values);
    With.add(N, Truth);
    for (const auto &[Fact, Was] : Known)
      With.add(Fact, Was);
    return With.prepare() && With.find();
  };
  bool Then = Exists(true), Else = Exists(false);
  if (Then && Else)
    return Answer::Either;
  return Then ? Answer::OftenYes : Else ? Answer::OftenNo : Answer::Doubt;
}

} // namespace flow
} // namespace bpftidy
