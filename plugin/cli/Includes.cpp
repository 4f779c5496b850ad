//===- Includes.cpp - where a project keeps its headers -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Includes.h"
#include "Files.h"
#include "Flags.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <deque>
#include <sys/utsname.h>

using namespace llvm;

namespace bpftidy {
namespace cli {

/// Bounds, for projects of any size.
static constexpr unsigned MaxHeaders = 500;
static constexpr unsigned MaxIndexed = 200000;
static constexpr unsigned MaxParents = 12;

static std::string join(StringRef Folder, StringRef Name) {
  SmallString<256> Path(Folder);
  sys::path::append(Path, Name);
  sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  return std::string(Path);
}

static bool isFile(const Twine &Path) { return sys::fs::is_regular_file(Path); }

/// The folders from that of \p File up to its project's; that alone if there
/// is no version control to tell where the project begins.
static std::vector<std::string> projectFolders(StringRef File,
                                               bool &IsRepository) {
  std::vector<std::string> Folders;
  for (StringRef F = sys::path::parent_path(File);
       !F.empty() && Folders.size() < MaxParents;
       F = sys::path::parent_path(F)) {
    Folders.push_back(F.str());
    IsRepository = sys::fs::exists(F + "/.git") || sys::fs::exists(F + "/.hg");
    if (IsRepository)
      return Folders;
  }
  // Without one: a few parents, but not what is everyone's.
  erase_if(Folders, [](StringRef F) {
    return is_contained(ArrayRef<StringRef>{"/", "/home", "/tmp", "/root",
                                            "/usr", "/var", "/opt", "/usr/src",
                                            "/usr/local"},
                        F) ||
           sys::path::parent_path(F) == "/home";
  });
  if (Folders.size() > 4)
    Folders.resize(4);
  if (Folders.empty())
    Folders.push_back(sys::path::parent_path(File).str());
  return Folders;
}

/// What a folder for headers of this machine's architecture may be called.
static const std::vector<std::string> &archNames() {
  static const std::vector<std::string> Names = [] {
    std::vector<std::string> N = {targetArch().str()};
    std::string Folder = multiarchFolder();
    N.push_back(sys::path::filename(Folder).split('-').first.str());
    if (N.back() == "x86_64")
      N.push_back("amd64");
    return N;
  }();
  return Names;
}

/// Where below a project's folder headers are usually kept, best first.
static std::vector<std::string> usualFolders() {
  std::vector<std::string> Subs = {
      "",    ".output", "build",   "include", "headers",      "bpf",
      "src", "src/bpf", "vmlinux", "common",  "tools/include"};
  for (StringRef Arch : archNames())
    for (StringRef Sub :
         {"", "vmlinux/", "include/", "include/arch/", "vmlinux.h/include/",
          "headers/", "include/vmlinux/", "bpf/", "src/"})
      Subs.push_back((Sub + Arch).str());
  return Subs;
}

namespace {
/// All headers of a project, by name.
class ProjectIndex {
public:
  explicit ProjectIndex(StringRef Root) {
    std::error_code EC;
    unsigned Left = MaxIndexed;
    for (sys::fs::recursive_directory_iterator It(Root, EC, false), End;
         It != End && !EC && --Left; It.increment(EC)) {
      StringRef Path = It->path(), Name = sys::path::filename(Path);
      if (Name == ".git" || Name == "node_modules" || Name == ".cache")
        It.no_push();
      else if (Name.ends_with(".h"))
        ByName[Name].push_back(Path.str());
    }
  }

  /// The folder from which \p Include is found, the nearest to \p From.
  std::string find(StringRef Include, StringRef From) const {
    auto It = ByName.find(sys::path::filename(Include));
    std::string Best;
    int BestScore = INT_MIN;
    if (It == ByName.end())
      return Best;
    for (StringRef Path : It->second) {
      StringRef Folder = Path;
      if (!Folder.consume_back(Include) || !Folder.consume_back("/"))
        continue;
      if (int Score = score(Folder, From); Score > BestScore) {
        BestScore = Score;
        Best = Folder.str();
      }
    }
    return Best;
  }

private:
  /// Near is better, and another architecture's is the last choice.
  static int score(StringRef Folder, StringRef From) {
    static const StringSet<> Arches = {
        "x86",       "x86_64",      "amd64",   "arm",     "arm64", "aarch64",
        "riscv",     "riscv64",     "powerpc", "ppc64le", "s390",  "s390x",
        "loongarch", "loongarch64", "mips",    "i386",    "armhf", "ppc64el"};
    int Score = 0;
    for (auto A = sys::path::begin(Folder), B = sys::path::begin(From);
         A != sys::path::end(Folder) && B != sys::path::end(From) && *A == *B;
         ++A, ++B)
      Score += 2;
    for (auto A = sys::path::begin(Folder); A != sys::path::end(Folder); ++A) {
      --Score;
      if (Arches.contains(*A))
        Score += is_contained(archNames(), *A) ? 1 : -100;
    }
    return Score;
  }

