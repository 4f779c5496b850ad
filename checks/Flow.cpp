//===- Flow.cpp - who holds which reference where -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program.h"
#include "flow/Explorer.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {
namespace flow {

std::vector<Event> follow(const Program &P, const kernel::Kernel &K) {
  // What clang made of broken code is not what the user means.
  if (P.context().getDiagnostics().hasUncompilableErrorOccurred())
    return {};
  Explorer Walk(P, K);
  std::set<const FunctionDecl *> Done;
  for (const FunctionDecl *FD : P.functions()) {
    const auto *Section = FD->getAttr<SectionAttr>();
    if (!Section || !FD->doesThisDeclarationHaveABody() || FD->isInvalidDecl())
      continue;
    std::optional<kernel::ProgramKind> Kind =
        kernel::programKind(Section->getName());
    if (Kind && Done.insert(FD).second)
      Walk.run(FD, &*Kind, /*Callback=*/false);
  }
  kernel::ProgramKind Later;
  Later.Sleepable = true;
  // Callbacks may name further callbacks.
  for (size_t I = 0; I != Walk.callbacks().size(); ++I)
    if (const FunctionDecl *FD = Walk.callbacks()[I]; Done.insert(FD).second)
      Walk.run(FD, Walk.isDeferred(FD) ? &Later : nullptr, /*Callback=*/true);
  return Walk.takeEvents();
}

} // namespace flow

llvm::ArrayRef<flow::Event> Program::paths(const kernel::Kernel &K) const {
  auto [It, New] = Paths.try_emplace(K.release());
  if (New)
    It->second = flow::follow(*this, K);
  return It->second;
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
