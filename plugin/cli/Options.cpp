//===- Options.cpp - the command line of bpf-tidy -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"
#include "Actions.h"
#include "Checks.h"
#include "clang-tidy/GlobList.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/Threading.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace clang;

namespace bpftidy {
namespace cli {

namespace {
/// The options. They are made at run time, after an option of LLVM's own of the
/// same name has been taken out.
struct Options {
  cl::OptionCategory Checking{"Checks and kernels"};
  cl::OptionCategory Compiling{"How the files are compiled"};
  cl::OptionCategory Fixing{"Fixes"};
  cl::OptionCategory Output{"Output"};
  cl::OptionCategory Else{"Instead of checking"};

  using Text = cl::opt<std::string>;
  using List = cl::list<std::string>;
  using Flag = cl::opt<bool>;

  List Inputs{cl::Positional,
              cl::desc("<file or folder>... [-- <compiler flag>...]")};

  Text Kernel{
      "kernel", cl::cat(Checking), cl::value_desc("releases"),
      cl::desc("Kernels that the programs must work on: 6.12, 6.1-6.12,\n"
               "6.12-, and lists of these (default: option 'Kernels' of\n"
               ".clang-tidy, or 6.12-)")};
  Text Compiler{
      "compiler", cl::cat(Checking), cl::value_desc("release"),
      cl::desc("Release of clang that the programs are built with, such as\n"
               "14 or clang-21 (default: option 'Compiler' of .clang-tidy,\n"
               "or that of the LLVM that bpf-tidy is made of)")};
  Text Checks{"checks", cl::cat(Checking), cl::value_desc("globs"),
              cl::desc("Checks to run, such as bpf-kptr-*, or with - in front\n"
                       "those not to run")};
  Text Config{"config", cl::cat(Checking), cl::value_desc("yaml"),
              cl::desc("Configuration instead of .clang-tidy files")};
  Text ConfigFile{"config-file", cl::cat(Checking), cl::value_desc("file"),
                  cl::desc("The same, from a file")};
  Text HeaderFilter{
      "header-filter", cl::cat(Checking), cl::value_desc("regex"),
      cl::desc("Headers whose findings are shown (default: all but\n"
               "system headers and vmlinux.h)")};
  Text LineFilter{"line-filter", cl::cat(Checking), cl::value_desc("json"),
                  cl::desc("Lines whose findings are shown, as in clang-tidy")};
  Text Diff{"diff", cl::cat(Checking), cl::value_desc("revision"),
            cl::desc("Show findings on lines changed since that git revision;\n"
                     "-: lines changed by the patch on standard input")};
  Text AsErrors{"warnings-as-errors", cl::cat(Checking),
                cl::value_desc("globs"),
                cl::desc("Checks whose findings are errors")};
  Flag UnusedNolint{
      "unused-nolint", cl::cat(Checking),
      cl::desc("Also report NOLINT(bpf-...) that suppresses nothing")};
  Flag UnfinishedPaths{
      "unfinished-paths", cl::cat(Checking),
      cl::desc("Tell which functions have more paths than are followed")};

  Text BuildPath{
      "p", cl::cat(Compiling), cl::value_desc("folder"),
      cl::desc("Where compile_commands.json is (default: searched in\n"
               "the parents of each file)")};
  List ExtraArg{"extra-arg", cl::cat(Compiling), cl::value_desc("flag"),
                cl::desc("Compiler flag to add at the end")};
  List ExtraArgBefore{"extra-arg-before", cl::cat(Compiling),
                      cl::value_desc("flag"),
                      cl::desc("Compiler flag to add at the beginning")};
  Flag Verbose{"verbose", cl::cat(Compiling),
               cl::desc("Tell the compiler flags of each file")};

  Flag Fix{"fix", cl::cat(Fixing), cl::desc("Apply the fixes of findings")};
  Flag FixNotes{
      "fix-notes", cl::cat(Fixing),
      cl::desc("Also apply a fix that is only offered by a note, where\n"
               "there is one alone")};
  Flag DryRun{
      "dry-run", cl::cat(Fixing),
      cl::desc("Change no file; print what --fix would change, as a patch")};
  cl::alias DiffFixes{"diff-fixes", cl::cat(Fixing), cl::aliasopt(DryRun),
                      cl::desc("Another name of --dry-run")};
  Text ExportFixes{"export-fixes", cl::cat(Fixing), cl::value_desc("file"),
                   cl::desc("Write all findings and fixes as YAML")};

