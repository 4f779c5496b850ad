//===- Frontend.cpp - clang -fplugin --------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the checks inside the compiler, before it emits code, and reports them
// as the compiler's own warnings. clang-tidy's library brings .clang-tidy,
// NOLINT and the options; nothing of it drives the compiler.
//
// The plugin's name holds no '-': clang splits "-fplugin-arg-<name>-<arg>" at
// the first one.
//
//===----------------------------------------------------------------------===//

#include "Checks.h"
#include "Compat.h"
#include "UsersBegin.h"
#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/TargetInfo.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"
#include <optional>
#include <utility>

using namespace clang;

namespace bpftidy {
namespace {

constexpr llvm::StringLiteral PluginName = "bpftidy";

/// What the command line of the compiler asks for.
struct Arguments {
  std::optional<std::string> Checks;
  std::optional<std::string> Kernels;
  std::optional<std::string> Compiler;
};

/// Hands what the checks say to the compiler's engine, as far as clang-tidy's
/// rules and the compiler's flags let it through.
class Relay : public DiagnosticConsumer {
public:
  Relay(tidy::ClangTidyContext &Context, DiagnosticsEngine &Compiler)
      : Context(Context), Compiler(Compiler) {
    llvm::StringRef Filter =
        Context.getOptions().HeaderFilterRegex.value_or("");
    if (!Filter.empty())
      HeaderFilter.emplace(Filter);
  }

  /// Findings in preprocessed text, as -save-temps makes it, are moved to the
  /// lines of the source that it was made of: there is what NOLINT says.
  void movesToSource() { Moves = true; }

  void HandleDiagnostic(DiagnosticsEngine::Level Level,
                        const Diagnostic &Info) override {
    if (Moves) {
      hold(Level, Info);
      return;
    }
    // A note shares the fate of its warning.
    if (Level != DiagnosticsEngine::Note)
      Dropped = isSuppressed(Level, Info);
    if (!Dropped)
      forward(Level, Info);
  }

  /// Reports what was held back, where it belongs.
  void moveHeld(SourceManager &SM) {
    Moves = false;
    bool Lost = false;
    for (const Held &H : std::exchange(HeldBack, {})) {
      SourceLocation Loc = sourceOf(SM, H.Loc);
      // A note shares the fate of its warning here, too.
      if (H.Level != DiagnosticIDs::Note)
        Lost = Loc.isInvalid();
      if (!Lost && Loc.isValid())
        Context.diag(H.Check, Loc, H.Format, H.Level);
    }
  }

  /// Reports NOLINT comments that clang-tidy could not make sense of.
  void reportCommentMistakes() {
    auto Mistakes = std::move(CommentMistakes);
    Finished = true;
    for (const tooling::Diagnostic &Mistake : Mistakes)
      Context.diag(Mistake);
  }

private:
  struct Held {
    DiagnosticIDs::Level Level;
    SourceLocation Loc;
    std::string Check;
    std::string Format;
  };

  /// What \p Info says, without the name of its check, which clang-tidy puts
  /// behind warnings and notes.
  std::string message(const Diagnostic &Info, llvm::StringRef Check) const {
    llvm::SmallString<128> Message;
    Info.FormatDiagnostic(Message);
    llvm::StringRef Text = Message;
    Text.consume_back((" [" + Check + "]").str());
    return Text.str();
  }

  void hold(DiagnosticsEngine::Level Level, const Diagnostic &Info) {
    std::string Check = Context.getCheckName(Info.getID());
    std::string Format;
    for (char C : message(Info, Check))
      Format.append(C == '%' ? 2 : 1, C);
    HeldBack.push_back({static_cast<DiagnosticIDs::Level>(Level),
                        Info.getLocation(), Check, Format});
  }

  /// Where the line begins that the marker in front of \p Loc names; invalid
  /// if that file cannot be read.
  static SourceLocation sourceOf(SourceManager &SM, SourceLocation Loc) {
    PresumedLoc Presumed = SM.getPresumedLoc(SM.getExpansionLoc(Loc));
    if (Presumed.isInvalid())
      return SourceLocation();
    auto File = SM.getFileManager().getOptionalFileRef(Presumed.getFilename());
    if (!File)
      return SourceLocation();
    FileID ID = SM.getOrCreateFileID(*File, SrcMgr::C_User);
    SourceLocation Begin = SM.translateLineCol(ID, Presumed.getLine(), 1);
    llvm::StringRef Text = SM.getBufferData(ID).substr(SM.getFileOffset(Begin));
    return Begin.getLocWithOffset(int(Text.size() - Text.ltrim(" \t").size()));
  }

