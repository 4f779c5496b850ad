//===- Fuzz.cpp - any text through all checks, for libFuzzer --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The tool's way from a file to its findings, without the processes around it.
/// BPF_TIDY_FUZZ_INCLUDE of the environment is a folder with vmlinux.h.
///
//===----------------------------------------------------------------------===//

#include "Check.h"
#include "Fix.h"
#include "Flags.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdint>

using namespace llvm;
using namespace bpftidy::cli;

/// Clang's own ways to end at once, and what it takes hours for.
static bool isOfClang(StringRef Text) {
  return Text.contains("__debug") || Text.contains("include_next") ||
         Text.contains("__FILE__") || Text.contains("__INCLUDE_LEVEL__") ||
         Text.contains("/dev/") || Text.count('(') > 500 ||
         Text.count('{') > 500 || Text.count('[') > 200 ||
         Text.count('*') > 1000 || Text.count("##") > 50;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  StringRef Text(reinterpret_cast<const char *>(Data), Size);
  if (isOfClang(Text))
    return 0;
  static const std::string Path = [] {
    SmallString<128> P;
    sys::fs::createTemporaryFile("bpf-tidy-fuzz", "bpf.c", P);
    return std::string(P);
  }();
  std::error_code EC;
  raw_fd_ostream(Path, EC) << Text;

  Settings S;
  S.Cache = CacheUse::Off;
  S.UnusedNolint = true;
  S.Override.CheckOptions["Kernels"] =
      clang::tidy::ClangTidyOptions::ClangTidyValue("6.1-");
  S.Flags = {"-target", "bpf", "-g", "-O2", "-w", "-D__TARGET_ARCH_x86"};
  if (auto Folder = sys::Process::GetEnv("BPF_TIDY_FUZZ_INCLUDE"))
    S.Flags->push_back("-I" + *Folder);
  CommandFinder Commands(S);
  std::string Origin, Why;
  Job J{Path, Commands.find(Path, Origin, Why)};
  checkFile(J, S, [&](const Report &R) {
    Sources Texts;
    FixSet Fixes(Texts, /*Notes=*/true);
    for (const Result &Found : R.Findings)
      Fixes.add(Found);
    for (const std::string &File : Fixes.files()) {
      Fixes.apply(File);
      Fixes.diff(File);
    }
  });
  return 0;
}
