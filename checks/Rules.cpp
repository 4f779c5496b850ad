//===- Rules.cpp - the rules, and how they are run ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rule.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

using namespace clang;

namespace bpftidy {

#define RULE(Function, Name, Summary)                                          \
  void Function(const Program &, const kernel::Kernel &, Findings &);
#include "Rules.def"

llvm::ArrayRef<RuleInfo> allRules() {
  static const RuleInfo Rules[] = {
#define RULE(Function, Name, Summary) {Name, Summary, Function},
#include "Rules.def"
  };
  return Rules;
}

/// What findings of several kernels have in common: place and words.
using Subject = std::pair<SourceLocation, std::string>;

static Subject subjectOf(const Finding &F) {
  return {F.Warning.Loc, F.Warning.Text};
}

static std::string lastRelease(const Finding &F) { return F.On.back().str(); }

/// Gives \p F the words that depend on the kernels: the consequence, and the
/// releases unless it is so in all of them. \p Others are the same finding on
/// other kernels, with another consequence.
static void finish(Finding &F, llvm::ArrayRef<Finding> Others,
                   const kernel::ReleaseSet &Targets) {
  if (!F.Consequence.empty())
    F.Warning.Text += ": " + F.Consequence;
  if (std::string On = kernel::describe(F.On, Targets); !On.empty())
    F.Warning.Text += " (" + On + ")";
  for (const Finding &Other : Others) {
    std::string On = kernel::describe(Other.On, Targets);
    F.Notes.push_back(
        {F.Warning.Loc, "on " + On + ", " + Other.Consequence, {}, {}});
    F.Costs.insert(F.Costs.end(), Other.Costs.begin(), Other.Costs.end());
    F.Cost = std::max(F.Cost, Other.Cost);
    F.On.insert(F.On.end(), Other.On.begin(), Other.On.end());
  }
  llvm::sort(F.On);
}

std::vector<Finding> runRule(const RuleInfo &Rule, const Program &P,
                             const kernel::ReleaseSet &Targets) {
  // The newest kernel speaks first: its words are the ones that last.
  std::vector<Finding> All;
  std::map<Subject, std::vector<size_t>> Alike;
  for (kernel::ReleaseSet Left = Targets; !Left.empty();) {
    kernel::Kernel K(Left.back());
    Findings Said(P, Targets);
    Rule.Check(P, K, Said);
    kernel::ReleaseSet On = kernel::takeAlike(Left, K);
    for (Finding &New : Said.take(On)) {
      New.Costs = {{New.Cost, On}};
      std::vector<size_t> &Known = Alike[subjectOf(New)];
      auto At = llvm::find_if(Known, [&](size_t I) {
        return All[I].Consequence == New.Consequence && All[I].On != On;
      });
      if (At == Known.end()) {
        Known.push_back(All.size());
        All.push_back(std::move(New));
        continue;
      }
      Finding *Same = &All[*At];
      Same->On.insert(Same->On.begin(), On.begin(), On.end());
      Same->Costs.emplace_back(New.Cost, On);
      Same->Cost = std::max(Same->Cost, New.Cost);
    }
  }

  std::vector<Finding> Merged;
  for (size_t I = 0; I != All.size(); ++I) {
    const std::vector<size_t> &Known = Alike[subjectOf(All[I])];
    bool Told = llvm::any_of(Known, [&](size_t Old) {
      return Old < I && lastRelease(All[Old]) != lastRelease(All[I]);
    });
    if (Told)
      continue;
    std::vector<Finding> Others;
    for (size_t Other : Known)
      if (Other > I)
        Others.push_back(All[Other]);
    Finding F = All[I];
    finish(F, Others, Targets);
    Merged.push_back(std::move(F));
  }
  return Merged;
}

std::string nameMap(const Program &P, unsigned Map) {
  const kernel::MapSpec &M = P.maps()[Map];
  return (M.IsSection ? "section '" : "map '") + M.Name + "'";
}

std::string consequence(const Program &P, const kernel::Problem &Problem) {
  std::string Errno = kernel::errnoName(Problem.What.Errno).str();
  bool Alone = Problem.Losses.empty();
  switch (Problem.Cost) {
  case kernel::Effect::FieldIgnored:
  case kernel::Effect::TagLost:
    return "the field is plain memory";
  case kernel::Effect::FieldsLost:
    if (Alone || Problem.Maps.empty())
      return "the field is plain memory";
    return "every special field of " + nameMap(P, Problem.Maps.front()) +
           " is plain memory";
  case kernel::Effect::BtfLost:
    if (Problem.Needy)
      return "the kernel refuses the BTF of the whole object (" + Errno +
             "), without which " + nameMap(P, *Problem.Needy) +
             " cannot be created: the object does not load";
    return "the kernel refuses the BTF of the whole object (" + Errno +
           "), and no map has special fields";
  case kernel::Effect::MapRefused:
    if (Problem.LoadFails)
      return "the map is refused (" + Errno + "), and the object does not load";
    return "the map is refused (" + Errno +
           ") and libbpf creates it without BTF, so that '" +
           Problem.What.Path + "' is plain memory";
  case kernel::Effect::AcceptedButWrong:
  case kernel::Effect::ProgramRefused:
    return "";
  }
  return "";
}

} // namespace bpftidy
