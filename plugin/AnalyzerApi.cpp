//===- AnalyzerApi.cpp - the compiler plugin as the analyzer's plugin -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// clang-tidy loads the plugin of a compile command when it runs the static
// analyzer, and wants these of the file that it names; there is nothing to
// register.
//
//===----------------------------------------------------------------------===//

#include "clang/Basic/Version.inc"

extern "C" __attribute__((visibility("default")))
const char clang_analyzerAPIVersionString[] = CLANG_VERSION_STRING;
extern "C" __attribute__((visibility("default"))) void
clang_registerCheckers(void *) {}
