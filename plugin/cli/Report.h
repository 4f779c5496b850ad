//===- Report.h - what bpf-tidy found -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Findings as plain data: they travel from the process that checks a file to
/// the one that prints, and every output format is made from them. Paths are
/// absolute; only printers shorten them.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_REPORT_H
#define BPFTIDY_PLUGIN_CLI_REPORT_H

#include "llvm/Support/JSON.h"
#include <functional>
#include <string>
#include <vector>

namespace bpftidy {
namespace cli {

/// A place in a file; no file if there is none. Lines and columns count from
/// one, columns in bytes.
struct Place {
  std::string File;
  unsigned Offset = 0;
  unsigned Line = 0;
  unsigned Column = 0;
};

/// Some bytes of a file.
struct Span {
  std::string File;
  unsigned Offset = 0;
  unsigned Length = 0;
};

/// Some bytes of a file, and what replaces them.
struct Edit : Span {
  std::string Text;
};

/// A sentence about a place.
struct Message {
  std::string Text;
  Place At;
  std::vector<Span> Ranges;
  std::vector<Edit> Fixes;
};

/// A warning or error with its notes.
struct Result : Message {
  std::string Check;
  std::string Severity; ///< "warning", "error" or "fatal error".
  std::string Effect;   ///< Id of a kernel::Effect; empty for compiler errors.
  std::string Kernels;  ///< As the option --kernel takes it.
  /// Where kernels differ: the kernels of each effect, of which Effect is the
  /// worst.
  std::map<std::string, std::string> Effects;
  std::vector<Message> Notes;
};

/// A file that was not checked.
struct Failure {
  std::string File;
  std::string Why;
  std::string Hint;
  std::vector<Result> Diagnostics; ///< The compiler's, if it is to blame.
};

/// What is known of one file, or of all.
struct Report {
  std::vector<Result> Findings;
  std::vector<Failure> Failures;

  void append(Report &&Other);
};

/// How a path is shown.
using PathMapper = std::function<std::string(llvm::StringRef)>;

/// The members "findings" and "errors" of the JSON format.
llvm::json::Object toJSON(const Report &R, const PathMapper &Show);

/// Reads what toJSON() wrote; false if it cannot.
bool fromJSON(const llvm::json::Value &V, Report &R);

/// True if both say the same about the same place; notes may differ.
bool equal(const Result &A, const Result &B);

/// Adds the notes of \p From that \p To lacks.
void mergeNotes(Result &To, Result &&From);

/// True if some fix of \p R, or of its notes with \p Notes, can be applied.
bool hasFix(const Result &R, bool Notes);

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_REPORT_H
