//===- Files.cpp - the files of the user ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Files.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/BinaryFormat/Magic.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <unistd.h>

using namespace llvm;

namespace bpftidy {
namespace cli {

std::string absolutePath(StringRef Path) {
  SmallString<256> P(Path);
  sys::fs::make_absolute(P);
  sys::path::remove_dots(P, /*remove_dot_dot=*/true);
  return std::string(P);
}

std::string shownPath(StringRef Path) {
  static const std::string Here = [] {
    SmallString<256> P;
    sys::fs::current_path(P);
    return std::string(P) + "/";
  }();
  return (Path.starts_with(Here) ? Path.drop_front(Here.size()) : Path).str();
}

bool isKernelHeader(StringRef Path) {
  std::string Name = sys::path::filename(Path).lower();
  return StringRef(Name).starts_with("vmlinux") &&
         StringRef(Name).ends_with(".h");
}

constexpr uint64_t MaxFileSize = 1 << 30;

/// Why \p File is nothing to check; "" if it may be.
static std::string whyNot(StringRef File) {
  if (!sys::fs::exists(File))
    return "no such file or folder";
  StringRef Extension = sys::path::extension(File);
  if (is_contained(
          ArrayRef<StringRef>{".cc", ".cpp", ".cxx", ".C", ".hpp", ".hh"},
          Extension))
    return "is C++; bpf-tidy checks C";
  if (!sys::fs::is_regular_file(File))
    return "is no regular file";
  // clang counts the bytes of all files of a compilation in 31 bits.
  uint64_t Size = 0;
  if (!sys::fs::file_size(File, Size) && Size > MaxFileSize)
    return "is too large (" + std::to_string(Size >> 20) +
           " MiB); bpf-tidy reads files of up to " +
           std::to_string(MaxFileSize >> 20) + " MiB";
  auto Buffer = MemoryBuffer::getFile(File, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return "cannot be read: " + Buffer.getError().message();
  StringRef Text = (*Buffer)->getBuffer();
  if (Text.trim().empty())
    return "is empty";
  if (identify_magic(Text) == file_magic::elf_relocatable)
    return "is a compiled object; bpf-tidy checks its C source";
  if (Text.take_front(8192).contains('\0'))
    return "is binary, not C source";
  return "";
}

/// True for the name of a BPF program, or for C in a folder for such.
static bool isProgram(StringRef Path) { return Path.ends_with(".bpf.c"); }

static void expandFolder(StringRef Folder, std::vector<std::string> &Files) {
  std::error_code EC;
  for (sys::fs::recursive_directory_iterator It(Folder, EC, false), End;
       It != End && !EC; It.increment(EC)) {
    StringRef Name = sys::path::filename(It->path());
    // Version control, caches, and editors keep theirs out of sight.
    if (Name.starts_with("."))
      It.no_push();
    else if (isProgram(It->path()) && sys::fs::is_regular_file(It->path()))
      Files.push_back(It->path());
  }
  sort(Files);
}

std::vector<std::string> expandInputs(const std::vector<std::string> &Inputs,
                                      std::vector<Failure> &Failures) {
  std::vector<std::string> Files;
  StringSet<> Seen;
  auto Add = [&](StringRef Path) {
    std::string File = absolutePath(Path);
    if (!Seen.insert(File).second)
      return;
    if (std::string Why = whyNot(File); !Why.empty())
      Failures.push_back({File, Why, "", {}});
    else
      Files.push_back(File);
  };
  for (const std::string &Input : Inputs) {
    if (!sys::fs::is_directory(Input)) {
      Add(Input);
      continue;
    }
    std::vector<std::string> Found;
    expandFolder(absolutePath(Input), Found);
    if (Found.empty())
      Failures.push_back({absolutePath(Input),
                          "no *.bpf.c file is in this folder",
                          "name the files, if they are called otherwise",
                          {}});
    for (const std::string &Path : Found)
      Add(Path);
  }
  return Files;
}

std::string writeFile(StringRef Path, StringRef Text) {
  auto Bad = [&](const std::error_code &EC) {
    return "cannot write '" + shownPath(Path) + "': " + EC.message();
  };
  // A link stays one: what it points to is replaced.
  SmallString<256> Target;
  if (sys::fs::real_path(Path, Target))
    Target = absolutePath(Path);
  if (sys::fs::exists(Target) && ::access(Target.c_str(), W_OK) != 0)
    return Bad(std::error_code(errno, std::generic_category()));

  unsigned Mode = sys::fs::all_read | sys::fs::owner_write;
  if (auto Perms = sys::fs::getPermissions(Target))
    Mode = *Perms;
  auto Temp = sys::fs::TempFile::create(Target + ".%%%%%%.tmp", Mode);
  if (!Temp)
    return Bad(errorToErrorCode(Temp.takeError()));
  {
    raw_fd_ostream OS(Temp->FD, /*shouldClose=*/false);
    OS << Text;
    OS.flush();
    std::error_code EC = OS.error();
    OS.clear_error();
    // The text is on the disk before the name points to it.
    if (!EC && ::fsync(Temp->FD) != 0)
      EC = std::error_code(errno, std::generic_category());
    if (EC) {
      consumeError(Temp->discard());
      return Bad(EC);
    }
  }
  // The umask does not hold for a file that was there.
  sys::fs::setPermissions(Temp->FD, static_cast<sys::fs::perms>(Mode));
  if (Error E = Temp->keep(Target))
    return Bad(errorToErrorCode(std::move(E)));
  return "";
}

Sources::Entry &Sources::entry(StringRef File) {
  auto [It, New] = Files.try_emplace(File);
  Entry &E = It->second;
  if (!New)
    return E;
  if (auto Read = MemoryBuffer::getFile(File))
    E.Buffer = std::move(*Read);
  else
    E.Buffer = MemoryBuffer::getMemBuffer("");
  StringRef Text = E.Buffer->getBuffer();
  E.LineStarts.push_back(0);
  for (size_t At = Text.find('\n'); At != StringRef::npos;
       At = Text.find('\n', At + 1))
    E.LineStarts.push_back(At + 1);
  return E;
}

StringRef Sources::text(StringRef File) {
  return entry(File).Buffer->getBuffer();
}

void Sources::locate(Place &P) {
  if (P.File.empty())
    return;
  const std::vector<unsigned> &Starts = entry(P.File).LineStarts;
  auto It = std::upper_bound(Starts.begin(), Starts.end(), P.Offset);
  P.Line = It - Starts.begin();
  P.Column = P.Offset - *std::prev(It) + 1;
}

} // namespace cli
} // namespace bpftidy
