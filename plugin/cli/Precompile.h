//===- Precompile.h - makes a precompiled header ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_PRECOMPILE_H
#define BPFTIDY_PLUGIN_CLI_PRECOMPILE_H

#include "Check.h"
#include "Store.h"

namespace bpftidy {
namespace cli {

/// Writes to \p E.Header what clang makes of \p Source in the place of the file
/// of \p J, and fills in the rest of \p E. \p Before and \p After are what
/// clang-tidy adds to the command. False if it does not compile, or if what
/// \p E can hold is not enough to tell when it is out of date.
bool precompile(const Job &J, llvm::StringRef Source,
                const std::vector<std::string> &Before,
                const std::vector<std::string> &After, Entry &E);

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_PRECOMPILE_H