  Text Form{"format", cl::cat(Output), cl::value_desc("name"), cl::init("text"),
            cl::desc("text, json, sarif or github (default: text)")};
  Flag Quiet{"quiet", cl::cat(Output), cl::desc("No summary and no progress")};
  Text Color{"color", cl::cat(Output), cl::value_desc("when"), cl::init("auto"),
             cl::desc("auto, always or never (default: auto)")};
  Text Jobs{"j", cl::cat(Output), cl::value_desc("number"), cl::Prefix,
            cl::desc("Files to check at a time (default: number of cores)")};

  Text Cache{"cache", cl::cat(Output), cl::value_desc("when"),
             cl::desc("Keep headers precompiled in the user's cache folder:\n"
                      "auto, always or off (default: BPF_TIDY_CACHE of the\n"
                      "environment, or auto)")};
  Flag NoCache{"no-cache", cl::cat(Output),
               cl::desc("The same as --cache=off")};
  Text TimeLimit{"time-limit", cl::cat(Output), cl::value_desc("seconds"),
                 cl::init("300"),
                 cl::desc("Processor time for one file (default: 300)")};

  Flag DumpBtf{"dump-btf", cl::cat(Else), cl::Hidden,
               cl::desc("Print the BTF that is expected of the compiler")};
  Flag ListChecks{"list-checks", cl::cat(Else), cl::desc("List the checks")};
  Text Explain{"explain", cl::cat(Else), cl::value_desc("check"),
               cl::desc("Print the page of a check")};
  Text MakeVmlinux{"make-vmlinux", cl::cat(Else), cl::value_desc("file"),
                   cl::desc("Write the types of the running kernel to a file,\n"
                            "usually named vmlinux.h (needs bpftool)")};

