//===- Loader.cpp - what a host is given: refuses, or loads the checks ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module in a host of another LLVM crashes it, is silent, or is refused by
// the dynamic linker in its own words, before a line of the module has run. So
// what users name is this: it needs nothing of LLVM, asks the host for its
// release, and loads the checks from beside it if that is theirs.
//
// No header of LLVM: they refer to data that another release may not have.
//
//===----------------------------------------------------------------------===//

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <string>

namespace clang {
/// Null in a program that has no clang, or one of another C++ library.
__attribute__((weak)) std::string getClangFullVersion();
} // namespace clang

/// ccache compares the file that the compiler is told of, and does not know of
/// another: it has to be a new one whenever the checks are.
[[gnu::used]] static const char ChecksHash[] =
#include "ChecksHash.inc"
    ;

[[noreturn]] static void refuse(const std::string &Why) {
  std::fprintf(stderr, "bpf-tidy: %s\n", Why.c_str());
  std::_Exit(1);
}

/// The folder of this file, without links: what it loads lies there.
static std::string ownFolder() {
  static const char Anchor = 0;
  Dl_info Self;
  if (!dladdr(&Anchor, &Self))
    return ".";
  char *Real = realpath(Self.dli_fname, nullptr);
  std::string Path = Real ? Real : Self.dli_fname;
  std::free(Real);
  size_t Slash = Path.rfind('/');
  return Slash == std::string::npos ? "." : Path.substr(0, Slash);
}

__attribute__((constructor)) static void loadChecks() {
  std::string Host = "not clang";
  if (clang::getClangFullVersion)
    Host = "'" + clang::getClangFullVersion() + "'";
  if (Host.find("version " BPF_TIDY_LLVM_MAJOR ".") == std::string::npos)
    refuse("this module is built for LLVM " BPF_TIDY_LLVM_MAJOR
           ", the program that loads it is " +
           Host);
  if (!dlopen((ownFolder() + "/" BPF_TIDY_CHECKS).c_str(),
              RTLD_NOW | RTLD_LOCAL))
    refuse(dlerror());
}
