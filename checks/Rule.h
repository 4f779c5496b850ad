//===- Rule.h - the vocabulary of a rule ------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A rule is a function over facts: it reads a Program, asks a Kernel, and
/// tells its Findings. It knows no host.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_RULE_H
#define BPFTIDY_CHECKS_RULE_H

#include "Program.h"
#include "clang/Basic/Diagnostic.h"

namespace bpftidy {

/// One diagnostic as a host has to show it.
struct Remark {
  clang::SourceLocation Loc;
  std::string Text;
  std::vector<clang::CharSourceRange> Ranges;
  std::vector<clang::FixItHint> FixIts;
};

/// One finding: a warning, its notes in order, and the releases it holds for.
struct Finding {
  Remark Warning;
  std::vector<Remark> Notes;
  kernel::Effect Cost;
  std::string Consequence; ///< What follows for the user, or empty.
  kernel::ReleaseSet On;
  /// The releases of On by what it costs there, newest first; Cost is the
  /// worst of them.
  std::vector<std::pair<kernel::Effect, kernel::ReleaseSet>> Costs;
};

/// Takes what one rule has to say about one kernel. Builders are clang's own,
/// so that formatting, quoting and fix-its are the same everywhere.
class Findings {
public:
  Findings(const Program &P, const kernel::ReleaseSet &Targets);
  ~Findings();

  /// A finding at \p Loc that costs \p Cost. \p Consequence, if there is one,
  /// follows the text behind a colon.
  clang::DiagnosticBuilder warn(clang::SourceLocation Loc, kernel::Effect Cost,
                                llvm::StringRef Format,
                                std::string Consequence = "");

  /// A finding about the member that \p Problem is about, with its consequence.
  /// The first argument of \p Format must be that member.
  clang::DiagnosticBuilder warn(const kernel::Problem &Problem,
                                llvm::StringRef Format);

  /// A finding about the map of \p Problem, at the member \p Part of its
  /// definition or, if there is none, at its name. The first argument of
  /// \p Format must be the map.
  clang::DiagnosticBuilder warnMap(const kernel::Problem &Problem,
                                   llvm::StringRef Part,
                                   llvm::StringRef Format);

  /// A note to the last finding.
  clang::DiagnosticBuilder note(clang::SourceLocation Loc,
                                llvm::StringRef Format);

  /// The notes that a member's finding ends with: the map that makes it matter
  /// and what else is lost.
  void context(const kernel::Problem &Problem);

  /// The note at the first store that passes because of \p Problem.
  void noteStores(const kernel::Problem &Problem);

  /// The note that a lost tag's finding ends with.
  void contextOf(const LostTag &Tag);

  /// All the releases that the user asked about.
  const kernel::ReleaseSet &targets() const { return Targets; }

  /// What was said, for the releases \p On.
  std::vector<Finding> take(const kernel::ReleaseSet &On);

private:
  /// The note at the first store that passes because of the mistake.
  void noteStore(const clang::Expr *Store);
  void noteStores(const LostTag &Tag);

  class Recorder;
  clang::DiagnosticBuilder report(clang::DiagnosticsEngine::Level Level,
                                  clang::SourceLocation Loc,
                                  llvm::StringRef Format);

  const Program &P;
  const kernel::ReleaseSet &Targets;
  std::vector<Finding> Said;
  std::unique_ptr<Recorder> Sink;
  std::unique_ptr<clang::DiagnosticsEngine> Engine;
};

/// A rule.
struct RuleInfo {
  llvm::StringLiteral Name;    ///< Kebab case, without "bpf-".
  llvm::StringLiteral Summary; ///< One line.
  void (*Check)(const Program &, const kernel::Kernel &, Findings &);
};

/// All rules of Rules.def, in its order.
llvm::ArrayRef<RuleInfo> allRules();

/// Runs \p Rule for each kernel of \p Targets that may answer differently, and
/// merges findings that differ by the kernel alone.
std::vector<Finding> runRule(const RuleInfo &Rule, const Program &P,
                             const kernel::ReleaseSet &Targets);

/// Names \p Problem's map: "map 'm'", or "section '.bss'".
std::string nameMap(const Program &P, unsigned Map);

/// What \p Problem costs, in words, beginning in lower case.
std::string consequence(const Program &P, const kernel::Problem &Problem);

} // namespace bpftidy

#endif // BPFTIDY_CHECKS_RULE_H
