//===- Types.h - what the kernel asks of BTF types --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_KERNEL_TYPES_H
#define BPFTIDY_CHECKS_KERNEL_TYPES_H

#include "kernel/Walk.h"

namespace bpftidy {
namespace kernel {

/// The types of \p G for which btf_check_all_types() or btf_check_type_tags()
/// refuses an object's BTF, whatever special fields there are.
std::vector<Fault> checkTypes(const btf::Graph &G, const Kernel &K);

} // namespace kernel
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_KERNEL_TYPES_H
