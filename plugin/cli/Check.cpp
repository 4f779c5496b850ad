//===- Check.cpp - checks one file ----------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check.h"
#include "Checks.h"
#include "Files.h"
#include "Headers.h"
#include "Nolint.h"
#include "Probe.h"
#include "clang-tidy/ClangTidy.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang-tidy/GlobList.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

using namespace llvm;
using namespace clang;

namespace bpftidy {
namespace cli {

namespace {
/// True if \p Globs selects or excludes checks of ours by name.
bool namesOurs(StringRef Globs) {
  SmallVector<StringRef, 8> Parts;
  Globs.split(Parts, ',');
  return any_of(Parts, [](StringRef Part) {
    Part = Part.trim();
    Part.consume_front("-");
    if (Part.empty() || Part == "*")
      return false;
    tidy::GlobList Glob(Part);
    return any_of(allRules(), [&](const RuleInfo &Rule) {
      return Glob.contains(checkName(Rule));
    });
  });
}

/// A project's .clang-tidy is usually written with other checks in mind; what
/// it says about checks counts only if it names these, or turns off all.
template <typename Base> class Provider : public Base {
public:
  using Base::Base;

  std::vector<tidy::ClangTidyOptionsProvider::OptionsSource>
  getRawOptions(StringRef File) override {
    auto All = Base::getRawOptions(File);
    for (auto &[Options, Source] : All) {
      if (!Options.Checks || Source == Base::OptionsSourceTypeDefaultBinary ||
          Source == Base::OptionsSourceTypeCheckCommandLineOption)
        continue;
      if (StringRef(*Options.Checks).trim() != "-*" &&
          !namesOurs(*Options.Checks))
        Options.Checks.reset();
    }
    return All;
  }
};

/// Finds the .clang-tidy files for \p File that cannot be used.
std::vector<Failure> badConfigurations(StringRef File) {
  std::vector<Failure> Bad;
  for (StringRef Folder = sys::path::parent_path(File); !Folder.empty();
       Folder = sys::path::parent_path(Folder)) {
    SmallString<256> Path(Folder);
    sys::path::append(Path, ".clang-tidy");
    auto Text = MemoryBuffer::getFile(Path);
    if (!Text || (*Text)->getBuffer().empty())
      continue;
    std::string Where, Why;
    auto Options = tidy::parseConfigurationWithDiags(
        (*Text)->getMemBufferRef(), [&](const SMDiagnostic &Diag) {
          if (!Why.empty())
            return;
          Why = Diag.getMessage().str();
          Where = std::to_string(Diag.getLineNo()) + ": ";
        });
    if (!Options)
      Bad.push_back({std::string(Path),
                     "is no configuration: " + Where +
                         (Why.empty() ? Options.getError().message() : Why),
                     "files are checked as if it were not there",
                     {}});
  }
  return Bad;
}

std::unique_ptr<tidy::ClangTidyOptionsProvider>
makeOptions(const Settings &S, ArrayRef<Failure> Unusable) {
  tidy::ClangTidyOptions Defaults = tidy::ClangTidyOptions::getDefaults();
  Defaults.Checks = "-*,bpf-*";
  Defaults.HeaderFilterRegex = ".*";
  // clang-tidy reads on where one is empty.
  auto Empty = makeIntrusiveRefCnt<vfs::InMemoryFileSystem>();
  for (const Failure &F : Unusable)
    Empty->addFile(F.File, 0, MemoryBuffer::getMemBuffer(""));
  auto FS =
      makeIntrusiveRefCnt<vfs::OverlayFileSystem>(vfs::getRealFileSystem());
  FS->pushOverlay(Empty);
  if (S.Config)
    return std::make_unique<Provider<tidy::ConfigOptionsProvider>>(
        S.Global, Defaults, *S.Config, S.Override, FS);
  return std::make_unique<Provider<tidy::FileOptionsProvider>>(
      S.Global, Defaults, S.Override, FS);
}

/// Turns clang-tidy's diagnostics into ours.
class Collector {
public:
  explicit Collector(const Job &J) : J(J) {}

  /// Remembers what clang-tidy has no room for.
  void observe(StringRef Check, const Finding &F, StringRef File,
               unsigned Offset) {
    Fact &New = Facts[key(Check, File, Offset, F.Warning.Text)];
    New = {kernel::effectId(F.Cost).str(), releases(F.On), {}};
    std::map<kernel::Effect, kernel::ReleaseSet> ByCost;
    for (const auto &[Cost, On] : F.Costs)
      ByCost[Cost].insert(ByCost[Cost].end(), On.begin(), On.end());
    if (ByCost.size() > 1)
      for (auto &[Cost, On] : ByCost) {
        llvm::sort(On);
        New.Effects[kernel::effectId(Cost).str()] = releases(On);
      }
  }

