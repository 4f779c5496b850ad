//===- Module.cpp - what the clang-tidy module has beside its checks ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// clang-tidy shows a check nothing before all is parsed. An action in front of
// its own sees where the user's code begins, and changes nothing.
//
//===----------------------------------------------------------------------===//

#include "Checks.h"
#include "UsersBegin.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"

using namespace clang;

namespace bpftidy {
namespace {

class Consumer : public ASTConsumer {
public:
  explicit Consumer(const CompilerInstance &CI) : CI(CI) {}

  bool HandleTopLevelDecl(DeclGroupRef Group) override {
    Begin.see(CI.getSourceManager(), Group);
    return true;
  }

  void HandleTranslationUnit(ASTContext &Ctx) override {
    lookFrom(Ctx, Begin.first(CI));
  }

private:
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
    Registered("bpf-tidy-begin", "finds where the user's code begins");

} // namespace bpftidy
