//===- Fix.h - applies fixes ------------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_FIX_H
#define BPFTIDY_PLUGIN_CLI_FIX_H

#include "Output.h"
#include "llvm/ADT/StringSet.h"
#include <map>
#include <set>

namespace bpftidy {
namespace cli {

/// Edits of a file, by offset; an insertion is before what it stands in front
/// of.
using Edits = std::map<std::pair<unsigned, bool>, Edit>;

/// Edits that can all be made together.
class FixSet {
public:
  FixSet(Sources &Texts, bool Notes) : Texts(Texts), Notes(Notes) {}

  /// Lets fixes change \p Input, which the user has named, and its project.
  void allow(llvm::StringRef Input);

  /// Takes the fix of \p R, all of it or nothing. False if there is none, if it
  /// overlaps with one that is already in, or if the file is not the user's.
  bool add(const Result &R);

  /// Files that have a fix and are in nobody's project.
  const std::set<std::string> &others() const { return Others; }

  /// The files to change.
  std::vector<std::string> files() const;

  /// The text of \p File with its edits made.
  std::string apply(llvm::StringRef File) const;

  /// The changes of \p File as a unified diff.
  std::string diff(llvm::StringRef File) const;

private:
  bool isUsers(llvm::StringRef File);
  bool fits(const Edit &E);

  Sources &Texts;
  bool Notes;
  std::map<std::string, Edits> ByFile;
  llvm::StringSet<> Named;
  std::set<std::string> Projects, Others;
};

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_FIX_H
