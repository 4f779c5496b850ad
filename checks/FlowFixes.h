//===- FlowFixes.h - what mends a mistake on a path -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Fixes that the rules over paths offer in notes. Each is offered only where
/// the walk has seen every path that comes by, so that it makes no new mistake.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_FLOWFIXES_H
#define BPFTIDY_CHECKS_FLOWFIXES_H

#include "Edit.h"
#include "FlowWords.h"

namespace bpftidy {
namespace flow {

/// A note that leaves the program where the pointer of \p E is NULL, right
/// behind the statement that makes it; none if that is not safe.
void offerCheck(Findings &F, const Program &P, const Event &E);

/// A note that releases the reference of \p E in front of the statement that
/// leaves the program with it; none if that is not safe.
void offerRelease(Findings &F, const Program &P, const kernel::Kernel &K,
                  const Event &E);

/// Calls what releases the object of \p E in place of the function that \p E is
/// about; empty if that cannot be written.
Edits callInstead(const Program &P, const kernel::Kernel &K, const Event &E);

} // namespace flow
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_FLOWFIXES_H
