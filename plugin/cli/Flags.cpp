//===- Flags.cpp - how a file is compiled ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Flags.h"
#include "Compat.h"
#include "Files.h"
#include "Includes.h"
#include "clang/Basic/Version.h"
#include "clang/Tooling/JSONCompilationDatabase.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <sys/utsname.h>

using namespace llvm;
using clang::tooling::CompileCommand;

namespace bpftidy {
namespace cli {

std::string resourceFolder() {
  // Beside an installation of LLVM that holds this program, too, or where
  // LLVM was when this was built.
  std::string Self =
      sys::fs::getMainExecutable(nullptr, reinterpret_cast<void *>(&fail));
  SmallString<256> Beside(sys::path::parent_path(sys::path::parent_path(Self)));
  sys::path::append(Beside, "lib", "clang", std::to_string(compat::LLVMMajor));
  for (StringRef Folder : {Beside.str(), StringRef(BPF_TIDY_RESOURCE_DIR)})
    if (sys::fs::exists(Folder + "/include/stddef.h"))
      return Folder.str();
  return "";
}

static StringRef machine() {
  static const utsname Uts = [] {
    utsname U = {};
    ::uname(&U);
    return U;
  }();
  return Uts.machine;
}

StringRef targetArch() {
  return StringSwitch<StringRef>(machine())
      .Case("x86_64", "x86")
      .Case("i386", "x86")
      .Case("i686", "x86")
      .Case("aarch64", "arm64")
      .StartsWith("arm", "arm")
      .StartsWith("riscv", "riscv")
      .StartsWith("ppc64", "powerpc")
      .Case("s390x", "s390")
      .StartsWith("loongarch", "loongarch")
      .StartsWith("mips", "mips")
      .Default("");
}

std::string multiarchFolder() {
  StringRef Triple = StringSwitch<StringRef>(machine())
                         .Case("i386", "i386-linux-gnu")
                         .Case("i686", "i386-linux-gnu")
                         .Case("ppc64le", "powerpc64le-linux-gnu")
                         .StartsWith("armv7", "arm-linux-gnueabihf")
                         .Default("");
  return "/usr/include/" +
         (Triple.empty() ? machine() + "-linux-gnu" : Twine(Triple)).str();
}

/// The flags of a file that nothing is known of.
static std::vector<std::string> inferFlags(StringRef File) {
  std::vector<std::string> Flags = {"-target", "bpf", "-g", "-O2"};
  if (!targetArch().empty())
    Flags.push_back(("-D__TARGET_ARCH_" + targetArch()).str());
  for (const std::string &Folder : findIncludeFolders(File))
    Flags.push_back("-I" + Folder);
  // Behind all others: it is the host's, and asm/types.h is all that is wanted.
  if (std::string Folder = multiarchFolder(); sys::fs::is_directory(Folder)) {
    Flags.push_back("-idirafter");
    Flags.push_back(Folder);
  }
  return Flags;
}

static bool namesTarget(ArrayRef<std::string> Flags) {
  return any_of(Flags, [](StringRef Flag) {
    return Flag == "-target" || Flag == "--target" ||
           Flag.starts_with("--target=") || Flag.starts_with("-target=");
  });
}

CommandFinder::Database *CommandFinder::load(StringRef Json, std::string &Why) {
  auto [It, New] = Databases.try_emplace(Json);
  if (New) {
    std::string Error;
    It->second = clang::tooling::JSONCompilationDatabase::loadFromFile(
        Json, Error, clang::tooling::JSONCommandLineSyntax::AutoDetect);
    if (It->second)
      It->second = clang::tooling::expandResponseFiles(
          std::move(It->second), vfs::getRealFileSystem());
    else
      Mistakes[Json] = StringRef(Error).trim().rtrim('.').str();
  }
  if (!It->second)
    Why = "cannot use '" + shownPath(Json) + "': " + Mistakes[Json];
  return It->second.get();
}

CommandFinder::Database *CommandFinder::databaseFor(StringRef File,
                                                    std::string &Path,
                                                    std::string &Why) {
  if (!S.BuildPath.empty()) {
    SmallString<256> Json(absolutePath(S.BuildPath));
    if (sys::fs::is_directory(Json))
      sys::path::append(Json, "compile_commands.json");
    Path = std::string(Json);
    if (sys::fs::exists(Json))
      return load(Json, Why);
    Why = "option '-p': there is no '" + shownPath(Json) + "'";
    return nullptr;
  }
  for (StringRef Folder = sys::path::parent_path(File); !Folder.empty();
       Folder = sys::path::parent_path(Folder)) {
    for (StringRef Sub : {"", "build"}) {
      SmallString<256> Json(Folder);
      sys::path::append(Json, Sub, "compile_commands.json");
      if (!sys::fs::exists(Json))
        continue;
      Path = std::string(Json);
      Database *Found = load(Json, Why);
      // Another one further up may have the file.
      if (!Found || !Found->getCompileCommands(File).empty())
        return Found;
    }
  }
  return nullptr;
}

/// What is wrong with \p Command, which was written down for \p File; "" if
/// nothing is seen.
static std::string lie(const CompileCommand &Command, StringRef File) {
  if (!sys::fs::is_directory(Command.Directory))
    return "names the folder '" + Command.Directory + "', which does not exist";
  bool Names = any_of(Command.CommandLine, [&](StringRef Arg) {
    SmallString<256> Path(Arg);
    if (sys::path::is_relative(Arg)) {
      Path = Command.Directory;
      sys::path::append(Path, Arg);
    }
    return !Arg.starts_with("-") && sys::fs::equivalent(Path, File);
  });
  return Names ? "" : "has a command for it that does not compile it";
}

CompileCommand CommandFinder::find(StringRef File, std::string &Origin,
                                   std::string &Why) {
  CompileCommand Command;
  Command.Filename = File.str();
  Command.Directory = absolutePath(".");
  std::vector<std::string> Flags;
  std::string Path;
  if (S.Flags) {
    Origin = "the command line";
    Flags = *S.Flags;
    if (!namesTarget(Flags))
      Flags.insert(Flags.begin(), {"-target", "bpf"});
  } else if (Database *Known = databaseFor(File, Path, Why)) {
    auto Commands = Known->getCompileCommands(File);
    if (!Commands.empty()) {
      Origin = shownPath(Path);
      Command = Commands.front();
      if (std::string What = lie(Command, File); !What.empty())
        Why = "'" + Origin + "' " + What;
    }
  }
  if (!Why.empty())
    return Command;

  if (Command.CommandLine.empty()) {
    if (!S.Flags) {
      Origin = "bpf-tidy's own choice";
      Flags = inferFlags(File);
    }
    Command.CommandLine = {"clang"};
    Command.CommandLine.insert(Command.CommandLine.end(), Flags.begin(),
                               Flags.end());
    // A file of any name is C: the user says so by naming it here.
    Command.CommandLine.insert(Command.CommandLine.end(),
                               {"-x", "c", File.str()});
  }

  std::vector<std::string> &Line = Command.CommandLine;
  std::vector<std::string> Front = S.ExtraArgsBefore;
  if (none_of(Line,
              [](StringRef Flag) { return Flag.starts_with("-resource-dir"); }))
    Front.push_back("-resource-dir=" + resourceFolder());
  Line.insert(Line.begin() + 1, Front.begin(), Front.end());
  // Warnings of another clang than the project's are not to stop the checks.
  std::vector<std::string> Back = {"-Wno-error"};
  Back.insert(Back.end(), S.ExtraArgs.begin(), S.ExtraArgs.end());
  // What stands behind -- is no flag.
  Line.insert(llvm::find(Line, "--"), Back.begin(), Back.end());
  return Command;
}

} // namespace cli
} // namespace bpftidy
