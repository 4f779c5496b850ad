//===- Clangd.cpp - clangd with the checks linked in ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM ships clangd as archives without headers, so the few functions that are
// needed are declared here. The linker's --wrap puts ours in front of clangd's
// own where a default has to differ; what a user's .clang-tidy and .clangd say
// comes later and wins.
//
//===----------------------------------------------------------------------===//

#include "clang-tidy/ClangTidyOptions.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

using clang::tidy::ClangTidyOptions;
using Provider = llvm::function_ref<void(ClangTidyOptions &, llvm::StringRef)>;

namespace clang {
namespace clangd {
int clangdMain(int argc, char *argv[]);

namespace remote {
// Stands for the library that asks an index on a server, and for its gRPC.
struct NoIndex {};
std::unique_ptr<NoIndex> getClient(llvm::StringRef, llvm::StringRef);
std::unique_ptr<NoIndex> getClient(llvm::StringRef, llvm::StringRef) {
  return nullptr;
}
} // namespace remote
} // namespace clangd
} // namespace clang

// The names are what --wrap makes of mangled ones.
// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming)
extern "C" {
Provider __real__ZN5clang6clangd20provideDefaultChecksEv();
Provider __wrap__ZN5clang6clangd20provideDefaultChecksEv();
std::optional<bool>
    __real__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE(llvm::StringRef);
std::optional<bool>
    __wrap__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE(llvm::StringRef);
}

/// clangd's own defaults, where there are no others, and our checks in front of
/// all that the user has said.
static void addChecks(ClangTidyOptions &Options, llvm::StringRef File) {
  __real__ZN5clang6clangd20provideDefaultChecksEv()(Options, File);
  Options.Checks = "bpf-*," + Options.Checks.value_or("");
}

Provider __wrap__ZN5clang6clangd20provideDefaultChecksEv() { return addChecks; }

// clangd drops checks that are not on its list of fast ones.
std::optional<bool> __wrap__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE(
    llvm::StringRef Check) {
  if (Check.starts_with("bpf-"))
    return true;
  return __real__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE(Check);
}
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)

/// clangd looks for the compiler's own headers beside itself; outside of LLVM's
/// folder it does not find them.
static bool lacksResources(llvm::ArrayRef<char *> Arguments) {
  for (llvm::StringRef Argument : Arguments)
    if (Argument.ltrim('-').starts_with("resource-dir"))
      return false;
  static int Anchor;
  std::string Self =
      llvm::sys::fs::getMainExecutable(Arguments.front(), &Anchor);
  llvm::SmallString<128> Own(
      llvm::sys::path::parent_path(llvm::sys::path::parent_path(Self)));
  llvm::sys::path::append(Own, "lib", "clang", BPF_TIDY_LLVM_MAJOR);
  return !llvm::sys::fs::is_directory(Own);
}

int main(int argc, char *argv[]) {
  std::vector<char *> Arguments(argv, argv + argc);
  static char Resources[] = "--resource-dir=" BPF_TIDY_RESOURCE_DIR;
  if (lacksResources(Arguments))
    Arguments.insert(Arguments.begin() + 1, Resources);
  Arguments.push_back(nullptr);
  return clang::clangd::clangdMain(int(Arguments.size()) - 1, Arguments.data());
}
