//===- Checks.h - the rules as clang-tidy checks ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One adaptor makes a ClangTidyCheck of every rule. Hosts that link it get the
/// checks through clang-tidy's own engine, with its configuration, NOLINT and
/// fixes.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CHECKS_H
#define BPFTIDY_PLUGIN_CHECKS_H

#include "Rule.h"
#include <functional>

namespace clang {
namespace tidy {
class ClangTidyCheckFactories;
}
} // namespace clang

namespace bpftidy {

/// Registers a check for every rule, for hosts that want no others.
void registerChecks(clang::tidy::ClangTidyCheckFactories &Factories);

/// The option that names the compiler which builds the program; by default that
/// is a clang of the release that the checks are made of.
constexpr llvm::StringLiteral CompilerOption = "Compiler";

/// The option that has functions named, in a remark, whose paths are too many
/// to be followed; it is for those who look for a finding that is not there.
constexpr llvm::StringLiteral UnfinishedOption = "TellUnfinishedPaths";

/// Tells the checks on this thread that nothing of \p Ctx in front of \p First
/// is the user's; with null, that this is not known.
void lookFrom(const clang::ASTContext &Ctx, clang::Decl *First);

/// "bpf-" and the name of \p Rule.
std::string checkName(const RuleInfo &Rule);

/// Sees every finding before clang-tidy's engine filters it. \p File and
/// \p Offset are where the warning stands.
using FindingObserver =
    std::function<void(llvm::StringRef Check, const Finding &F,
                       llvm::StringRef File, unsigned Offset)>;

/// Installs \p Observer for this process; findings carry facts, such as the
/// effect, that a clang-tidy diagnostic has no room for.
void observeFindings(FindingObserver Observer);

} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CHECKS_H
