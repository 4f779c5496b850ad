//===- Value.h - what an expression may be worth ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Symbolic values. Each is a node, made once: two expressions have the same
/// value for certain if they have the same node.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_FLOW_VALUE_H
#define BPFTIDY_CHECKS_FLOW_VALUE_H

#include "Flow.h"
#include "clang/AST/Expr.h"
#include <deque>
#include <map>
#include <optional>

namespace bpftidy {
namespace flow {

enum class Op : uint8_t {
  Unknown, ///< Anything; also what nothing is known about.
  Const,   ///< Imm
  Sym,     ///< A pointer that is followed: Source, Imm-th instance.
  Leaf,    ///< Some value, made at Ref; Imm-th instance. With A: made of it, by
           ///< operator Code and B, or by conversion to type Ref.
  Addr,    ///< The address of the local variable Ref.
  AddrOf,  ///< The address of location A.
  /// A pointer at some distance from Sym A; Code may tell more. With Ref, the
  /// result of that operator, on B if A has been changed before.
  Inside,
  Func, ///< The function Ref.
  /// Code (a UnaryOperatorKind, or FirstBuiltin and a builtin's number) of A,
  /// as a value of type Ref.
  Unary,
  Cast, ///< A, converted with a possible loss to type Ref.
  /// A Code (a BinaryOperatorKind) B. Ref is the type of the result, or of what
  /// is compared by an order; null for what has none, or needs none.
  Binary,
  LVar,   ///< Location: the variable Ref.
  LField, ///< Location: the member Ref of location A.
  LElem,  ///< Location: element B of array location A.
  LDeref  ///< Location: what the pointer A points to.
};

struct Node {
  Op Kind = Op::Unknown;
  unsigned Code = 0;
  const void *Ref = nullptr;
  int64_t Imm = 0;
  const Node *A = nullptr;
  const Node *B = nullptr;

  // What follows is not part of the identity.
  int64_t Lo = 0, Hi = 0; ///< With Leaf: values that are possible.
  bool Pointer = false;   ///< With Leaf.
  bool Nullable = false;  ///< With Leaf: NULL or not, as the verifier sees it.
  bool Doubt = false;     ///< Load time or the caller may decide it.
  bool Fixed = false;     ///< With Doubt and Leaf: load time does.
  bool Truth = false;     ///< With Leaf: a bool.
  /// With Leaf: in Doubt, and yet a number of which the verifier knows no more
  /// than the type.
  bool AtRunTime = false;
  /// With Leaf: a processor's number, which may be 0 for certain, and is
  /// another one wherever there are several.
  bool Processor = false;
  unsigned Depth = 0;
  llvm::SmallVector<const Node *, 2> Leaves; ///< Leaf and Sym inside.
  llvm::SmallVector<const void *, 2> Keys;   ///< What it depends on.

  const Origin &source() const { return *static_cast<const Origin *>(Ref); }
  bool isConst(int64_t V) const { return Kind == Op::Const && Imm == V; }
  bool has(const Node *Leaf) const { return llvm::is_contained(Leaves, Leaf); }
};

/// The Code of a Binary that is a pointer A moved by B bytes.
constexpr unsigned MovedPointer = clang::BO_PtrMemD;

/// From here on the Code of a Unary is the number of a builtin.
constexpr unsigned FirstBuiltin = 1000;

/// \p X \p Code \p Y, both of type \p T or compared as such, as the program
/// computes it; none if it has no result, or the operator is not known.
std::optional<int64_t> compute(clang::BinaryOperatorKind Code, int64_t X,
                               int64_t Y, clang::QualType T,
                               const clang::ASTContext &Ctx);
/// The same for the builtin number \p Id.
std::optional<int64_t> computeBuiltin(unsigned Id, int64_t X);

/// The Code of an Inside whose distance is for certain not 0.
constexpr unsigned MovedForCertain = 1;
/// With Inside and Ref: the other operand is Imm, or something else.
constexpr unsigned ByConstant = 2, ByOther = 3;

/// True if two values may depend on each other.
bool related(const Node *A, const Node *B);

/// The pointer that a location is reached through; null if none.
const Node *rootPointer(const Node *Loc);
/// The variable that a location is part of; null if none.
const clang::VarDecl *rootVariable(const Node *Loc);
/// True if a location is part of a local variable.
bool isLocalPart(const Node *Loc);
/// The innermost member or variable of a location, arrays looked through.
const clang::ValueDecl *innermost(const Node *Loc);
/// The Sym that a pointer is, or points into; null if none.
const Node *symOf(const Node *Pointer);
/// True if \p V is what an operator makes of a pointer, cast or not.
bool isOperated(const Node *V);
/// True if the pointer \p V is for certain not where its object begins.
bool isMoved(const Node *V);

/// Makes nodes.
class Arena {
public:
  explicit Arena(clang::ASTContext &Ctx) : Ctx(Ctx) {}

