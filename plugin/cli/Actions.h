//===- Actions.h - what bpf-tidy does besides checking ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_ACTIONS_H
#define BPFTIDY_PLUGIN_CLI_ACTIONS_H

#include "llvm/ADT/StringRef.h"

namespace bpftidy {
namespace cli {

/// Lists the checks that \p Globs selects, with what they are about.
int listChecks(llvm::StringRef Globs);

/// Prints the page of \p Check, which may lack the "bpf-".
int explain(llvm::StringRef Check);

/// Writes the types of the running kernel to \p Path.
int makeVmlinux(llvm::StringRef Path);

/// The page of a check, without the "bpf-"; empty if there is none.
llvm::StringRef page(llvm::StringRef Rule);

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_ACTIONS_H
