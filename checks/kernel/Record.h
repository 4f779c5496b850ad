//===- Record.h - what is asked of a record as a whole ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_KERNEL_RECORD_H
#define BPFTIDY_CHECKS_KERNEL_RECORD_H

#include "kernel/Walk.h"

namespace bpftidy {
namespace kernel {

/// Adds to \p W, the walk of one type, the faults that show only when all of
/// its fields are known: what btf_parse_fields() checks after its search, and
/// btf_parse_kptr() of each pointee.
void checkRecord(const btf::Graph &G, const Kernel &K, Walk &W);

} // namespace kernel
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_KERNEL_RECORD_H