  Report collect(ArrayRef<tidy::ClangTidyError> Errors) {
    Report R;
    Failure Bad{J.File, "", "", {}};
    for (const tidy::ClangTidyError &E : Errors) {
      Folder = E.BuildDirectory;
      StringRef Name = E.DiagnosticName;
      // It is no finding that a walk was too long.
      if (E.DiagLevel == tooling::Diagnostic::Remark)
        errs() << "bpf-tidy: note: " << where(E) << E.Message.Message << '\n';
      else if (Name.starts_with("bpf-"))
        R.Findings.push_back(finding(E));
      else if (Name == "clang-tidy-config" || Name == "clang-tidy-nolint")
        R.Failures.push_back({J.File, where(E) + E.Message.Message, "", {}});
      else if (E.DiagLevel == tooling::Diagnostic::Error)
        Bad.Diagnostics.push_back(compilerError(E));
    }
    if (Bad.Diagnostics.empty())
      return R;
    // Whatever a broken tree made the checks say is of no use.
    R.Findings.clear();
    explain(Bad);
    R.Failures.push_back(std::move(Bad));
    return R;
  }

private:
  using Key = std::tuple<std::string, std::string, unsigned, std::string>;
  struct Fact {
    std::string Effect, Kernels;
    std::map<std::string, std::string> Effects;
  };

  static Key key(StringRef Check, StringRef File, unsigned Offset,
                 StringRef Text) {
    return {Check.str(), File.str(), Offset, Text.str()};
  }

  /// \p Set in the syntax of --kernel.
  static std::string releases(const kernel::ReleaseSet &Set) {
    auto All = kernel::allReleases();
    std::string Text;
    for (size_t I = 0; I != Set.size();) {
      size_t Last = I;
      for (auto It = find(All, Set[I]);
           Last + 1 < Set.size() && ++It != All.end() && *It == Set[Last + 1];)
        ++Last;
      Text += (Text.empty() ? "" : ",") + Set[I].str();
      if (Set[Last] == All.back())
        Text += "-";
      else if (Last != I)
        Text += "-" + Set[Last].str();
      I = Last + 1;
    }
    return Text;
  }

  std::string absolute(StringRef Path) const {
    if (Path.empty() || sys::path::is_absolute(Path))
      return Path.empty() ? "" : absolutePath(Path);
    SmallString<256> P(Folder);
    sys::path::append(P, Path);
    return absolutePath(P);
  }

  Message message(const tooling::DiagnosticMessage &M) {
    Message Out;
    Out.Text = M.Message;
    Out.At.File = absolute(M.FilePath);
    Out.At.Offset = M.FileOffset;
    Texts.locate(Out.At);
    // A range that begins in one macro and ends in another is nowhere.
    for (const tooling::FileByteRange &R : M.Ranges)
      if (!R.FilePath.empty())
        Out.Ranges.push_back({absolute(R.FilePath), R.FileOffset, R.Length});
    for (const auto &File : M.Fix)
      for (const tooling::Replacement &Edit : File.getValue()) {
        // The pipe to the printing process carries UTF-8.
        if (!json::isUTF8(Edit.getReplacementText())) {
          Out.Fixes.clear();
          return Out;
        }
        cli::Edit New;
        New.File = absolute(Edit.getFilePath());
        New.Offset = Edit.getOffset();
        New.Length = Edit.getLength();
        New.Text = Edit.getReplacementText().str();
        // An insertion in front of a replacement: make one of the two, so that
        // nobody has to know which is first.
        if (!Out.Fixes.empty() && Out.Fixes.back().File == New.File &&
            Out.Fixes.back().Offset == New.Offset &&
            Out.Fixes.back().Length == 0) {
          New.Text = Out.Fixes.back().Text + New.Text;
          Out.Fixes.pop_back();
        }
        Out.Fixes.push_back(std::move(New));
      }
    return Out;
  }

  Result result(const tidy::ClangTidyError &E) {
    Result Out;
    static_cast<Message &>(Out) = message(E.Message);
    Out.Check = E.DiagnosticName;
    for (const tooling::DiagnosticMessage &M : E.Notes)
      Out.Notes.push_back(message(M));
    return Out;
  }

  Result finding(const tidy::ClangTidyError &E) {
    Result Out = result(E);
    Out.Severity = E.IsWarningAsError ? "error" : "warning";
    auto It = Facts.find(key(E.DiagnosticName, E.Message.FilePath,
                             E.Message.FileOffset, E.Message.Message));
    if (It != Facts.end()) {
      Out.Effect = It->second.Effect;
      Out.Kernels = It->second.Kernels;
      Out.Effects = It->second.Effects;
    }
    return Out;
  }

  Result compilerError(const tidy::ClangTidyError &E) {
    Result Out = result(E);
    Out.Severity = "error";
    return Out;
  }

  std::string where(const tidy::ClangTidyError &E) {
    Message M = message(E.Message);
    if (M.At.File.empty())
      return "";
    return shownPath(M.At.File) + ":" + std::to_string(M.At.Line) + ": ";
  }

