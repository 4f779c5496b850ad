//===- Headers.h - precompiles what files begin with ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// To parse the types of a kernel takes nearly all the time of a check. The
/// tool keeps them as a precompiled header of clang's, made from the includes
/// that a file begins with, and lets clang skip these.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_HEADERS_H
#define BPFTIDY_PLUGIN_CLI_HEADERS_H

#include "Check.h"
#include "Leading.h"
#include "Store.h"
#include "llvm/Support/MemoryBuffer.h"

namespace bpftidy {
namespace cli {

/// The precompiled headers of one file.
class Headers {
public:
  /// For \p J, to whose command clang-tidy adds \p Before and \p After.
  Headers(const Job &J, const Settings &S,
          const std::vector<std::string> &Before,
          const std::vector<std::string> &After);

  /// A job that does the same with a precompiled header; nothing if there is
  /// none. \p Users gets the user's own headers that are inside.
  std::optional<Job> find(std::vector<std::string> &Users) const;

  /// Makes a precompiled header of all the includes that the file begins with,
  /// waiting for any other process that is at it.
  void make() const;

  /// Makes one in a process of its own that outlives this one, of the includes
  /// up to the last one that is worth it. \p Sizes has the bytes that each
  /// include of the file brought in, by its offset.
  void
  makeBehind(const std::vector<std::pair<unsigned, uint64_t>> &Sizes) const;

private:
  unsigned count() const { return Includes.size(); }
  std::string key(unsigned Count) const;
  void makeLocked(unsigned Count, bool Wait) const;

  const Job &J;
  std::vector<std::string> Before, After;
  std::optional<Store> Cache;
  std::unique_ptr<llvm::MemoryBuffer> Text;
  std::vector<LeadingInclude> Includes;
};

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_HEADERS_H
