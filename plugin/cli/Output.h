//===- Output.h - how findings are shown ------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_OUTPUT_H
#define BPFTIDY_PLUGIN_CLI_OUTPUT_H

#include "Files.h"
#include "Options.h"

namespace bpftidy {
namespace cli {

/// What a run did, for its last line.
struct Summary {
  size_t Checked = 0; ///< Files, without those that could not be.
  size_t Fixed = 0;   ///< Findings.
  std::vector<std::string> Changed;
};

/// Writes \p R to standard output in each format.
void printText(const Report &R, const Settings &S, Sources &Texts);
void printJson(const Report &R, const Summary &Sum);
void printSarif(const Report &R, Sources &Texts);
void printGithub(const Report &R, Sources &Texts);

/// Tells on standard error what could not be checked; with the compiler's own
/// words if \p Details.
void printFailures(const Report &R, const Settings &S, Sources &Texts,
                   bool Details);

/// The last line, for people.
std::string summaryLine(const Report &R, const Settings &S, const Summary &Sum);

/// Writes clang-tidy's YAML, with the findings that have no fix, too.
std::string exportFixes(const Report &R, llvm::StringRef Path);

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_OUTPUT_H
