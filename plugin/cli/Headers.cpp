//===- Headers.cpp - precompiles the headers that files begin with --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Headers.h"
#include "Files.h"
#include "Precompile.h"
#include "clang/Basic/Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

namespace bpftidy {
namespace cli {

/// Bytes from which on headers are worth it: a smaller text is parsed about as
/// fast as a precompiled header is read.
static constexpr uint64_t WorthIt = 512 << 10;

/// Flags that say themselves what is precompiled, or let the meaning of the
/// first includes depend on what is in no key.
static bool spoils(StringRef Flag) {
  return Flag.starts_with("-include") || Flag.starts_with("--include") ||
         Flag.starts_with("-imacros") || Flag.starts_with("-fmodule") ||
         Flag.starts_with("-preamble-bytes") || Flag.starts_with("@") ||
         Flag.starts_with("-emit-pch") || Flag.starts_with("-ivfsoverlay");
}

Headers::Headers(const Job &J, const Settings &S,
                 const std::vector<std::string> &Before,
                 const std::vector<std::string> &After)
    : J(J), Before(Before), After(After) {
  if (S.Cache == CacheUse::Off)
    return;
  for (const auto *Flags : {&J.Command.CommandLine, &Before, &After})
    if (any_of(*Flags, spoils))
      return;
  auto Read = MemoryBuffer::getFile(J.File);
  if (!Read)
    return;
  Text = std::move(*Read);
  Includes = leadingIncludes(Text->getBuffer());
  if (Includes.empty())
    return;
  std::string Why;
  Cache = Store::open(Why);
  if (!Cache && S.Verbose)
    errs() << "bpf-tidy: headers are not cached: " << Why << '\n';
}

/// Tells this program, and every library that it has loaded, from all others.
static std::string buildId() {
  std::string Id = clang::getClangFullVersion() + " " BPF_TIDY_VERSION;
  auto Add = [](dl_phdr_info *Info, size_t, void *Out) {
    const char *Path = *Info->dlpi_name ? Info->dlpi_name : "/proc/self/exe";
    struct stat S;
    if (::stat(Path, &S) == 0)
      static_cast<std::string *>(Out)->append(
          (Twine('\n') + Path + " " + Twine(S.st_size) + " " +
           Twine(S.st_mtim.tv_sec) + " " + Twine(S.st_mtim.tv_nsec))
              .str());
    return 0;
  };
  ::dl_iterate_phdr(Add, &Id);
  return Id;
}

std::string Headers::key(unsigned Count) const {
  static const std::string Build = buildId();
  std::string All = Build;
  auto Add = [&](StringRef Part) { ((All += '\0') += Part); };
  Add(J.Command.Directory);
  Add(sys::path::parent_path(J.File));
  for (const auto *Flags : {&J.Command.CommandLine, &Before, &After}) {
    Add("");
    for (StringRef Flag : *Flags)
      if (Flag != J.File && Flag != J.Command.Filename)
        Add(Flag);
  }
  for (StringRef Name : {"CPATH", "C_INCLUDE_PATH", "CCC_OVERRIDE_OPTIONS"})
    Add(sys::Process::GetEnv(Name).value_or(""));
  for (const LeadingInclude &I : ArrayRef(Includes).take_front(Count)) {
    Add(I.Defines);
    Add(I.Name);
  }
  auto Sum = BLAKE3::hash<16>(arrayRefFromStringRef(All));
  return toHex(Sum, /*LowerCase=*/true);
}

std::optional<Job> Headers::find(std::vector<std::string> &Users) const {
  for (unsigned Count = Cache ? count() : 0; Count; --Count) {
    auto E = Cache->find(key(Count));
    if (!E)
      continue;
    for (const InputFile &I : E->Inputs)
      if (I.Users)
        Users.push_back(I.Path);
    Job With = J;
    std::vector<std::string> &Line = With.Command.CommandLine;
    std::vector<std::string> Flags;
    for (const std::string &Flag :
         {std::string("-include-pch"), E->Header,
          "-preamble-bytes=" + std::to_string(Includes[Count - 1].End) +
              ",1"}) {
      Flags.push_back("-Xclang");
      Flags.push_back(Flag);
    }
    Line.insert(llvm::find(Line, "--"), Flags.begin(), Flags.end());
    return With;
  }
  return std::nullopt;
}

/// Leaves nothing open to the process that forked this one.
static void beAlone() {
  int Null = ::open("/dev/null", O_RDWR);
  for (int FD : {0, 1, 2})
    ::dup2(Null, FD);
  ::close_range(3, ~0U, 0);
}

void Headers::makeLocked(unsigned Count, bool Wait) const {
  std::string Key = key(Count);
  int Lock = Cache->lock(Key, Wait);
  if (Lock < 0)
    return;
  // In a process of its own, as clang ends the one that cannot write.
  pid_t Child = Cache->find(Key) ? -1 : ::fork();
  if (Child == 0) {
    beAlone();
    Entry E;
    E.Header = Cache->temporary(Key);
    std::string Source;
    for (const LeadingInclude &I : ArrayRef(Includes).take_front(Count))
      Source += I.Defines + "#include " + I.Name.str() + "\n";
    if (precompile(J, Source, Before, After, E))
      Cache->add(Key, E);
    ::_exit(0);
  }
  if (Child > 0) {
    ::waitpid(Child, nullptr, 0);
    Cache->removeTemporary(Key, Child);
  }
  Cache->unlock(Key, Lock);
}

void Headers::make() const {
  if (Cache)
    makeLocked(count(), /*Wait=*/true);
}

void Headers::makeBehind(
    const std::vector<std::pair<unsigned, uint64_t>> &Sizes) const {
  unsigned Count = 0;
  for (unsigned I = 0; I != (Cache ? count() : 0); ++I)
    for (const auto &[Offset, Size] : Sizes)
      if (Offset == Includes[I].Offset && Size >= WorthIt)
        Count = I + 1;
  if (!Count || ::fork() != 0)
    return;
  // Nobody waits for this process, nor for an end of its output, and it gives
  // way to those that somebody does wait for.
  ::setsid();
  beAlone();
  if (::nice(10) == -1)
    errno = 0;
  makeLocked(Count, /*Wait=*/false);
  ::_exit(0);
}

} // namespace cli
} // namespace bpftidy
