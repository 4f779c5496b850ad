//===- UsersBegin.h - where the user's code begins --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_USERSBEGIN_H
#define BPFTIDY_PLUGIN_USERSBEGIN_H

#include "clang/AST/DeclGroup.h"
#include "clang/Basic/SourceLocation.h"

namespace clang {
class ASTContext;
class CompilerInstance;
class Decl;
class SourceManager;
} // namespace clang

namespace bpftidy {

/// Finds where the user's declarations begin while that costs next to nothing:
/// as they are parsed. To go through all that vmlinux.h declares once more,
/// when none of it is in the processor's caches any longer, takes longer than
/// all the checks.
class UsersBegin {
public:
  /// Sees what was parsed at file level. To be called for all of it, in order.
  void see(const clang::SourceManager &SM, clang::DeclGroupRef Group);

  /// The first declaration that has to be looked at, with all that follow it:
  /// nothing before is the user's. Null if that is not known.
  clang::Decl *first(const clang::CompilerInstance &CI) const;

private:
  clang::SourceLocation From, To; ///< A file that is not the user's.
  bool Began = false;
  clang::Decl *LastOfOthers = nullptr; ///< In front of all that is the user's.
};

/// True if what is compiled went through a preprocessor before.
bool isPreprocessed(const clang::CompilerInstance &CI);

} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_USERSBEGIN_H
