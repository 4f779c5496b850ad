//===- ProgramFields.cpp - special fields and programs --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "kernel/ProgramFields.h"

using namespace llvm;

namespace bpftidy {
namespace kernel {

bool mayMeet(StringRef Type, FieldKind Kind, const Kernel &K) {
#define NOT_IN_PROGRAM(Field, Program, Since, Until)                           \
  if (Kind == FieldKind::Field && Type == #Program && K.in(Since, Until))      \
    return false;
#include "kernel/ProgramFields.def"
  return true;
}

} // namespace kernel
} // namespace bpftidy
