//===- Leading.h - the includes that a file begins with ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_LEADING_H
#define BPFTIDY_PLUGIN_CLI_LEADING_H

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace bpftidy {
namespace cli {

/// One of the includes at the very beginning of a file.
struct LeadingInclude {
  llvm::StringRef Name; ///< With its quotes or angle brackets.
  unsigned Offset = 0;  ///< Where the name stands.
  unsigned End = 0;     ///< Where the next line begins.
  /// The lines that define macros, behind the include before.
  std::string Defines;
};

/// The includes that \p Text begins with: nothing but comments, blank lines,
/// and macros that are for the headers alone is in front of them and between
/// them, so that what the headers mean is the same in every file that begins
/// with these.
std::vector<LeadingInclude> leadingIncludes(llvm::StringRef Text);

/// The name of the include at the beginning of \p Text, with its quotes or
/// angle brackets; empty if it is none.
llvm::StringRef includeName(llvm::StringRef Text);

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_LEADING_H
