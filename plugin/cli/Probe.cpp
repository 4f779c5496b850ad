//===- Probe.cpp - looks at the translation unit beside the checks --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// clang-tidy's engine tells nothing of a run without diagnostics, and walks the
// whole of vmlinux.h. A plugin action in front of it cures both.
//
//===----------------------------------------------------------------------===//

#include "Probe.h"
#include "Files.h"
#include "UsersBegin.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExternalASTSource.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Basic/TargetInfo.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"

using namespace clang;

namespace bpftidy {
namespace cli {

static Parsed &unit() {
  static Parsed Unit;
  return Unit;
}

const Parsed &parsedUnit() { return unit(); }

void expectUnit(std::vector<std::string> Users) {
  unit() = Parsed();
  unit().Files = std::move(Users);
}

namespace {
class Consumer : public ASTConsumer {
public:
  explicit Consumer(const CompilerInstance &CI) : CI(CI) {}

  void HandleTranslationUnit(ASTContext &Ctx) override {
    const SourceManager &SM = Ctx.getSourceManager();
    Parsed &Unit = unit();
    Unit.Done = true;
    Unit.CPlusPlus = Ctx.getLangOpts().CPlusPlus;
    Unit.Triple = Ctx.getTargetInfo().getTriple().str();
    Unit.Bpf = Ctx.getTargetInfo().getTriple().isBPF();
    std::vector<Decl *> Scope;
    // All declarations of a precompiled header would take as long to read as
    // its source: take those of the user's files.
    if (!Unit.Files.empty())
      addPrecompiled(Ctx, Scope);
    for (unsigned I = 0; I != SM.local_sloc_entry_size(); ++I) {
      const SrcMgr::SLocEntry &Entry = SM.getLocalSLocEntry(I);
      auto Loc = SourceLocation::getFromRawEncoding(Entry.getOffset());
      if (!Entry.isFile())
        continue;
      if (isUsers(SM, Loc) && !SM.getFilename(Loc).empty())
        Unit.Files.push_back(absolutePath(SM.getFilename(Loc)));
      addInclude(SM, SM.getFileID(Loc), Entry.getFile().getIncludeLoc());
    }
    Decl *First = Begin.first(CI);
    if (!First)
      First = *Ctx.getTranslationUnitDecl()->noload_decls_begin();
    for (Decl *D = First; D; D = D->getNextDeclInContext())
      if (!D->isFromASTFile() &&
          isUsers(SM, SM.getExpansionLoc(D->getLocation())))
        Scope.push_back(D);
    Ctx.setTraversalScope(Scope);
  }

  bool HandleTopLevelDecl(DeclGroupRef Group) override {
    Begin.see(CI.getSourceManager(), Group);
    return true;
  }

private:
  /// Counts \p File, which \p By includes, for an include of the main file.
  static void addInclude(const SourceManager &SM, FileID File,
                         SourceLocation By) {
    auto &Includes = unit().Includes;
    if (By.isValid() && SM.isInMainFile(By))
      Includes.push_back({SM.getFileOffset(By), 0});
    if (By.isValid() && !Includes.empty())
      Includes.back().second += SM.getFileIDSize(File);
  }

  /// Adds what the user's headers in the precompiled header declare, as it
  /// stands in the translation unit.
  static void addPrecompiled(ASTContext &Ctx, std::vector<Decl *> &Scope) {
    const SourceManager &SM = Ctx.getSourceManager();
    for (unsigned I = SM.loaded_sloc_entry_size(); I-- != 0;) {
      const SrcMgr::SLocEntry &Entry = SM.getLoadedSLocEntry(I);
      auto Loc = SourceLocation::getFromRawEncoding(Entry.getOffset());
      if (!Entry.isFile() || !isUsers(SM, Loc) || SM.getFilename(Loc).empty())
        continue;
      FileID File = SM.getFileID(Loc);
      llvm::SmallVector<Decl *, 0> Found;
      Ctx.getExternalSource()->FindFileRegionDecls(
          File, 0, SM.getFileIDSize(File), Found);
      Scope.insert(Scope.end(), Found.begin(), Found.end());
    }
    llvm::stable_sort(Scope, [&](const Decl *A, const Decl *B) {
      return SM.isBeforeInTranslationUnit(SM.getExpansionLoc(A->getLocation()),
                                          SM.getExpansionLoc(B->getLocation()));
    });
  }

  static bool isUsers(const SourceManager &SM, SourceLocation Loc) {
    return Loc.isValid() && !SM.isInSystemHeader(Loc) &&
           !isKernelHeader(SM.getFilename(Loc));
  }

  const CompilerInstance &CI;
  UsersBegin Begin;
};

class Action : public PluginASTAction {
protected:
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI,
                                                 llvm::StringRef) override {
    return std::make_unique<Consumer>(CI);
  }
  bool ParseArgs(const CompilerInstance &,
                 const std::vector<std::string> &) override {
    return true;
  }
  ActionType getActionType() override { return AddBeforeMainAction; }
};
} // namespace

static FrontendPluginRegistry::Add<Action>
    Registered("bpf-tidy-probe", "looks at the translation unit");

} // namespace cli
} // namespace bpftidy
