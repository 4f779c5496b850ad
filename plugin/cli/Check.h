//===- Check.h - checks one file --------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_CHECK_H
#define BPFTIDY_PLUGIN_CLI_CHECK_H

#include "Options.h"
#include "Report.h"
#include "clang/Tooling/CompilationDatabase.h"

namespace bpftidy {
namespace cli {

/// A file and how it is compiled.
struct Job {
  std::string File;
  clang::tooling::CompileCommand Command;
};

/// Gives the one command that was found for the file.
class OneCommand : public clang::tooling::CompilationDatabase {
public:
  explicit OneCommand(const Job &J) : J(J) {}

  std::vector<clang::tooling::CompileCommand>
  getCompileCommands(llvm::StringRef) const override {
    return {J.Command};
  }
  std::vector<std::string> getAllFiles() const override { return {J.File}; }

private:
  const Job &J;
};

/// Checks a file in this process, through clang-tidy's engine. To be called
/// once in a process. \p Answer is called with what there is to tell; what goes
/// on after that only helps the next run.
void checkFile(const Job &J, const Settings &S,
               llvm::function_ref<void(const Report &)> Answer);

/// Checks files, some at a time and each in a process of its own, so that no
/// crash of the compiler takes the others along. The order is that of \p Jobs.
Report checkFiles(const std::vector<Job> &Jobs, const Settings &S);

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_CHECK_H