  static void explain(Failure &Bad) {
    size_t N = Bad.Diagnostics.size();
    Bad.Why = "does not compile (" + std::to_string(N) +
              (N == 1 ? " error)" : " errors)");
    for (Result &R : Bad.Diagnostics) {
      StringRef Text = R.Text;
      // The commands that clang-tidy's engine adds to this are of no use.
      if (Text.starts_with("unable to handle compilation")) {
        R.Text = Text.substr(0, Text.find(" in '")).str();
        Bad.Hint = "its flags have to be those of one compilation";
        continue;
      }
      if (Text.consume_front("'") && Text.consume_back("' file not found")) {
        Bad.Why = "'" + Text.str() + "' is not found";
        StringRef Name = sys::path::filename(Text);
        if (Name == "vmlinux.h")
          Bad.Hint = "it holds the types of a kernel; make it with 'bpf-tidy "
                     "--make-vmlinux vmlinux.h' or 'bpftool btf dump file "
                     "/sys/kernel/btf/vmlinux format c > vmlinux.h'";
        else if (Text.starts_with("bpf/"))
          Bad.Hint = "it is libbpf's; install its headers (Debian, Ubuntu: "
                     "libbpf-dev, Fedora: libbpf-devel) or pass -I behind --";
        else
          Bad.Hint = "say where it is with --extra-arg=-I<folder>, or give all "
                     "compiler flags behind --";
        return;
      }
    }
  }

  const Job &J;
  Sources Texts;
  std::string Folder;
  std::map<Key, Fact> Facts;
};
} // namespace

/// Checks \p J; the precompiled header that it may name has \p Users in it.
static Report checkOnce(const Job &J, const Settings &S,
                        ArrayRef<Failure> Unusable,
                        std::vector<std::string> Users) {
  Collector C(J);
  NolintAudit Audit;
  observeFindings(
      [&](StringRef Check, const Finding &F, StringRef File, unsigned Offset) {
        C.observe(Check, F, File, Offset);
        Audit.observe(Check, File, Offset);
      });

  expectUnit(std::move(Users));
  tidy::ClangTidyContext Context(makeOptions(S, Unusable));
  IntrusiveRefCntPtr<vfs::OverlayFileSystem> FS(
      new vfs::OverlayFileSystem(vfs::getRealFileSystem()));
  tidy::GlobList Enabled(Context.getOptionsForFile(J.File).Checks.value_or(""));
  if (none_of(allRules(), [&](const RuleInfo &Rule) {
        return Enabled.contains(checkName(Rule));
      }))
    errs() << "bpf-tidy: note: " << shownPath(J.File)
           << ": its configuration turns all checks off\n";
  OneCommand Commands(J);
  std::vector<tidy::ClangTidyError> Errors =
      runClangTidy(Context, Commands, {J.File}, FS, S.FixNotes);
  Report R = C.collect(Errors);
  const Parsed &Unit = parsedUnit();
  if (Unit.CPlusPlus) {
    // What the C++ in it does wrong is beside the point.
    R = Report();
    R.Failures.push_back(
        {J.File, "is compiled as C++; bpf-tidy checks C", "", {}});
  } else if (Unit.Done && !Unit.Bpf) {
    R = Report();
    R.Failures.push_back({J.File,
                          "is compiled for '" + Unit.Triple + "', not for BPF",
                          "add -target bpf to its compiler flags",
                          {}});
  } else if (!Unit.Done && R.Failures.empty()) {
    R.Failures.push_back(
        {J.File, "the compiler gave up without a word", "", {}});
  } else if (R.Failures.empty() && S.UnusedNolint) {
    Audit.report(Unit.Files, R);
  }
  return R;
}

void checkFile(const Job &J, const Settings &S,
               function_ref<void(const Report &)> Answer) {
  std::vector<Failure> Unusable =
      S.Config ? std::vector<Failure>() : badConfigurations(J.File);
  auto Tell = [&](Report R) {
    R.Failures.insert(R.Failures.end(), Unusable.begin(), Unusable.end());
    Answer(R);
  };
  tidy::ClangTidyOptions Options = makeOptions(S, Unusable)->getOptions(J.File);
  using Arguments = std::vector<std::string>;
  Headers Known(J, S, Options.ExtraArgsBefore.value_or(Arguments()),
                Options.ExtraArgs.value_or(Arguments()));
  if (S.Cache == CacheUse::Always)
    Known.make();
  std::vector<std::string> Users;
  if (auto With = Known.find(Users)) {
    Report R = checkOnce(*With, S, Unusable, Users);
    if (R.Failures.empty()) {
      if (S.Verbose)
        errs() << "bpf-tidy: " << shownPath(J.File)
               << ": its first includes were precompiled\n";
      return Tell(std::move(R));
    }
    // Whatever is wrong is told as if there was no such thing.
  }
  Report R = checkOnce(J, S, Unusable, {});
  Tell(R);
  if (R.Failures.empty() && S.Cache == CacheUse::Auto)
    Known.makeBehind(parsedUnit().Includes);
}

} // namespace cli
} // namespace bpftidy
