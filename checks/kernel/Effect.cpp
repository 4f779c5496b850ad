//===- Effect.cpp - the names of consequences -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "kernel/Judge.h"
#include <cerrno>

using namespace llvm;

namespace bpftidy {
namespace kernel {

StringRef effectId(Effect E) {
  switch (E) {
#define EFFECT(Name, Id, Words)                                                \
  case Effect::Name:                                                           \
    return Id;
#include "kernel/Effects.def"
  }
  return "";
}

StringRef errnoName(int Errno) {
  switch (Errno) {
  case ENOENT:
    return "ENOENT";
  case E2BIG:
    return "E2BIG";
  case EACCES:
    return "EACCES";
  case EFAULT:
    return "EFAULT";
  case EINVAL:
    return "EINVAL";
  case ELOOP:
    return "ELOOP";
  case EOPNOTSUPP:
    return "EOPNOTSUPP";
  default:
    return "";
  }
}

} // namespace kernel
} // namespace bpftidy