  StringMap<std::vector<std::string>> ByName;
};

/// Resolves the includes of one file.
class Finder {
public:
  explicit Finder(StringRef File)
      : File(File), Project(projectFolders(File, IsRepository)) {
    System = {"/usr/local/include", resourceFolder() + "/include",
              "/usr/include", multiarchFolder()};
  }

  std::vector<std::string> run() {
    scan(File);
    for (unsigned Left = MaxHeaders; !Queue.empty() && Left; --Left) {
      std::string Next = std::move(Queue.front());
      Queue.pop_front();
      scan(Next);
    }
    return std::move(Folders);
  }

private:
  /// Resolves each #include of \p Path; conditions are not looked at.
  void scan(StringRef Path) {
    auto Buffer = MemoryBuffer::getFile(Path);
    if (!Buffer)
      return;
    SmallVector<StringRef, 0> Lines;
    (*Buffer)->getBuffer().split(Lines, '\n');
    for (StringRef Line : Lines) {
      Line = Line.ltrim();
      if (!Line.consume_front("#"))
        continue;
      Line = Line.ltrim();
      if (!Line.consume_front("include"))
        continue;
      Line = Line.ltrim();
      bool Quoted = Line.consume_front("\"");
      if (!Quoted && !Line.consume_front("<"))
        continue;
      size_t Close = Line.find(Quoted ? '"' : '>');
      if (Close != StringRef::npos && Close != 0)
        resolve(Line.take_front(Close), Quoted ? Path : "");
    }
  }

  void found(std::string Path) {
    // The kernel's types include nothing and are long.
    if (!sys::path::filename(Path).starts_with("vmlinux") &&
        Seen.insert(Path).second)
      Queue.push_back(std::move(Path));
  }

  bool tryFolder(StringRef Folder, StringRef Name) {
    std::string Path = join(Folder, Name);
    if (!isFile(Path))
      return false;
    if (!is_contained(Folders, Folder))
      Folders.push_back(Folder.str());
    found(std::move(Path));
    return true;
  }

  bool inProject(StringRef Name) {
    for (StringRef Folder : Project)
      for (const std::string &Sub : usualFolders())
        if (tryFolder(join(Folder, Sub), Name))
          return true;
    return false;
  }

  void resolve(StringRef Name, StringRef Includer) {
    if (!Includer.empty()) {
      std::string Beside = join(sys::path::parent_path(Includer), Name);
      if (isFile(Beside))
        return found(std::move(Beside));
    }
    for (StringRef Folder : Folders)
      if (isFile(join(Folder, Name)))
        return found(join(Folder, Name));
    // A project's own libbpf is the one that it is built with.
    bool Bpf = Name.starts_with("bpf/") || Name.starts_with("vmlinux");
    if (Bpf && inProject(Name))
      return;
    for (StringRef Folder : System)
      if (isFile(join(Folder, Name)))
        return;
    if (!Missing.insert(Name).second || (!Bpf && inProject(Name)))
      return;
    if (std::string Folder = index().find(Name, File); !Folder.empty()) {
      tryFolder(Folder, Name);
      return;
    }
    if (Name == "vmlinux.h")
      kernelsOwn();
  }

  /// Distributions that ship vmlinux.h do so beside the kernel's headers.
  void kernelsOwn() {
    utsname Uts;
    if (::uname(&Uts) == 0)
      tryFolder(join("/usr/src/kernels", Uts.release), "vmlinux.h");
  }

  const ProjectIndex &index() {
    static StringMap<ProjectIndex> Known;
    StringRef Root =
        Project[IsRepository ? Project.size() - 1
                             : std::min<size_t>(1, Project.size() - 1)];
    return Known.try_emplace(Root, Root).first->second;
  }

  StringRef File;
  bool IsRepository = false;
  std::vector<std::string> Project;
  std::vector<std::string> System;
  std::vector<std::string> Folders;
  std::deque<std::string> Queue;
  StringSet<> Seen, Missing;
};
} // namespace

std::vector<std::string> findIncludeFolders(StringRef File) {
  return Finder(File).run();
}

} // namespace cli
} // namespace bpftidy
