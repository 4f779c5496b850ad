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
#include <optional>

using namespace clang;

namespace bpftidy {
namespace flow {

namespace {
constexpr int64_t Most = std::numeric_limits<int64_t>::max();

/// Conditions on some leaves, and the search for values of these.
class Search {
public:
  /// With \p Wide, what is at hand at run time only counts as well.
  explicit Search(const Arena &Values, bool Wide = false)
      : Values(Values), Wide(Wide) {}

  void add(const Node *N, bool Truth) { Conditions.push_back({N, Truth}); }
  /// False if it has parts of which too little is known.
  bool prepare(const Node *Also = nullptr);
  bool find() {
    return assign(0, [] { return true; });
  }
  /// The least and greatest value of \p N with which all conditions hold; the
  /// search has to be prepared with it.
  std::optional<std::pair<int64_t, int64_t>> span(const Node *N);

private:
  /// More would take longer than it is worth.
  static constexpr size_t MaxLeaves = 4, MaxTries = 4000;

  bool collect(const Node *N);
  /// Tries all numbers for the leaves from \p Index on, until \p Done says of
  /// one solution that it is enough.
  bool assign(size_t Index, llvm::function_ref<bool()> Done);
  std::optional<int64_t> eval(const Node *N) const;
  std::optional<int64_t> evalBinary(const Node *N) const;

