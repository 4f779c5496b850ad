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
#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
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

namespace {
class Consumer : public ASTConsumer {
public:
  void HandleTranslationUnit(ASTContext &Ctx) override {
    const SourceManager &SM = Ctx.getSourceManager();
    Parsed &Unit = unit();
    Unit.Done = true;
    Unit.CPlusPlus = Ctx.getLangOpts().CPlusPlus;
    Unit.Triple = Ctx.getTargetInfo().getTriple().str();
    Unit.Bpf = Ctx.getTargetInfo().getTriple().isBPF();
    for (unsigned I = 0; I != SM.local_sloc_entry_size(); ++I) {
      const SrcMgr::SLocEntry &Entry = SM.getLocalSLocEntry(I);
      auto Loc = SourceLocation::getFromRawEncoding(Entry.getOffset());
      if (Entry.isFile() && isUsers(SM, Loc) && !SM.getFilename(Loc).empty())
        Unit.Files.push_back(absolutePath(SM.getFilename(Loc)));
    }
    std::vector<Decl *> Scope;
    for (Decl *D : Ctx.getTranslationUnitDecl()->decls())
      if (isUsers(SM, SM.getExpansionLoc(D->getLocation())))
        Scope.push_back(D);
    Ctx.setTraversalScope(Scope);
  }

private:
  static bool isUsers(const SourceManager &SM, SourceLocation Loc) {
    return Loc.isValid() && !SM.isInSystemHeader(Loc) &&
           !isKernelHeader(SM.getFilename(Loc));
  }
};

class Action : public PluginASTAction {
protected:
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &,
                                                 llvm::StringRef) override {
    return std::make_unique<Consumer>();
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