  /// Whether -Wno-everything has the last word; the compiler's engine applies
  /// it to the warnings that it knows, one by one.
  bool saysNoWarnings() const {
    bool None = false;
    for (llvm::StringRef Word : Compiler.getDiagnosticOptions().Warnings)
      if (Word == "everything" || Word == "no-everything")
        None = Word != "everything";
    return None;
  }

  bool isSuppressed(DiagnosticsEngine::Level Level, const Diagnostic &Info) {
    // Flags of the compiler do not act on diagnostics that are not its own.
    if (Compiler.getIgnoreAllWarnings() || saysNoWarnings())
      return true;
    if (Info.hasSourceManager() && Info.getLocation().isValid() &&
        isHidden(Info.getSourceManager(), Info.getLocation()))
      return true;
    llvm::SmallVector<tooling::Diagnostic, 1> Mistakes;
    bool Silenced = Context.shouldSuppressDiagnostic(Level, Info, Mistakes);
    if (!Finished)
      CommentMistakes.append(Mistakes.begin(), Mistakes.end());
    return Silenced;
  }

  bool isHidden(const SourceManager &SM, SourceLocation Loc) const {
    if (SM.isInSystemHeader(Loc))
      return Compiler.getSuppressSystemWarnings();
    // Without a filter all headers of the user count, as for any warning.
    SourceLocation At = SM.getExpansionLoc(Loc);
    return HeaderFilter && !SM.isInMainFile(At) &&
           !HeaderFilter->match(SM.getFilename(At));
  }

  void forward(DiagnosticsEngine::Level Level, const Diagnostic &Info) {
    std::string Check = Context.getCheckName(Info.getID());
    std::string Text = message(Info, Check);
    std::string Format = "%0";
    if (Level != DiagnosticsEngine::Note) {
      Format += " [" + Check;
      bool Warns = Level != DiagnosticsEngine::Remark;
      if (Warns && Context.treatAsError(Check)) {
        Level = DiagnosticsEngine::Error;
        Format += ",-warnings-as-errors";
      } else if (Warns && Compiler.getWarningsAsErrors()) {
        Level = DiagnosticsEngine::Error;
        Format += ",-Werror";
      }
      Format += "]";
    }
    unsigned ID = Compiler.getDiagnosticIDs()->getCustomDiagID(
        static_cast<DiagnosticIDs::Level>(Level), Format);
    DiagnosticBuilder B = Compiler.Report(Info.getLocation(), ID);
    B << Text;
    for (const CharSourceRange &Range : Info.getRanges())
      B << Range;
    for (const FixItHint &Hint : Info.getFixItHints())
      B << Hint;
  }

  tidy::ClangTidyContext &Context;
  DiagnosticsEngine &Compiler;
  std::optional<llvm::Regex> HeaderFilter;
  llvm::SmallVector<tooling::Diagnostic, 1> CommentMistakes;
  std::vector<Held> HeldBack;
  bool Moves = false;
  bool Dropped = false;
  bool Finished = false;
};

/// Options as clang-tidy merges them: our defaults, .clang-tidy beside the
/// source, then the command line.
std::unique_ptr<tidy::ClangTidyOptionsProvider>
makeOptions(const Arguments &Args) {
  tidy::ClangTidyOptions Defaults = tidy::ClangTidyOptions::getDefaults();
  Defaults.Checks = "bpf-*";
  tidy::ClangTidyOptions Overrides;
  Overrides.Checks = Args.Checks;
  if (Args.Kernels)
    Overrides.CheckOptions["Kernels"] =
        tidy::ClangTidyOptions::ClangTidyValue(*Args.Kernels);
  if (Args.Compiler)
    Overrides.CheckOptions[CompilerOption] =
        tidy::ClangTidyOptions::ClangTidyValue(*Args.Compiler);
  return std::make_unique<tidy::FileOptionsProvider>(
      tidy::ClangTidyGlobalOptions(), std::move(Defaults),
      std::move(Overrides));
}

/// Runs the checks on one translation unit.
class Consumer : public ASTConsumer {
public:
  Consumer(CompilerInstance &CI, llvm::StringRef File, const Arguments &Args)
      : CI(CI), Context(makeOptions(Args)) {
    Context.setCurrentFile(isPreprocessed() ? sourceName(File) : File);
    Sink = std::make_unique<Relay>(Context, CI.getDiagnostics());
    Engine = compat::makeDiagnostics(*Sink);
    compat::attachEngine(Context, *Engine);
    Context.setSourceManager(&CI.getSourceManager());
    Context.setASTContext(&CI.getASTContext());
    tidy::ClangTidyCheckFactories Factories;
    registerChecks(Factories);
    Checks = Factories.createChecksForLanguage(&Context);
    Preprocessor *PP = &CI.getPreprocessor();
    for (auto &Check : Checks) {
      Check->registerMatchers(&Finder);
      Check->registerPPCallbacks(CI.getSourceManager(), PP, PP);
    }
  }

