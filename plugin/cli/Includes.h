//===- Includes.h - where a project keeps its headers -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_INCLUDES_H
#define BPFTIDY_PLUGIN_CLI_INCLUDES_H

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace bpftidy {
namespace cli {

/// The folders to search, in order, so that \p File finds the headers that it
/// includes, and that these include in turn. They are looked for where projects
/// usually have them, and after that in all of the project.
std::vector<std::string> findIncludeFolders(llvm::StringRef File);

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_INCLUDES_H
