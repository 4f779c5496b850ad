//===- Initial.h - what globals begin as ------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_INITIAL_H
#define BPFTIDY_CHECKS_INITIAL_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include <optional>

namespace bpftidy {

/// What initialises the part that begins at byte \p Offset of a variable of
/// type \p T and is no array, in \p Init; null if nothing does, and in unions.
const clang::Expr *initialPart(const clang::ASTContext &Ctx,
                               const clang::Expr *Init, clang::QualType T,
                               uint64_t Offset);

/// Whether all of the initialiser \p Init is zero or NULL; none if that cannot
/// be told. Clang's own evaluation of structs in C does not serve: that of LLVM
/// 16 gives no value.
std::optional<bool> isZero(const clang::ASTContext &Ctx,
                           const clang::Expr *Init);

} // namespace bpftidy

#endif // BPFTIDY_CHECKS_INITIAL_H
