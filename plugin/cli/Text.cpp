//===- Text.cpp - findings as the compiler shows them ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compat.h"
#include "Output.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/LangOptions.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace clang;

namespace bpftidy {
namespace cli {

namespace {
/// Shows results through clang's printer, with snippets and fixes.
class Printer {
public:
  Printer(raw_ostream &OS, bool Color, Sources &Texts)
      : Texts(Texts), Options(makeOptions(Color)),
        Writer(OS, compat::passOptions(Options)),
        Engine(compat::makeDiagnostics(Writer)), Manager(FileSystemOptions()),
        Files(*Engine, Manager) {
    Engine->setSourceManager(&Files);
    Writer.BeginSourceFile(Language, nullptr);
  }
  ~Printer() { Writer.EndSourceFile(); }

  void print(const Result &R) {
    say(R,
        R.Severity == "warning" ? DiagnosticsEngine::Warning
                                : DiagnosticsEngine::Error,
        R.Check);
    for (const Message &Note : R.Notes)
      say(Note, DiagnosticsEngine::Note, "");
  }

private:
  static compat::OwnOptions makeOptions(bool Color) {
    compat::OwnOptions Options(new DiagnosticOptions);
    Options->ShowColors = Color;
    return Options;
  }

  SourceLocation location(StringRef File, unsigned Offset) {
    if (File.empty())
      return {};
    auto [It, New] = Known.try_emplace(File);
    if (New)
      It->second = Files.createFileID(
          MemoryBuffer::getMemBufferCopy(Texts.text(File), shownPath(File)));
    if (Offset > Texts.text(File).size())
      return {};
    return Files.getLocForStartOfFile(It->second).getLocWithOffset(Offset);
  }

  CharSourceRange range(const Span &S) {
    return CharSourceRange::getCharRange(location(S.File, S.Offset),
                                         location(S.File, S.Offset + S.Length));
  }

  void say(const Message &M, DiagnosticsEngine::Level Level, StringRef Check) {
    auto B = Engine->Report(
        location(M.At.File, M.At.Offset),
        Engine->getDiagnosticIDs()->getCustomDiagID(
            static_cast<DiagnosticIDs::Level>(
                Level == DiagnosticsEngine::Note      ? DiagnosticIDs::Note
                : Level == DiagnosticsEngine::Warning ? DiagnosticIDs::Warning
                                                      : DiagnosticIDs::Error),
            "%0%1"));
    B << M.Text << (Check.empty() ? "" : (" [" + Check + "]").str());
    for (const Span &S : M.Ranges)
      if (CharSourceRange R = range(S); R.isValid())
        B << R;
    for (const Edit &E : M.Fixes)
      if (CharSourceRange R = range(E); R.isValid())
        B << FixItHint::CreateReplacement(R, E.Text);
  }

  Sources &Texts;
  LangOptions Language;
  compat::OwnOptions Options;
  TextDiagnosticPrinter Writer;
  std::unique_ptr<DiagnosticsEngine> Engine;
  FileManager Manager;
  SourceManager Files;
  StringMap<FileID> Known;
};
} // namespace

void printText(const Report &R, const Settings &S, Sources &Texts) {
  Printer P(outs(), S.Color, Texts);
  for (const Result &Found : R.Findings)
    P.print(Found);
}

void printFailures(const Report &R, const Settings &S, Sources &Texts,
                   bool Details) {
  outs().flush();
  for (const Failure &F : R.Failures) {
    if (Details && !F.Diagnostics.empty()) {
      Printer P(errs(), S.Color && errs().has_colors(), Texts);
      for (Result Bad : F.Diagnostics) {
        Bad.Check.clear();
        P.print(Bad);
      }
    }
    errs() << "bpf-tidy: error: " << shownPath(F.File) << ": " << F.Why
           << (F.Diagnostics.empty() ? "\n" : "; it was not checked\n");
    if (!F.Hint.empty())
      errs() << "bpf-tidy: note: " << F.Hint << '\n';
  }
}

static std::string count(size_t N, StringRef What) {
  return (Twine(N) + " " + What + (N == 1 ? "" : "s")).str();
}

std::string summaryLine(const Report &R, const Settings &S,
                        const Summary &Sum) {
  StringSet<> Files;
  size_t WithFix = 0, WithNote = 0;
  for (const Result &Found : R.Findings) {
    Files.insert(Found.At.File);
    WithFix += hasFix(Found, /*Notes=*/false);
    WithNote += !hasFix(Found, false) && hasFix(Found, /*Notes=*/true);
  }
  std::string Line;
  size_t Left = R.Findings.size() - (S.DryRun ? Sum.Fixed : 0);
  if (S.Fix) {
    Line = count(Sum.Fixed, "finding") + (S.DryRun ? " can be" : "") +
           " fixed in " + count(Sum.Changed.size(), "file");
    if (Left)
      Line += ", " + std::to_string(Left) + " left";
  } else if (Sum.Checked == 0) {
    Line = "no file was checked";
  } else if (R.Findings.empty()) {
    Line = "no findings in " + count(Sum.Checked, "file");
  } else {
    Line = count(R.Findings.size(), "finding") + " in " +
           count(Files.size(), "file");
    if (WithFix)
      Line += ", " + std::to_string(WithFix) + " with a fix (--fix)";
    if (WithNote)
      Line +=
          ", " + std::to_string(WithNote) + " with a suggestion (--fix-notes)";
  }
  if (Left)
    Line += "; --explain CHECK tells more";
  // A configuration that cannot be used is an error, and no file to check.
  size_t Unchecked = count_if(R.Failures, [](const Failure &F) {
    return sys::path::filename(F.File) != ".clang-tidy";
  });
  if (Unchecked)
    Line += "; " + count(Unchecked, "file") + " could not be checked";
  return Line;
}

} // namespace cli
} // namespace bpftidy
