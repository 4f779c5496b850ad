//===- ProgramFields.h - special fields and programs ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_KERNEL_PROGRAMFIELDS_H
#define BPFTIDY_CHECKS_KERNEL_PROGRAMFIELDS_H

#include "kernel/Kernel.h"

namespace bpftidy {
namespace kernel {

/// False if \p K refuses programs of type \p Type that refer to a map with such
/// a field; see ProgramFields.def.
bool mayMeet(llvm::StringRef Type, FieldKind Kind, const Kernel &K);

} // namespace kernel
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_KERNEL_PROGRAMFIELDS_H
