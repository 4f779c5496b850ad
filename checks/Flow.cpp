//===- Flow.cpp - who holds which reference where -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program.h"
#include "flow/Explorer.h"
#include "clang/AST/Attr.h"
#include <deque>

using namespace clang;

namespace bpftidy {
namespace flow {

Walk follow(const Program &P, const kernel::Kernel &K) {
  // What clang made of broken code is not what the user means.
  if (P.context().getDiagnostics().hasUncompilableErrorOccurred())
    return {};
  Explorer Walker(P, K);
  // Equal kinds are one object, so that they can be told apart by address.
  std::deque<kernel::ProgramKind> Kinds;
  auto Only = [&](const kernel::ProgramKind &Kind) {
    for (const kernel::ProgramKind &Old : Kinds)
      if (Old.Type == Kind.Type && Old.Sleepable == Kind.Sleepable)
        return &Old;
    Kinds.push_back(Kind);
    return static_cast<const kernel::ProgramKind *>(&Kinds.back());
  };
  for (const FunctionDecl *FD : P.functions()) {
    const auto *Section = FD->getAttr<SectionAttr>();
    if (!Section || !FD->doesThisDeclarationHaveABody() || FD->isInvalidDecl())
      continue;
    if (auto Kind = kernel::programKind(Section->getName()))
      Walker.run({FD, Walked::Program, Only(*Kind)});
  }
  // Callbacks may name further callbacks.
  for (size_t I = 0; I != Walker.more().size(); ++I)
    Walker.run(Entry(Walker.more()[I]));
  return Walker.take();
}

static std::string limitWords(Limit Why) {
  switch (Why) {
  case Limit::Blocks:
    return "more than " + std::to_string(MaxBlocks) + " blocks of code";
  case Limit::File:
    return "more than " + std::to_string(MaxBlocksOfFile) +
           " blocks of code in front of it";
  case Limit::Forks:
    return "more than " + std::to_string(MaxForks) + " forks on one of them";
  case Limit::Calls:
    break;
  }
  return "a call that is deeper than " + std::to_string(MaxCalls) +
         ", or of a function by itself";
}

std::vector<std::pair<SourceLocation, std::string>>
unfinishedPaths(const Program &P, const kernel::ReleaseSet &Targets) {
  std::vector<std::pair<SourceLocation, std::string>> Out;
  for (kernel::ReleaseSet Left = Targets; !Left.empty();) {
    kernel::Kernel K(Left.back());
    for (const Unfinished &U : P.paths(K).Left) {
      std::pair<SourceLocation, std::string> One{
          U.At ? U.At->getExprLoc() : U.Function->getLocation(),
          "not every path of '" + U.Function->getNameAsString() +
              "' was followed: there is " + limitWords(U.Why)};
      if (!llvm::is_contained(Out, One))
        Out.push_back(std::move(One));
    }
    kernel::takeAlike(Left, K);
  }
  return Out;
}

} // namespace flow

const flow::Walk &Program::paths(const kernel::Kernel &K) const {
  return *Paths.get(K, [this](const kernel::Kernel &K) {
    return std::make_shared<flow::Walk>(flow::follow(*this, K));
  });
}

std::vector<const FunctionDecl *> Program::functions() const {
  std::vector<const FunctionDecl *> Out;
  for (const Decl *D : TopLevel)
    if (const auto *FD = dyn_cast<FunctionDecl>(D))
      if (FD->doesThisDeclarationHaveABody())
        Out.push_back(FD);
  return Out;
}

} // namespace bpftidy
