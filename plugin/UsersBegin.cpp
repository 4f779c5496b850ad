//===- UsersBegin.cpp - where the user's code begins ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UsersBegin.h"
#include "UserFile.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclBase.h"
#include "clang/Frontend/CompilerInstance.h"

using namespace clang;

namespace bpftidy {

void UsersBegin::see(const SourceManager &SM, DeclGroupRef Group) {
  if (Began)
    return;
  for (Decl *D : Group) {
    SourceLocation At = D->getLocation();
    if (!(From <= At && At < To)) {
      At = SM.getExpansionLoc(At);
      if (At.isValid() && isUserFile(SM, At, SM.getFilename(At))) {
        Began = true;
        return;
      }
      FileID File = SM.getFileID(At);
      From = SM.getLocForStartOfFile(File);
      To = SM.getLocForEndOfFile(File);
    }
    LastOfOthers = D;
  }
}

Decl *UsersBegin::first(const CompilerInstance &CI) const {
  // The declarations of a precompiled header did not come by, and preprocessed
  // text is one file.
  if (CI.getASTContext().getExternalSource() || isPreprocessed(CI))
    return nullptr;
  return LastOfOthers;
}

bool isPreprocessed(const CompilerInstance &CI) {
  return llvm::any_of(CI.getFrontendOpts().Inputs,
                      [](const FrontendInputFile &Input) {
                        return Input.getKind().isPreprocessed();
                      });
}

} // namespace bpftidy
