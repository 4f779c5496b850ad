//===- DumpBtf.h - prints the BTF that the checks reckon with ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_PLUGIN_CLI_DUMPBTF_H
#define BPFTIDY_PLUGIN_CLI_DUMPBTF_H

#include "Check.h"

namespace bpftidy {
namespace cli {

/// Prints as JSON the maps of the one file in \p Jobs and the BTF types that
/// the compiler will emit for them, as predicted. \returns an exit status.
int dumpBtf(llvm::ArrayRef<Job> Jobs, btf::Compiler Build);

} // namespace cli
} // namespace bpftidy

#endif // BPFTIDY_PLUGIN_CLI_DUMPBTF_H
