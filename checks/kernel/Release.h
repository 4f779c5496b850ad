//===- Release.h - kernel releases and sets of them -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The releases that the tables speak of, and the set of them that a user
/// wants a program to load on.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_KERNEL_RELEASE_H
#define BPFTIDY_CHECKS_KERNEL_RELEASE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <tuple>
#include <vector>

namespace bpftidy {
namespace kernel {

/// A mainline release, such as 6.12. Stable updates are not told apart.
struct Release {
  unsigned Major = 0;
  unsigned Minor = 0;

  friend bool operator<(Release A, Release B) {
    return std::tie(A.Major, A.Minor) < std::tie(B.Major, B.Minor);
  }
  friend bool operator==(Release A, Release B) {
    return A.Major == B.Major && A.Minor == B.Minor;
  }
  friend bool operator<=(Release A, Release B) { return !(B < A); }
  friend bool operator!=(Release A, Release B) { return !(A == B); }

  /// "6.12".
  std::string str() const;
};

/// Spells a release in a table: V(6, 12).
constexpr Release V(unsigned Major, unsigned Minor) { return {Major, Minor}; }

/// The end of a row that still holds in the newest release known.
constexpr Release Now = {~0U, 0};

/// All releases of Releases.def, oldest first.
llvm::ArrayRef<Release> allReleases();

/// A set of known releases, ascending and without repetition.
using ReleaseSet = std::vector<Release>;

/// The set that \p Spec names: a list, separated by commas, of `6.12`,
/// `6.1-6.12`, `6.12-` (up to the newest known) and `-6.6` (from the oldest
/// known). Fails with one line that says what is accepted.
llvm::Expected<ReleaseSet> parseReleases(llvm::StringRef Spec);

/// Tells \p Some, a part of \p All, in words: "" for all of them, otherwise
/// such as "Linux 6.4 and later" or "Linux 6.1, 6.12 to 7.1".
std::string describe(const ReleaseSet &Some, const ReleaseSet &All);

} // namespace kernel
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_KERNEL_RELEASE_H
