//===- Release.cpp - kernel releases and sets of them ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "kernel/Release.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace bpftidy {
namespace kernel {

std::string Release::str() const { return utostr(Major) + "." + utostr(Minor); }

ArrayRef<Release> allReleases() {
  static const Release Known[] = {
#define RELEASE(Major, Minor) {Major, Minor},
#include "kernel/Releases.def"
  };
  return Known;
}

static Error badSpec(StringRef Part) {
  return createStringError(
      inconvertibleErrorCode(),
      "'%s' names no kernel release; accepted are releases from %s to %s, "
      "such as '6.12', '6.1-6.12', '6.12-', and lists of these",
      Part.str().c_str(), allReleases().front().str().c_str(),
      allReleases().back().str().c_str());
}

/// A stable release such as 6.12.107 is one of 6.12.
static bool parseRelease(StringRef Text, Release &R) {
  auto [Major, Rest] = Text.trim().split('.');
  auto [Minor, Stable] = Rest.split('.');
  if (Rest.contains('.') && (Stable.empty() || !all_of(Stable, isDigit)))
    return false;
  return !Major.getAsInteger(10, R.Major) && !Minor.getAsInteger(10, R.Minor) &&
         is_contained(allReleases(), R);
}

Expected<ReleaseSet> parseReleases(StringRef Spec) {
  ReleaseSet Set;
  SmallVector<StringRef, 4> Parts;
  Spec.split(Parts, ',');
  for (StringRef Part : Parts) {
    Part = Part.trim();
    auto [From, To] = Part.split('-');
    Release First = allReleases().front(), Last = allReleases().back();
    if (Part == "-" || (!From.empty() && !parseRelease(From, First)) ||
        (!To.empty() && !parseRelease(To, Last)))
      return badSpec(Part);
    if (!Part.contains('-'))
      Last = First;
    if (Part.empty())
      return badSpec(Part);
    if (Last < First)
      return createStringError(inconvertibleErrorCode(),
                               "'%s' ends before it begins",
                               Part.str().c_str());
    for (Release R : allReleases())
      if (First <= R && R <= Last)
        Set.push_back(R);
  }
  llvm::sort(Set);
  Set.erase(std::unique(Set.begin(), Set.end()), Set.end());
  return Set;
}

std::string describe(const ReleaseSet &Some, const ReleaseSet &All) {
  if (Some == All || Some.empty())
    return "";
  // Runs of neighbours among all the releases that the user targets.
  std::string Text = "Linux ";
  for (size_t I = 0; I != Some.size();) {
    size_t Begin = I;
    size_t Pos = find(All, Some[I]) - All.begin();
    while (I + 1 < Some.size() && Pos + 1 < All.size() &&
           Some[I + 1] == All[Pos + 1])
      ++I, ++Pos;
    if (Begin)
      Text += ", ";
    Text += Some[Begin].str();
    if (Some[I] == allReleases().back() && I != Begin)
      Text += " and later";
    else if (I != Begin)
      Text += " to " + Some[I].str();
    ++I;
  }
  return Text;
}

} // namespace kernel
} // namespace bpftidy
