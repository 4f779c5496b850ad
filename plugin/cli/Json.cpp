//===- Json.cpp - findings for other programs -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Checks.h"
#include "Output.h"
#include "clang-tidy/ClangTidy.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace bpftidy {
namespace cli {

void printJson(const Report &R, const Summary &Sum) {
  size_t Fixable = 0;
  for (const Result &Found : R.Findings)
    Fixable += hasFix(Found, /*Notes=*/false);
  json::Object Document = toJSON(R, shownPath);
  Document["version"] = 1;
  Document["tool"] =
      json::Object{{"name", "bpf-tidy"},
                   {"version", BPF_TIDY_VERSION},
                   {"llvm", LLVM_VERSION_STRING},
                   {"kernels", kernel::allReleases().front().str() + "-" +
                                   kernel::allReleases().back().str()}};
  Document["summary"] = json::Object{{"files", Sum.Checked},
                                     {"findings", R.Findings.size()},
                                     {"fixable", Fixable},
                                     {"fixed", Sum.Fixed},
                                     {"errors", R.Failures.size()}};
  outs() << formatv("{0:2}", json::Value(std::move(Document))) << '\n';
}

/// \p M as clang-tidy has it.
static clang::tooling::DiagnosticMessage yamlMessage(const Message &M) {
  clang::tooling::DiagnosticMessage Out(M.Text);
  Out.FilePath = M.At.File;
  Out.FileOffset = M.At.Offset;
  for (const Span &S : M.Ranges) {
    clang::tooling::FileByteRange Range;
    Range.FilePath = S.File;
    Range.FileOffset = S.Offset;
    Range.Length = S.Length;
    Out.Ranges.push_back(Range);
  }
  for (const Edit &E : M.Fixes)
    if (Error Conflict = Out.Fix[E.File].add(
            clang::tooling::Replacement(E.File, E.Offset, E.Length, E.Text)))
      consumeError(std::move(Conflict));
  return Out;
}

std::string exportFixes(const Report &R, StringRef Path) {
  std::error_code EC;
  raw_fd_ostream OS(Path, EC, sys::fs::OF_None);
  if (EC)
    return "cannot write '" + Path.str() + "': " + EC.message();
  std::vector<clang::tidy::ClangTidyError> Errors;
  std::string Folder = absolutePath(".");
  for (const Result &Found : R.Findings) {
    bool AsError = Found.Severity != "warning";
    clang::tidy::ClangTidyError E(Found.Check,
                                  AsError
                                      ? clang::tidy::ClangTidyError::Error
                                      : clang::tidy::ClangTidyError::Warning,
                                  Folder, AsError);
    E.Message = yamlMessage(Found);
    for (const Message &Note : Found.Notes)
      E.Notes.push_back(yamlMessage(Note));
    Errors.push_back(std::move(E));
  }
  clang::tidy::exportReplacements(
      R.Findings.empty() ? "" : R.Findings.front().At.File, Errors, OS);
  return "";
}

} // namespace cli
} // namespace bpftidy
