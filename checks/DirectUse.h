//===- DirectUse.h - kptrs used just as they were loaded --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the rules over direct uses speak of, for those that follow paths and
/// are not to say the same.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_DIRECTUSE_H
#define BPFTIDY_CHECKS_DIRECTUSE_H

#include "Touch.h"

namespace bpftidy {

/// The direct uses that no other load of the field may be the check of.
std::vector<DirectUse> uncheckedUses(const Program &P, const kernel::Kernel &K);

/// Calls \p Tell with each direct use behind a check of another load: that
/// check, the `if` around it if a declaration can stand in front of that, and
/// what it says something about.
void eachLoadedAgain(
    const Program &P, const kernel::Kernel &K,
    llvm::function_ref<void(const DirectUse &, const clang::Expr *Check,
                            const clang::Stmt *Before,
                            llvm::ArrayRef<const clang::Stmt *> Scope)>
        Tell);

} // namespace bpftidy

#endif // BPFTIDY_CHECKS_DIRECTUSE_H
