//===- Probe.h - looks at the unit beside the checks ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_PROBE_H
#define BPFTIDY_PLUGIN_CLI_PROBE_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace bpftidy {
namespace cli {

/// What was seen of the translation unit that was parsed last.
struct Parsed {
  bool Done = false; ///< The checks have run.
  bool CPlusPlus = false;
  bool Bpf = false;
  std::string Triple;
  std::vector<std::string> Files; ///< The user's own.
  /// Each include of the main file, with the bytes that it brought in.
  std::vector<std::pair<unsigned, uint64_t>> Includes;
};

const Parsed &parsedUnit();

/// Forgets the last unit. The next one may have a precompiled header; \p Users
/// are the user's own headers in it.
void expectUnit(std::vector<std::string> Users);

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_PROBE_H
