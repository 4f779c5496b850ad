//===- FlowWords.h - how the path rules speak -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Words and notes that the rules over paths share.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_FLOWWORDS_H
#define BPFTIDY_CHECKS_FLOWWORDS_H

#include "Flow.h"
#include "Rule.h"

namespace bpftidy {
namespace flow {

/// "the reference in 'task'", "the reference from bpf_task_acquire()".
std::string nameReference(const Event &E);

/// "'task'", "the pointer from bpf_task_acquire()".
std::string namePointer(const Event &E);

/// What access rules say without paths: the result of a load is used on the
/// spot, or that of an exchange is not used at all.
class ToldWithoutPaths {
public:
  ToldWithoutPaths(const Program &P, const kernel::Kernel &K) : P(P), K(K) {}

  /// True if one of them says what \p E is.
  bool has(const Event &E);

private:
  bool isUsedDirectly(const clang::Expr *Load);

  const Program &P;
  const kernel::Kernel &K;
  /// The kptrs of direct uses, once one was asked for.
  std::optional<llvm::DenseSet<const clang::Expr *>> Direct;
};

/// How the program is left: 0 ends, 1 callback ends, 2 function ends, 3 tail
/// call, 4 throws.
unsigned leavesBy(const Event &E);

/// What is done: 0 reads, 1 writes, 2 hands it to E.Callee, 3 exchanges a kptr
/// of what it points to.
unsigned usedBy(const Event &E);

/// Notes: where the pointer comes from, and what happened since, in order.
void tellPath(Findings &F, const Program &P, const Event &E);

} // namespace flow
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_FLOWWORDS_H
