//===- Files.h - the files of the user --------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_FILES_H
#define BPFTIDY_PLUGIN_CLI_FILES_H

#include "Report.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class MemoryBuffer;
} // namespace llvm

namespace bpftidy {
namespace cli {

/// \p Path made absolute, without dots, links kept.
std::string absolutePath(llvm::StringRef Path);

/// \p Path as the user would write it: relative if it is below the current
/// folder.
std::string shownPath(llvm::StringRef Path);

/// True for a header with the types of a kernel, which is not the user's.
bool isKernelHeader(llvm::StringRef Path);

/// The C files that \p Inputs stand for, absolute and each once. A folder
/// stands for the BPF programs below it. What is missing, unreadable or no C
/// source goes to \p Failures.
std::vector<std::string> expandInputs(const std::vector<std::string> &Inputs,
                                      std::vector<Failure> &Failures);

/// Replaces \p Path, all at once, and keeps its mode. Gives "" or what went
/// wrong.
std::string writeFile(llvm::StringRef Path, llvm::StringRef Text);

/// File contents, each read once.
class Sources {
public:
  /// The text of a file; empty if it cannot be read.
  llvm::StringRef text(llvm::StringRef File);

  /// Sets line and column of \p P from its offset.
  void locate(Place &P);

private:
  struct Entry {
    std::unique_ptr<llvm::MemoryBuffer> Buffer;
    std::vector<unsigned> LineStarts;
  };
  Entry &entry(llvm::StringRef File);
  llvm::StringMap<Entry> Files;
};

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_FILES_H