  cl::extrahelp More{R"(
FILES
  A folder stands for all *.bpf.c files below it. Without compiler flags behind
  -- and without a compile_commands.json that has the file, it is compiled for
  BPF, and the folders of its headers, vmlinux.h among them, are searched for in
  its project. .clang-tidy files and NOLINT comments work as in clang-tidy.

EXIT STATUS
  0  no finding
  1  findings
  2  some file could not be checked, or the command line is wrong

EXAMPLES
  bpf-tidy prog.bpf.c                    check one file
  bpf-tidy --kernel=6.1- src             all below src, for Linux 6.1 and later
  bpf-tidy --fix --dry-run prog.bpf.c    show what can be fixed
  bpf-tidy --diff=main src               only what this branch brings in
  bpf-tidy prog.bpf.c -- -target bpf -g -O2 -Ibuild
)"};
};
} // namespace

int fail(const Twine &What) {
  errs() << "bpf-tidy: error: " << What << '\n';
  return CouldNotCheck;
}

static int badValue(StringRef Option, StringRef Value, const Twine &Accepted) {
  return fail("option '" + Option + "': '" + Value + "' is not accepted; " +
              Accepted);
}

/// Complains of what in \p Globs names no check. What excludes checks of other
/// tools is nobody's mistake.
static std::optional<int> unknownCheck(StringRef Option, StringRef Globs) {
  SmallVector<StringRef, 4> Parts;
  Globs.split(Parts, ',');
  for (StringRef Part : Parts) {
    StringRef Name = Part.trim();
    bool Excluded = Name.consume_front("-");
    if (Name.empty() || Name == "*" || (Excluded && !Name.starts_with("bpf-")))
      continue;
    tidy::GlobList Glob(Name);
    if (none_of(allRules(), [&](const RuleInfo &Rule) {
          return Glob.contains(checkName(Rule));
        }))
      return badValue(Option, Part.trim(),
                      "no check has such a name (--list-checks shows them)");
  }
  return std::nullopt;
}

/// Reads --checks. What begins with a positive glob names all that is wanted.
static std::optional<int> readChecks(StringRef Globs, Settings &S) {
  if (auto Status = unknownCheck("--checks", Globs))
    return Status;
  bool Subtracts = Globs.trim().starts_with("-");
  S.Override.Checks = (Subtracts ? "" : "-*,") + Globs.str();
  return std::nullopt;
}

static std::optional<int> readConfig(const Options &O, Settings &S) {
  std::unique_ptr<MemoryBuffer> Text;
  if (O.Config.getNumOccurrences() && O.ConfigFile.getNumOccurrences())
    return fail("options '--config' and '--config-file' exclude each other");
  if (O.Config.getNumOccurrences()) {
    Text = MemoryBuffer::getMemBuffer(O.Config, "--config");
  } else if (O.ConfigFile.getNumOccurrences()) {
    auto Read = MemoryBuffer::getFile(O.ConfigFile);
    if (!Read)
      return fail("option '--config-file': cannot read '" + O.ConfigFile +
                  "': " + Read.getError().message());
    Text = std::move(*Read);
  } else {
    return std::nullopt;
  }
  std::string Why;
  auto Parsed = tidy::parseConfigurationWithDiags(
      Text->getMemBufferRef(), [&](const SMDiagnostic &Diag) {
        Why = (Twine(Diag.getLineNo()) + ":" + Twine(Diag.getColumnNo() + 1) +
               ": " + Diag.getMessage())
                  .str();
      });
  if (!Parsed)
    return fail("'" + Text->getBufferIdentifier() + "' is no configuration: " +
                (Why.empty() ? Parsed.getError().message() : Why));
  S.Config = *Parsed;
  return std::nullopt;
}

/// Reads what changes which findings there are.
static std::optional<int> readFilters(const Options &O, Settings &S) {
  if (O.Kernel.getNumOccurrences()) {
    auto Releases = kernel::parseReleases(O.Kernel);
    if (!Releases)
      return fail("option '--kernel': " + toString(Releases.takeError()));
    S.Override.CheckOptions["Kernels"] =
        tidy::ClangTidyOptions::ClangTidyValue(O.Kernel);
  }
  if (O.Compiler.getNumOccurrences()) {
    auto Build = btf::parseCompiler(O.Compiler);
    if (!Build)
      return fail("option '--compiler': " + toString(Build.takeError()));
    S.Build = *Build;
    S.Override.CheckOptions[CompilerOption] =
        tidy::ClangTidyOptions::ClangTidyValue(O.Compiler);
  }
  if (O.UnfinishedPaths)
    S.Override.CheckOptions[UnfinishedOption] =
        tidy::ClangTidyOptions::ClangTidyValue("true");
  if (O.Checks.getNumOccurrences())
    if (auto Status = readChecks(O.Checks, S))
      return Status;
  if (auto Status = readConfig(O, S))
    return Status;
  if (O.AsErrors.getNumOccurrences()) {
    if (auto Status = unknownCheck("--warnings-as-errors", O.AsErrors))
      return Status;
    S.Override.WarningsAsErrors = O.AsErrors;
  }
  if (O.HeaderFilter.getNumOccurrences()) {
    std::string Why;
    if (!Regex(O.HeaderFilter).isValid(Why))
      return badValue("--header-filter", O.HeaderFilter,
                      "a regular expression is: " + Why);
    S.Override.HeaderFilterRegex = O.HeaderFilter;
  }
  if (!O.LineFilter.empty() && tidy::parseLineFilter(O.LineFilter, S.Global))
    return badValue("--line-filter", O.LineFilter,
                    "such is: [{\"name\":\"a.bpf.c\",\"lines\":[[1,9]]}]");
  return std::nullopt;
}

static std::optional<int> readOutput(const Options &O, Settings &S) {
  auto Form = StringSwitch<std::optional<Format>>(O.Form)
                  .Case("text", Format::Text)
                  .Case("json", Format::Json)
                  .Case("sarif", Format::Sarif)
                  .Case("github", Format::Github)
                  .Default(std::nullopt);
  if (!Form)
    return badValue("--format", O.Form, "text, json, sarif and github are");
  S.Form = *Form;

  StringRef When = O.Color;
  if (When == "always")
    S.Color = true;
  else if (When == "auto")
    S.Color = sys::Process::StandardOutHasColors() &&
              !sys::Process::GetEnv("NO_COLOR");
  else if (When != "never")
    return badValue("--color", When, "auto, always and never are");

  S.Jobs = hardware_concurrency().compute_thread_count();
  if (O.Jobs.getNumOccurrences() &&
      (StringRef(O.Jobs).getAsInteger(10, S.Jobs) || S.Jobs == 0))
    return badValue("-j", O.Jobs, "a number from 1 is");
  if (StringRef(O.TimeLimit).getAsInteger(10, S.TimeLimit) || S.TimeLimit == 0)
    return badValue("--time-limit", O.TimeLimit, "a number from 1 is");
  return std::nullopt;
}

/// Reads --cache, or what the environment has in its place.
static std::optional<int> readCache(const Options &O, Settings &S) {
  std::string When = O.Cache;
  StringRef From = "--cache";
  if (!O.Cache.getNumOccurrences()) {
    From = "BPF_TIDY_CACHE";
    When = sys::Process::GetEnv(From).value_or("");
  }
  if (O.NoCache)
    When = "off";
  auto Use = StringSwitch<std::optional<CacheUse>>(When)
                 .Case("", CacheUse::Auto)
                 .Case("auto", CacheUse::Auto)
                 .Case("always", CacheUse::Always)
                 .Case("off", CacheUse::Off)
                 .Default(std::nullopt);
  if (!Use || (When.empty() && O.Cache.getNumOccurrences()))
    return badValue(From, When, "auto, always and off are");
  S.Cache = *Use;
  return std::nullopt;
}

/// Carries out what needs no file to check.
static std::optional<int> act(const Options &O, const Settings &S) {
  if (O.ListChecks)
    return listChecks(S.Override.Checks.value_or("*"));
  if (O.Explain.getNumOccurrences())
    return explain(O.Explain);
  if (O.MakeVmlinux.getNumOccurrences())
    return makeVmlinux(O.MakeVmlinux);
  return std::nullopt;
}

std::optional<int> parseCommandLine(int Argc, const char **Argv, Settings &S) {
  // What stands behind -- is the compiler's.
  const char **End = Argv + Argc;
  const char **Dashes = std::find(Argv, End, StringRef("--"));
  if (Dashes != End) {
    S.Flags.emplace(Dashes + 1, End);
    Argc = Dashes - Argv;
  }
  if (cl::Option *Theirs = cl::getRegisteredOptions().lookup("color"))
    Theirs->removeArgument();

  static Options O;
  cl::HideUnrelatedOptions({&O.Checking, &O.Compiling, &O.Fixing, &O.Output,
                            &O.Else, &getColorCategory()});
  cl::SetVersionPrinter([](raw_ostream &OS) {
    OS << versionLine() << "\n  LLVM " << LLVM_VERSION_STRING << "\n  Linux "
       << kernel::allReleases().front().str() << " to "
       << kernel::allReleases().back().str() << '\n';
  });
  if (!cl::ParseCommandLineOptions(Argc, Argv,
                                   "bpf-tidy finds mistakes with kernel "
                                   "pointers (kptrs), locks, timers\n"
                                   "and other special fields in the maps of "
                                   "BPF programs written in C.\n",
                                   &errs()))
    return CouldNotCheck;

  if (auto Status = readFilters(O, S))
    return Status;
  if (auto Status = readOutput(O, S))
    return Status;
  if (auto Status = readCache(O, S))
    return Status;
  if (auto Status = act(O, S))
    return Status;

  S.Inputs.assign(O.Inputs.begin(), O.Inputs.end());
  S.BuildPath = O.BuildPath;
  S.ExtraArgs.assign(O.ExtraArg.begin(), O.ExtraArg.end());
  S.ExtraArgsBefore.assign(O.ExtraArgBefore.begin(), O.ExtraArgBefore.end());
  S.Quiet = O.Quiet;
  S.Verbose = O.Verbose;
  S.ExportFixes = O.ExportFixes;
  S.DryRun = O.DryRun;
  S.FixNotes = O.FixNotes;
  S.Fix = O.Fix || O.FixNotes || O.DryRun;
  S.Diff = O.Diff;
  S.UnusedNolint = O.UnusedNolint;
  S.DumpBtf = O.DumpBtf;
  if (O.Diff.getNumOccurrences() && S.Diff.empty())
    return badValue("--diff", "", "a git revision and - are");
  if (S.DryRun && S.Form != Format::Text)
    return fail("option '--dry-run' prints a patch and has no other format");
  return std::nullopt;
}

} // namespace cli
} // namespace bpftidy
