//===- UserFile.h - whose code is looked at ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_USERFILE_H
#define BPFTIDY_CHECKS_USERFILE_H

#include "clang/Basic/SourceManager.h"

namespace bpftidy {

/// Whether \p At, no place in a macro, is in a file called \p Name of the
/// user's: in no system header, nor in one with the kernel's types.
bool isUserFile(const clang::SourceManager &SM, clang::SourceLocation At,
                llvm::StringRef Name);

} // namespace bpftidy

#endif // BPFTIDY_CHECKS_USERFILE_H
