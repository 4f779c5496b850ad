//===- Checks.cpp - the rules as clang-tidy checks ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Checks.h"
#include "Flow.h"
#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyModuleRegistry.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "clang/Lex/Preprocessor.h"
#include <set>

using namespace clang;
using namespace clang::ast_matchers;

namespace bpftidy {

static FindingObserver &observer() {
  static FindingObserver Observer;
  return Observer;
}

void observeFindings(FindingObserver Observer) {
  observer() = std::move(Observer);
}

static std::pair<const ASTContext *, Decl *> &firstDecl() {
  thread_local std::pair<const ASTContext *, Decl *> First;
  return First;
}

void lookFrom(const ASTContext &Ctx, Decl *First) {
  firstDecl() = {&Ctx, First};
}

std::string checkName(const RuleInfo &Rule) {
  return ("bpf-" + Rule.Name).str();
}

namespace {
constexpr llvm::StringLiteral KernelsOption = "Kernels";
constexpr llvm::StringLiteral DefaultKernels = "6.12-";

/// What the checks of one translation unit share.
struct Shared {
  Shared(ASTContext &Ctx, btf::Compiler Build, Decl *First)
      : Facts(Ctx, Build, First) {}
  Program Facts;
  std::set<std::string> BadOptions;
  std::set<std::pair<SourceLocation, std::string>> ToldUnfinished;
};

/// The facts of \p Ctx; the first check of a translation unit makes them, the
/// last one lets them go. clangd works on several units in as many threads.
std::shared_ptr<Shared> shareFacts(ASTContext &Ctx, btf::Compiler Build) {
  thread_local std::weak_ptr<Shared> Last;
  std::shared_ptr<Shared> Facts = Last.lock();
  if (!Facts || &Facts->Facts.context() != &Ctx ||
      !(Facts->Facts.compiler() == Build)) {
    auto [Told, First] = firstDecl();
    Facts =
        std::make_shared<Shared>(Ctx, Build, Told == &Ctx ? First : nullptr);
    Last = Facts;
  }
  return Facts;
}

class RuleCheck : public tidy::ClangTidyCheck {
public:
  RuleCheck(StringRef Name, tidy::ClangTidyContext *Context,
            const RuleInfo &Rule)
      : ClangTidyCheck(Name, Context), Rule(Rule), CheckName(Name.str()),
        Kernels(Options.getLocalOrGlobal(KernelsOption, DefaultKernels).str()),
        Compiler(Options
                     .getLocalOrGlobal(CompilerOption,
                                       std::to_string(btf::ownCompiler().Major))
                     .str()),
        TellUnfinished(
            Options.getLocalOrGlobal(UnfinishedOption, "false").str()) {}

  void registerMatchers(MatchFinder *Finder) override {
    Finder->addMatcher(translationUnitDecl(), this);
  }

  void check(const MatchFinder::MatchResult &Result) override {
    auto Build = btf::parseCompiler(Compiler);
    Unit = shareFacts(*Result.Context, Build ? *Build : btf::ownCompiler());
    if (!Build)
      return refuse(CompilerOption, Build.takeError());
    auto Targets = kernel::parseReleases(Kernels);
    if (!Targets)
      return refuse(KernelsOption, Targets.takeError());
    for (const Finding &F : runRule(Rule, Unit->Facts, *Targets))
      show(F);
    if (TellUnfinished == "true")
      for (const auto &One : flow::unfinishedPaths(Unit->Facts, *Targets))
        if (Unit->ToldUnfinished.insert(One).second)
          diag(One.first, "%0", DiagnosticIDs::Remark) << One.second;
  }

  void storeOptions(tidy::ClangTidyOptions::OptionMap &Opts) override {
    Options.store(Opts, KernelsOption, Kernels);
    // One value for all checks is the usual way to set it.
    Opts[KernelsOption] = tidy::ClangTidyOptions::ClangTidyValue(Kernels);
    Options.store(Opts, CompilerOption, Compiler);
    Opts[CompilerOption] = tidy::ClangTidyOptions::ClangTidyValue(Compiler);
    Options.store(Opts, UnfinishedOption, TellUnfinished);
  }

  bool isLanguageVersionSupported(const LangOptions &LO) const override {
    return !LO.CPlusPlus && !LO.ObjC;
  }

private:
  void refuse(StringRef Option, llvm::Error Why) {
    std::string Text =
        ("option '" + Option + "': ").str() + llvm::toString(std::move(Why));
    if (Unit->BadOptions.insert(Text).second)
      configurationDiag("%0") << Text;
  }

  void say(const Remark &R, DiagnosticIDs::Level Level) {
    auto B = diag(R.Loc, "%0", Level);
    B << R.Text;
    for (CharSourceRange Range : R.Ranges)
      B << Range;
    for (const FixItHint &Hint : R.FixIts)
      B << Hint;
  }

  void show(const Finding &F) {
    if (observer()) {
      const SourceManager &SM = Unit->Facts.sources();
      auto [File, Offset] = SM.getDecomposedLoc(F.Warning.Loc);
      observer()(CheckName, F, SM.getFilename(F.Warning.Loc), Offset);
    }
    say(F.Warning, DiagnosticIDs::Warning);
    for (const Remark &Note : F.Notes)
      say(Note, DiagnosticIDs::Note);
  }

  const RuleInfo &Rule;
  std::string CheckName;
  std::string Kernels;
  std::string Compiler;
  std::string TellUnfinished;
  std::shared_ptr<Shared> Unit;
};

class BpfModule : public tidy::ClangTidyModule {
public:
  void addCheckFactories(tidy::ClangTidyCheckFactories &Factories) override {
    registerChecks(Factories);
  }

  tidy::ClangTidyOptions getModuleOptions() override {
    tidy::ClangTidyOptions Options;
    Options.Checks = "bpf-*";
    return Options;
  }
};
} // namespace

void registerChecks(tidy::ClangTidyCheckFactories &Factories) {
  for (const RuleInfo &Rule : allRules())
    Factories.registerCheckFactory(
        checkName(Rule),
        [&Rule](StringRef Name, tidy::ClangTidyContext *Context) {
          return std::make_unique<RuleCheck>(Name, Context, Rule);
        });
}

static tidy::ClangTidyModuleRegistry::Add<BpfModule>
    Module("bpf-module", "Checks for kernel pointers in BPF maps.");

} // namespace bpftidy
