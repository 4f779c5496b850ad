//===- Actions.cpp - what bpf-tidy does besides checking ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Actions.h"
#include "Checks.h"
#include "Files.h"
#include "Options.h"
#include "clang-tidy/GlobList.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace bpftidy {
namespace cli {

StringRef page(StringRef Rule) {
  static const std::pair<StringLiteral, StringLiteral> Pages[] = {
#define PAGE(Rule, Text) {Rule, Text},
#include "Pages.inc"
      {"", ""}};
  for (const auto &[Name, Text] : Pages)
    if (Name == Rule)
      return Text;
  return "";
}

std::string versionLine() { return "bpf-tidy " BPF_TIDY_VERSION; }

int listChecks(StringRef Globs) {
  clang::tidy::GlobList Selected(Globs.starts_with("-") ? "*," + Globs.str()
                                                        : Globs.str());
  size_t Width = 0;
  for (const RuleInfo &Rule : allRules())
    Width = std::max(Width, checkName(Rule).size());
  for (const RuleInfo &Rule : allRules())
    if (std::string Name = checkName(Rule); Selected.contains(Name))
      outs() << Name << std::string(Width - Name.size() + 2, ' ')
             << Rule.Summary << '\n';
  return Clean;
}

int explain(StringRef Check) {
  Check = Check.trim();
  StringRef Wanted = Check;
  Wanted.consume_front("bpf-");
  const RuleInfo *Near = nullptr;
  unsigned Distance = 6;
  for (const RuleInfo &Rule : allRules()) {
    if (Rule.Name == Wanted) {
      StringRef Text = page(Rule.Name);
      if (Text.empty())
        outs() << checkName(Rule) << ": " << Rule.Summary << '\n';
      outs() << Text;
      return Clean;
    }
    unsigned D = Rule.Name.edit_distance(Wanted, true, Distance);
    if (D < Distance) {
      Distance = D;
      Near = &Rule;
    }
  }
  return fail("option '--explain': there is no check '" + Check + "'" +
              (Near ? "; did you mean '" + checkName(*Near) + "'?"
                    : "; --list-checks shows them"));
}

static constexpr StringLiteral KernelTypes = "/sys/kernel/btf/vmlinux";

int makeVmlinux(StringRef Where) {
  SmallString<128> Path(Where);
  if (sys::fs::is_directory(Path))
    sys::path::append(Path, "vmlinux.h");
  if (auto Old = MemoryBuffer::getFile(Path))
    if (!(*Old)->getBuffer().take_front(200).contains("__VMLINUX_H__"))
      return fail("'" + Path + "' exists and was not made by bpftool");
  if (!sys::fs::exists(KernelTypes))
    return fail("this kernel does not tell its types: there is no " +
                KernelTypes + " (CONFIG_DEBUG_INFO_BTF)");

  auto Bpftool = sys::findProgramByName("bpftool");
  if (!Bpftool)
    Bpftool = sys::findProgramByName("bpftool", {"/usr/sbin", "/sbin"});
  if (!Bpftool)
    return fail("there is no bpftool; install it (Debian: bpftool, Fedora: "
                "bpftool, Ubuntu: linux-tools-common) or copy a vmlinux.h");

  SmallString<128> Made;
  if (std::error_code EC = sys::fs::createTemporaryFile("vmlinux", "h", Made))
    return fail("cannot make a temporary file: " + EC.message());
  std::optional<StringRef> Streams[] = {StringRef(), Made.str(), std::nullopt};
  std::string Why;
  int Code = sys::ExecuteAndWait(
      *Bpftool, {*Bpftool, "btf", "dump", "file", KernelTypes, "format", "c"},
      std::nullopt, Streams, 0, 0, &Why);
  auto Text = MemoryBuffer::getFile(Made);
  sys::fs::remove(Made);
  if (Code != 0 || !Text || (*Text)->getBufferSize() == 0)
    return fail("bpftool failed" + (Why.empty() ? "" : ": " + Why));
  if (std::string Bad = writeFile(Path, (*Text)->getBuffer()); !Bad.empty())
    return fail(Bad);
  outs() << Path << ": " << (*Text)->getBuffer().count('\n') << " lines\n";
  return Clean;
}

} // namespace cli
} // namespace bpftidy
