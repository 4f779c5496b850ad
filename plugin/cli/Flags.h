//===- Flags.h - how a file is compiled -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_FLAGS_H
#define BPFTIDY_PLUGIN_CLI_FLAGS_H

#include "Options.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/StringMap.h"

namespace bpftidy {
namespace cli {

/// The compiler's own headers, stddef.h among them; "" if they are missing.
std::string resourceFolder();

/// This machine in the words of BPF programs' __TARGET_ARCH_, and of Debian's
/// folders for headers of one architecture; "" if unknown.
llvm::StringRef targetArch();
std::string multiarchFolder();

/// Knows how to compile each file.
class CommandFinder {
public:
  explicit CommandFinder(const Settings &S) : S(S) {}

  /// The command for \p File, with an idea of where it is from. A mistake of
  /// the user's, such as a compile_commands.json that cannot be read, goes to
  /// \p Why.
  clang::tooling::CompileCommand find(llvm::StringRef File, std::string &Origin,
                                      std::string &Why);

private:
  using Database = clang::tooling::CompilationDatabase;

  Database *databaseFor(llvm::StringRef File, std::string &Path,
                        std::string &Why);
  Database *load(llvm::StringRef Json, std::string &Why);

  const Settings &S;
  llvm::StringMap<std::unique_ptr<Database>> Databases;
  llvm::StringMap<std::string> Mistakes;
};

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_FLAGS_H
