//===- Options.h - the command line of bpf-tidy -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_OPTIONS_H
#define BPFTIDY_PLUGIN_CLI_OPTIONS_H

#include "btf/Compiler.h"
#include "clang-tidy/ClangTidyOptions.h"
#include <optional>
#include <string>
#include <vector>

namespace bpftidy {
namespace cli {

/// The exit statuses.
enum Status { Clean = 0, Found = 1, CouldNotCheck = 2 };

/// When headers are precompiled and kept: never, after a run that they would
/// have made faster, or before each run.
enum class CacheUse { Off, Auto, Always };

enum class Format { Text, Json, Sarif, Github };

/// What the command line asks for.
struct Settings {
  std::vector<std::string> Inputs;

  /// Compiler flags: those behind `--`, if there was one, and the additions.
  std::optional<std::vector<std::string>> Flags;
  std::vector<std::string> ExtraArgs, ExtraArgsBefore;
  std::string BuildPath;

  /// Options of clang-tidy's own; \ref Config is what --config gave.
  clang::tidy::ClangTidyOptions Override;
  std::optional<clang::tidy::ClangTidyOptions> Config;
  clang::tidy::ClangTidyGlobalOptions Global;

  /// What --compiler named, for what asks no configuration.
  btf::Compiler Build = btf::ownCompiler();

  /// Output.
  Format Form = Format::Text;
  bool Color = false;
  bool Quiet = false;
  bool Verbose = false;
  std::string ExportFixes;

  /// Fixes.
  bool Fix = false;
  bool FixNotes = false;
  bool DryRun = false;

  /// A revision, or "-" for a patch on standard input.
  std::string Diff;
  bool DumpBtf = false;
  bool UnusedNolint = false;
  CacheUse Cache = CacheUse::Auto;
  unsigned Jobs = 1;
  unsigned TimeLimit = 0; ///< Seconds of processor time for a file.
};

/// Reads the command line into \p S. Gives an exit status if nothing is left to
/// do: after --help and its like, and after a mistake, which it tells.
std::optional<int> parseCommandLine(int Argc, const char **Argv, Settings &S);

/// Says "bpf-tidy: error: ..." on standard error; \returns CouldNotCheck.
int fail(const llvm::Twine &What);

/// "bpf-tidy 1.2.3".
std::string versionLine();

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_OPTIONS_H
