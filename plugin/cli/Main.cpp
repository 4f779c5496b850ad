//===- Main.cpp - bpf-tidy, the standalone tool ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check.h"
#include "Diff.h"
#include "DumpBtf.h"
#include "Fix.h"
#include "Flags.h"
#include "Output.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace bpftidy::cli;

/// Finds how to compile each of \p Files; tells of those that cannot be.
static std::vector<Job> makeJobs(const std::vector<std::string> &Files,
                                 const Settings &S, Report &All) {
  CommandFinder Commands(S);
  std::vector<Job> Jobs;
  for (const std::string &File : Files) {
    std::string Origin, Why;
    Job J{File, Commands.find(File, Origin, Why)};
    if (!Why.empty()) {
      All.Failures.push_back({File, Why, "", {}});
      continue;
    }
    if (S.Verbose)
      errs() << "bpf-tidy: " << shownPath(File) << ": flags from " << Origin
             << ": " << llvm::join(J.Command.CommandLine, " ") << '\n';
    Jobs.push_back(std::move(J));
  }
  return Jobs;
}

/// Applies the fixes of \p All, or prints them as a patch, and takes the fixed
/// findings out.
static void fix(Report &All, Summary &Sum, Sources &Texts, const Settings &S,
                const std::vector<Job> &Jobs) {
  FixSet Fixes(Texts, S.FixNotes);
  for (const Job &J : Jobs)
    Fixes.allow(J.File);
  std::vector<Result> Left;
  for (Result &R : All.Findings) {
    if (Fixes.add(R))
      ++Sum.Fixed;
    else
      Left.push_back(R);
  }
  for (const std::string &File : Fixes.files()) {
    if (S.DryRun) {
      outs() << Fixes.diff(File);
      Sum.Changed.push_back(File);
    } else if (std::string Why = writeFile(File, Fixes.apply(File));
               Why.empty()) {
      Sum.Changed.push_back(File);
    } else {
      All.Failures.push_back({File, Why, "", {}});
      return;
    }
  }
  for (const std::string &File : Fixes.others())
    errs() << "bpf-tidy: note: " << shownPath(File)
           << " is outside of the project and stays as it is; name it to have "
              "it fixed\n";
  // What was not changed is still found.
  if (!S.DryRun)
    All.Findings = std::move(Left);
}

static int run(const Settings &S) {
  std::vector<std::string> Inputs = S.Inputs;
  ChangedLines Changed;
  if (!S.Diff.empty()) {
    std::string Folder = absolutePath(Inputs.empty() ? "." : Inputs.front());
    if (!sys::fs::is_directory(Folder))
      Folder = sys::path::parent_path(Folder).str();
    if (std::string Why = Changed.read(S.Diff, Folder); !Why.empty())
      return fail("option '--diff': " + Why);
    if (Inputs.empty())
      Inputs = Changed.programs();
  } else if (Inputs.empty()) {
    return fail("no file to check; bpf-tidy --help tells more");
  }
  if (resourceFolder().empty())
    return fail("clang's own headers are missing (" BPF_TIDY_RESOURCE_DIR
                "/include): install clang " BPF_TIDY_LLVM_MAJOR
                " (Debian: libclang-common-" BPF_TIDY_LLVM_MAJOR "-dev)");

  Report All;
  Summary Sum;
  std::vector<Job> Jobs = makeJobs(expandInputs(Inputs, All.Failures), S, All);
  if (S.DumpBtf)
    return dumpBtf(Jobs, S.Build);
  All.append(checkFiles(Jobs, S));
  Sum.Checked = count_if(Jobs, [&](const Job &J) {
    return none_of(All.Failures,
                   [&](const Failure &F) { return F.File == J.File; });
  });

  Sources Texts;
  if (!S.Diff.empty())
    erase_if(All.Findings,
             [&](const Result &R) { return !Changed.touches(R, Texts); });
  if (!S.ExportFixes.empty())
    if (std::string Why = exportFixes(All, S.ExportFixes); !Why.empty())
      return fail("option '--export-fixes': " + Why);

  bool AnyFound = !All.Findings.empty();
  if (S.Fix)
    fix(All, Sum, Texts, S, Jobs);
  if (S.Fix && !S.DryRun)
    AnyFound = !All.Findings.empty();

  // Findings that are left after a fix are shown where they were before.
  switch (S.Form) {
  case Format::Text:
    if (!S.DryRun)
      printText(All, S, Texts);
    break;
  case Format::Json:
    printJson(All, Sum);
    break;
  case Format::Sarif:
    printSarif(All, Texts);
    break;
  case Format::Github:
    printGithub(All, Texts);
    break;
  }
  printFailures(All, S, Texts, S.Form == Format::Text);
  if (!S.Quiet && S.Form == Format::Text)
    (S.DryRun ? errs() : outs()) << summaryLine(All, S, Sum) << '\n';
  outs().flush();
  if (outs().has_error()) {
    std::string Why = outs().error().message();
    outs().clear_error();
    return fail("cannot write to standard output: " + Why);
  }
  if (!All.Failures.empty())
    return CouldNotCheck;
  return AnyFound ? Found : Clean;
}

int main(int Argc, const char **Argv) {
  Settings S;
  if (auto Status = parseCommandLine(Argc, Argv, S))
    return *Status;
  return run(S);
}