  bool HandleTopLevelDecl(DeclGroupRef Group) override {
    Begin.see(CI.getSourceManager(), Group);
    return true;
  }

  void HandleTranslationUnit(ASTContext &Ctx) override {
    if (CI.getDiagnostics().hasUncompilableErrorOccurred())
      return;
    // The checks match the translation unit alone: going through all that
    // vmlinux.h declares would cost more than the checks themselves.
    if (isPreprocessed())
      Sink->movesToSource();
    lookFrom(Ctx, Begin.first(CI));
    Finder.match(*Ctx.getTranslationUnitDecl(), Ctx);
    Sink->moveHeld(Ctx.getSourceManager());
    Sink->reportCommentMistakes();
    Checks.clear();
  }

private:
  /// The source that preprocessed text names in its first line; its
  /// .clang-tidy counts. \p File itself if it names none.
  llvm::StringRef sourceName(llvm::StringRef File) const {
    const SourceManager &SM = CI.getSourceManager();
    llvm::StringRef Text = SM.getBufferData(SM.getMainFileID());
    if (!Text.consume_front("# 1 \""))
      return File;
    return Text.substr(0, Text.find('"'));
  }

  bool isPreprocessed() const { return bpftidy::isPreprocessed(CI); }

  CompilerInstance &CI;
  tidy::ClangTidyContext Context;
  std::unique_ptr<Relay> Sink;
  std::unique_ptr<DiagnosticsEngine> Engine;
  ast_matchers::MatchFinder Finder;
  std::vector<std::unique_ptr<tidy::ClangTidyCheck>> Checks;
  UsersBegin Begin;
};

class CheckAction : public PluginASTAction {
protected:
  std::unique_ptr<ASTConsumer>
  CreateASTConsumer(CompilerInstance &CI, llvm::StringRef File) override {
    if (!applies(CI))
      return std::make_unique<ASTConsumer>();
    return std::make_unique<Consumer>(CI, File, Args);
  }

  bool ParseArgs(const CompilerInstance &CI,
                 const std::vector<std::string> &Words) override {
    DiagnosticsEngine &Diags = CI.getDiagnostics();
    // clang takes these for the arguments of a plugin "bpf", and is silent.
    auto Others = CI.getFrontendOpts().PluginArgs.find("bpf");
    if (Others != CI.getFrontendOpts().PluginArgs.end())
      for (llvm::StringRef Word : Others->second)
        if (Word.starts_with("tidy-"))
          return complain(Diags, "its name has no '-', write '-fplugin-arg-"
                                 "bpftidy-" +
                                     Word.drop_front(5).str() + "'");
    for (llvm::StringRef Word : Words) {
      auto [Name, Value] = Word.split('=');
      if (Name == "checks" && Word.contains('=')) {
        Args.Checks = Value.str();
      } else if (Name == "kernels" && Word.contains('=')) {
        Args.Kernels = Value.str();
        auto Targets = kernel::parseReleases(Value);
        if (!Targets)
          return complain(Diags, llvm::toString(Targets.takeError()));
      } else if (Name == "compiler" && Word.contains('=')) {
        Args.Compiler = Value.str();
        auto Build = btf::parseCompiler(Value);
        if (!Build)
          return complain(Diags, llvm::toString(Build.takeError()));
      } else {
        return complain(Diags, "unknown argument '" + Word.str() +
                                   "', there are 'checks=...', 'compiler=...' "
                                   "and 'kernels=...'");
      }
    }
    return true;
  }

  ActionType getActionType() override { return AddBeforeMainAction; }

private:
  /// Only C for BPF; no precompiled header, which is no program and whose
  /// users are checked.
  static bool applies(const CompilerInstance &CI) {
    const LangOptions &LO = CI.getLangOpts();
    bool InsideTidy =
        llvm::cl::getRegisteredOptions().count("export-fixes") != 0;
    return CI.getTarget().getTriple().isBPF() && !LO.CPlusPlus && !LO.ObjC &&
           !LO.OpenCL && !LO.CUDA && !InsideTidy &&
           CI.getFrontendOpts().ProgramAction != frontend::GeneratePCH;
  }

  static bool complain(DiagnosticsEngine &Diags, llvm::StringRef What) {
    unsigned ID =
        Diags.getCustomDiagID(DiagnosticsEngine::Error, "plugin 'bpftidy': %0");
    Diags.Report(ID) << What;
    return false;
  }

  Arguments Args;
};
} // namespace
} // namespace bpftidy

static FrontendPluginRegistry::Add<bpftidy::CheckAction>
    Plugin(bpftidy::PluginName,
           "find mistakes with kernel pointers in BPF maps");