  const Arena &Values;
  bool Wide;
  llvm::SmallVector<std::pair<const Node *, bool>, 4> Conditions;
  llvm::SmallVector<const Node *, 4> Leaves;
  llvm::SmallVector<int64_t, 8> Constants;
  std::map<const Node *, std::vector<int64_t>> Candidates;
  std::map<const Node *, int64_t> Chosen;
};
} // namespace

/// Finds the leaves and constants of \p N.
bool Search::collect(const Node *N) {
  // With Wide, the leaves tell.
  if (N->Doubt && !(Wide && (N->A || N->AtRunTime)))
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

bool Search::prepare(const Node *Also) {
  for (const auto &[N, Truth] : Conditions)
    if (!collect(N))
      return false;
  if (Also && !collect(Also))
    return false;
  size_t Tries = 1;
  for (const Node *L : Leaves) {
    std::vector<int64_t> &Out = Candidates[L];
    int64_t Hi = Wide && L->Processor ? L->Lo + 1 : L->Hi;
    auto Try = [&, L = L](int64_t V) {
      if (V >= L->Lo && V <= Hi && !(V == 0 && L->Pointer && !L->Nullable) &&
          !llvm::is_contained(Out, V))
        Out.push_back(V);
    };
    for (int64_t C : Constants)
      for (int64_t Near : {int64_t(0), int64_t(-1), int64_t(1)})
        if (std::abs(C / 2) < Most / 4)
          Try(C + Near);
    for (int64_t V : {L->Lo, L->Hi, int64_t(0), int64_t(1)})
      Try(V);
    Tries *= Out.size();
    if (Tries > MaxTries)
      return false;
  }
  return Leaves.size() <= MaxLeaves;
}

bool Search::assign(size_t Index, llvm::function_ref<bool()> Done) {
  if (Index == Leaves.size())
    return llvm::all_of(Conditions,
                        [this](const auto &C) {
                          std::optional<int64_t> V = eval(C.first);
                          return V && (*V != 0) == C.second;
                        }) &&
           Done();
  for (int64_t V : Candidates[Leaves[Index]]) {
    Chosen[Leaves[Index]] = V;
    if (assign(Index + 1, Done))
      return true;
  }
  return false;
}

std::optional<std::pair<int64_t, int64_t>> Search::span(const Node *N) {
  std::optional<std::pair<int64_t, int64_t>> Found;
  assign(0, [&] {
    std::optional<int64_t> V = eval(N);
    if (V && !Found)
      Found = {*V, *V};
    else if (V)
      Found = {std::min(Found->first, *V), std::max(Found->second, *V)};
    return false;
  });
  return Found;
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
  if (N->Kind == Op::Unary)
    return N->Code == UO_LNot ? std::optional<int64_t>(!*A) : std::nullopt;
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
  // Of 64 bits without a sign only the lower half is known here.
  if ((*A < 0) != (*B < 0))
    for (const Node *Side : {N->A, N->B})
      if (Side->Kind != Op::Const && Side->Lo >= 0 && Side->Hi == Most)
        return std::nullopt;
  switch (BinaryOperatorKind(N->Code)) {
  case BO_LT:
    return *A < *B;
  case BO_GT:
    return *A > *B;
  case BO_LE:
    return *A <= *B;
  case BO_GE:
    return *A >= *B;
  case BO_EQ:
    return *A == *B;
  case BO_NE:
    return *A != *B;
  default:
    break;
  }
  // Into a packet, of which the context has 32 bits: it does not wrap.
  if (N->Code == MovedPointer)
    return *A + *B >= 0 ? std::optional(*A + *B) : std::nullopt;
  // What gets smaller fits into the type.
  if (*A >= 0 && *B >= 0)
    switch (BinaryOperatorKind(N->Code)) {
    case BO_Shr:
      return *B < 63 ? std::optional(*A >> *B) : std::nullopt;
    case BO_Div:
      return *B ? std::optional(*A / *B) : std::nullopt;
    case BO_Rem:
      return *B ? std::optional(*A % *B) : std::nullopt;
    default:
      break;
    }
  // The type is not known: what fits into each of them.
  constexpr int64_t Limit = int64_t(1) << 31;
  if (*A < 0 || *B < 0 || *A >= Limit || *B >= Limit)
    return std::nullopt;
  int64_t Out;
  switch (BinaryOperatorKind(N->Code)) {
  case BO_And:
    return *A & *B;
  case BO_Or:
    return *A | *B;
  case BO_Xor:
    return *A ^ *B;
  case BO_Add:
    Out = *A + *B;
    break;
  case BO_Sub:
    Out = *A - *B;
    break;
  default:
    return std::nullopt;
  }
  return Out >= 0 && Out < Limit ? std::optional(Out) : std::nullopt;
}

/// The conditions that were decided and that \p N may depend on.
static llvm::SmallVector<std::pair<const Node *, bool>, 4>
knownOf(const State &S, const Node *N) {
  llvm::SmallVector<std::pair<const Node *, bool>, 4> Known;
  llvm::SmallVector<const Node *, 4> Reached{N};
  for (size_t I = 0; I != Reached.size(); ++I)
    for (const auto &[Fact, Truth] : S.Facts)
      if (related(Fact, Reached[I]) &&
          llvm::none_of(Known, [F = Fact](auto &K) { return K.first == F; })) {
        Reached.push_back(Fact);
        Known.push_back({Fact, Truth});
      }
  return Known;
}

Answer solve(const State &S, const Arena &Values, const Node *N) {
  auto Known = knownOf(S, N);
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

/// True if \p N depends on what is 0 or 1, which the compiler makes by a branch
/// for each.
static bool hasTruth(const Node *N) {
  if (!N)
    return false;
  bool Made = N->Truth || (N->Kind == Op::Unary && N->Code == UO_LNot) ||
              (N->Kind == Op::Binary && N->Code != MovedPointer &&
               BinaryOperator::isComparisonOp(BinaryOperatorKind(N->Code))) ||
              (N->Kind == Op::Cast &&
               QualType(static_cast<const Type *>(N->Ref), 0)->isBooleanType());
  return Made || hasTruth(N->A) || hasTruth(N->B);
}

std::optional<std::pair<int64_t, int64_t>>
span(const State &S, const Arena &Values, const Node *N) {
  if (N->Kind == Op::Const || N->Kind == Op::Unknown || hasTruth(N))
    return std::nullopt;
  Search With(Values, /*Wide=*/true);
  for (const auto &[Fact, Was] : knownOf(S, N))
    With.add(Fact, Was);
  if (!With.prepare(N))
    return std::nullopt;
  auto Found = With.span(N);
  return Found && Found->first < Found->second ? Found : std::nullopt;
}

} // namespace flow
} // namespace bpftidy