  const Node *unknown() { return get({}); }
  const Node *constant(int64_t V);
  const Node *sym(const Origin *From, unsigned Instance);
  /// What a leaf is besides its type.
  struct Traits {
    bool Doubt = false, Pointer = false, Nullable = false;
    /// An error, or 0.
    bool Error = false;
    /// With Doubt: it has one value, which is set before the program is loaded.
    bool Fixed = false;
    bool AtRunTime = false, Processor = false;
  };
  /// A fresh value of type \p T made at \p Site.
  const Node *leaf(const void *Site, unsigned Instance, clang::QualType T,
                   Traits Is);
  /// \p A, of which the verifier knows that it is a number, but not which.
  const Node *number(const Node *A, clang::QualType To);
  const Node *ref(Op Kind, const void *Ref, const Node *A = nullptr,
                  unsigned Code = 0);
  const Node *elem(const Node *A, const Node *Index);
  /// What the operator \p By makes of \p A, which is Sym or was made of it, and
  /// of the other operand.
  const Node *operated(const clang::BinaryOperator *By, const Node *A,
                       const Node *Other);
  const Node *addressOf(const Node *Loc);
  const Node *pointee(const Node *Pointer);
  const Node *unary(unsigned Code, const Node *A, clang::QualType T);
  /// \p T is the type of the result; of a comparison, that of its operands.
  const Node *binary(unsigned Code, const Node *A, const Node *B,
                     clang::QualType T);
  const Node *convert(const Node *A, clang::QualType To);

  /// The values that type \p T can have, as far as they fit.
  std::pair<int64_t, int64_t> range(clang::QualType T) const;

  /// \p V as a value of type \p T.
  int64_t wrap(int64_t V, clang::QualType T) const;
  const clang::ASTContext &context() const { return Ctx; }

  /// The origin of what \p Site, an expression or argument, makes.
  const std::shared_ptr<Origin> &origin(const void *Site) {
    std::shared_ptr<Origin> &O = Origins[Site];
    if (!O)
      O = std::make_shared<Origin>();
    return O;
  }
  const std::shared_ptr<Origin> &origin(const Origin &Of) {
    return Of.Site ? origin(static_cast<const void *>(Of.Site))
                   : origin(static_cast<const void *>(Of.Param));
  }

private:
  /// \p A, a leaf, as far as it lies between \p Lo and \p Hi: some of the
  /// values of what \p How makes of it, which is enough for a path to exist.
  const Node *narrow(const Node *A, const void *How, int64_t Lo, int64_t Hi,
                     unsigned Code = 0, const Node *B = nullptr);

  struct Less {
    bool operator()(const Node *X, const Node *Y) const;
  };
  const Node *get(Node N);

  clang::ASTContext &Ctx;
  std::deque<Node> Nodes;
  std::map<const Node *, const Node *, Less> Known;
  std::map<const void *, std::shared_ptr<Origin>> Origins;
};

} // namespace flow
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_FLOW_VALUE_H
