//===- Nolint.h - finds suppressions that suppress nothing ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_NOLINT_H
#define BPFTIDY_PLUGIN_CLI_NOLINT_H

#include "Files.h"

namespace bpftidy {
namespace cli {

/// The name that findings about needless comments go by.
constexpr llvm::StringLiteral UnusedNolint = "bpf-tidy-unused-nolint";

/// Compares the NOLINT comments of a file with what the checks said before
/// clang-tidy filtered it.
class NolintAudit {
public:
  /// A check said something at \p Offset of \p File.
  void observe(llvm::StringRef Check, llvm::StringRef File, unsigned Offset);

  /// Adds a finding for each NOLINT in \p Files that names a check of ours and
  /// was not needed.
  void report(const std::vector<std::string> &Files, Report &R);

private:
  struct Said {
    std::string Check;
    Place At;
  };
  std::vector<Said> All;
  Sources Texts;
};

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_NOLINT_H
