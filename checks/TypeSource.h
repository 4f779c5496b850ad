//===- TypeSource.h - types as they are written -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_TYPESOURCE_H
#define BPFTIDY_CHECKS_TYPESOURCE_H

#include "clang/AST/Decl.h"
#include "clang/AST/TypeLoc.h"

namespace bpftidy {

/// TypeLoc::getAs() that takes a null TypeLoc as well.
template <typename T> T asLoc(clang::TypeLoc TL) {
  return TL.isNull() ? T() : TL.getAs<T>();
}

/// Looks through the sugar that says nothing about where a tag stands: stops
/// at a tag, typedef, pointer, array or function, and is null past the end.
inline clang::TypeLoc peel(clang::TypeLoc TL) {
  while (!TL.isNull() && !TL.getAs<clang::BTFTagAttributedTypeLoc>() &&
         !TL.getAs<clang::TypedefTypeLoc>() &&
         !TL.getAs<clang::PointerTypeLoc>() &&
         !TL.getAs<clang::ArrayTypeLoc>() &&
         !TL.getAs<clang::FunctionTypeLoc>())
    TL = TL.getNextTypeLoc();
  return TL;
}

/// The type of \p D as written; null for an implicit declaration.
inline clang::TypeLoc typeLocOf(const clang::DeclaratorDecl *D) {
  const clang::TypeSourceInfo *Info = D ? D->getTypeSourceInfo() : nullptr;
  return Info ? peel(Info->getTypeLoc()) : clang::TypeLoc();
}

/// The same, with arrays looked through.
inline clang::TypeLoc elementLocOf(const clang::DeclaratorDecl *D) {
  clang::TypeLoc TL = typeLocOf(D);
  while (auto Array = asLoc<clang::ArrayTypeLoc>(TL))
    TL = peel(Array.getElementLoc());
  return TL;
}

} // namespace bpftidy

#endif // BPFTIDY_CHECKS_TYPESOURCE_H
