//===- Guard.cpp - refuses to be loaded into another LLVM -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module in a host of another LLVM release crashes it, or is silent. This
// runs before any other constructor of the module and says so instead.
//
//===----------------------------------------------------------------------===//

#include "Compat.h"
#include "clang/Basic/Version.h"
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {
struct Guard {
  Guard() {
    std::string Host = clang::getClangFullVersion();
    std::string Wanted =
        "version " + std::to_string(bpftidy::compat::LLVMMajor) + ".";
    if (Host.find(Wanted) != std::string::npos)
      return;
    std::fprintf(stderr,
                 "bpf-tidy: this module is built for LLVM %u, the program that "
                 "loads it is '%s'\n",
                 bpftidy::compat::LLVMMajor, Host.c_str());
    std::_Exit(1);
  }
};
} // namespace

// Before the constructors that register checks with the host.
__attribute__((init_priority(101))) static Guard TheGuard;
