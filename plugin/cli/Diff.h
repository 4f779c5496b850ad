//===- Diff.h - which lines a change touches --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_DIFF_H
#define BPFTIDY_PLUGIN_CLI_DIFF_H

#include "Files.h"
#include <map>

namespace bpftidy {
namespace cli {

/// Lines that a patch adds or alters.
class ChangedLines {
public:
  /// Asks git for the changes since \p Revision in the repository of \p Folder,
  /// or reads a patch from standard input for "-". Gives "" or what went wrong.
  std::string read(llvm::StringRef Revision, llvm::StringRef Folder);

  /// The BPF programs among the changed files.
  std::vector<std::string> programs() const;

  /// True if \p R, one of its notes or of its ranges is on a changed line.
  bool touches(const Result &R, Sources &Texts) const;

private:
  std::string parse(llvm::StringRef Patch, llvm::StringRef Root);
  bool contains(const Place &P) const;

  /// First and last lines by file.
  std::map<std::string, std::vector<std::pair<unsigned, unsigned>>> Lines;
};

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_DIFF_H
