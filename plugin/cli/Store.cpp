//===- Store.cpp - precompiled headers in the user's cache folder ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Store.h"
#include "Files.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include <algorithm>
#include <ctime>
#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;

namespace bpftidy {
namespace cli {

/// Bytes that the cache may take unless the user says otherwise; a header with
/// the types of a kernel takes about 16 MB.
static constexpr uint64_t DefaultBound = 256 << 20;
/// Seconds: an entry that nobody used for so long goes, and so does a file
/// that nobody finished.
static constexpr time_t Unused = 30 * 24 * 3600, Unfinished = 3600;

/// True if \p S is this user's and nobody else may change it.
static bool isOwn(const struct stat &S) {
  return S.st_uid == ::geteuid() && !(S.st_mode & (S_IWGRP | S_IWOTH));
}

static std::string cacheFolder() {
  if (auto Given = sys::Process::GetEnv("XDG_CACHE_HOME");
      Given && sys::path::is_absolute(*Given))
    return *Given + "/bpf-tidy";
  if (auto Home = sys::Process::GetEnv("HOME");
      Home && sys::path::is_absolute(*Home))
    return *Home + "/.cache/bpf-tidy";
  if (const passwd *Me = ::getpwuid(::geteuid()); Me && Me->pw_dir)
    return std::string(Me->pw_dir) + "/.cache/bpf-tidy";
  return "";
}

std::optional<Store> Store::open(std::string &Why) {
  std::string Folder = cacheFolder();
  if (Folder.empty()) {
    Why = "there is no home folder";
    return std::nullopt;
  }
  if (std::error_code EC = sys::fs::create_directories(
          Folder, /*IgnoreExisting=*/true, sys::fs::owner_all)) {
    Why = "cannot make '" + Folder + "': " + EC.message();
    return std::nullopt;
  }
  struct stat S;
  if (::lstat(Folder.c_str(), &S) != 0 || !S_ISDIR(S.st_mode) || !isOwn(S)) {
    Why = "'" + Folder + "' is not this user's alone";
    return std::nullopt;
  }
  return Store(std::move(Folder));
}

std::string Store::path(const Twine &Name) const {
  return Folder + "/" + Name.str();
}

std::string Store::hash(StringRef Text) {
  return utohexstr(xxHash64(Text), /*LowerCase=*/true);
}

/// The content of a file in the store; null if it is missing or may be
/// somebody else's.
static std::unique_ptr<MemoryBuffer> readOwn(const std::string &Path) {
  int FD = ::open(Path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (FD < 0)
    return nullptr;
  struct stat S;
  std::unique_ptr<MemoryBuffer> Text;
  if (::fstat(FD, &S) == 0 && S_ISREG(S.st_mode) && isOwn(S))
    if (auto Read = MemoryBuffer::getOpenFile(FD, Path, S.st_size,
                                              /*RequiresNullTerminator=*/false))
      Text = std::move(*Read);
  ::close(FD);
  return Text;
}

/// The description is a line with the checksum of the rest, which is JSON.
static std::optional<json::Object> readDescription(const std::string &Path) {
  std::unique_ptr<MemoryBuffer> Text = readOwn(Path);
  if (!Text)
    return std::nullopt;
  auto [Sum, Body] = Text->getBuffer().split('\n');
  if (Sum != Store::hash(Body))
    return std::nullopt;
  auto Parsed = json::parse(Body);
  if (!Parsed) {
    consumeError(Parsed.takeError());
    return std::nullopt;
  }
  const json::Object *O = Parsed->getAsObject();
  return O ? std::optional<json::Object>(*O) : std::nullopt;
}

static std::optional<Entry> fromJSON(const json::Object &O) {
  const json::Array *Inputs = O.getArray("inputs"),
                    *Absent = O.getArray("absent");
  auto Header = O.getString("header");
  if (!Inputs || !Absent || !Header)
    return std::nullopt;
  Entry E;
  E.Header = Header->str();
  for (const json::Value &V : *Inputs) {
    const json::Object *I = V.getAsObject();
    if (!I || !I->getString("path") || !I->getString("hash"))
      return std::nullopt;
    E.Inputs.push_back({I->getString("path")->str(),
                        I->getString("hash")->str(),
                        I->getBoolean("users").value_or(false)});
  }
  for (const json::Value &V : *Absent)
    E.Absent.push_back(V.getAsString().value_or("").str());
  return E;
}

std::optional<Entry> Store::find(StringRef Key) const {
  std::string Description = path(Key + ".json");
  auto O = readDescription(Description);
  auto E = O ? fromJSON(*O) : std::nullopt;
  if (!E)
    return std::nullopt;
  for (const std::string &Path : E->Absent)
    if (sys::fs::exists(Path))
      return std::nullopt;
  for (const InputFile &I : E->Inputs) {
    auto Now = MemoryBuffer::getFile(I.Path, /*IsText=*/false,
                                     /*RequiresNullTerminator=*/false);
    if (!Now || hash((*Now)->getBuffer()) != I.Hash)
      return std::nullopt;
  }
  // Its name has the checksum.
  std::string Name = E->Header;
  E->Header = path(Name);
  auto Header = readOwn(E->Header);
  if (StringRef(Name).contains('/') || !Header ||
      Name != (Key + "-" + hash(Header->getBuffer()) + ".pch").str())
    return std::nullopt;
  // That it was used is seen by its time.
  ::utimensat(AT_FDCWD, Description.c_str(), nullptr, 0);
  return E;
}

std::string Store::temporary(StringRef Key) const {
  return path(Key + "-" + Twine(sys::Process::getProcessId()) + ".tmp");
}

void Store::removeTemporary(StringRef Key, int Process) const {
  std::string Stem = path(Key + "-" + Twine(Process));
  std::error_code EC;
  for (sys::fs::directory_iterator It(Folder, EC), End; It != End && !EC;
       It.increment(EC))
    if (StringRef Rest = It->path();
        Rest.consume_front(Stem) &&
        (Rest.starts_with(".") || Rest.starts_with("-")))
      sys::fs::remove(It->path());
}

void Store::add(StringRef Key, Entry E) const {
  auto Header = readOwn(E.Header);
  if (!Header)
    return;
  std::string Name = (Key + "-" + hash(Header->getBuffer()) + ".pch").str();
  Header.reset();
  json::Array Inputs;
  for (const InputFile &I : E.Inputs)
    Inputs.push_back(
        json::Object{{"path", I.Path}, {"hash", I.Hash}, {"users", I.Users}});
  std::string Body;
  raw_string_ostream OS(Body);
  OS << json::Value(json::Object{{"header", Name},
                                 {"inputs", std::move(Inputs)},
                                 {"absent", json::Array(E.Absent)}})
     << '\n';
  OS.flush();
  if (sys::fs::rename(E.Header, path(Name)))
    return;
  // A failure is a full disk: then there is no entry, and the next eviction
  // finds a header without a description.
  writeFile(path(Key + ".json"), hash(Body) + "\n" + Body);
  evict(Key);
}

int Store::lock(StringRef Key, bool Wait) const {
  int FD = ::open(path(Key + ".lock").c_str(),
                  O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (FD >= 0 && ::flock(FD, LOCK_EX | (Wait ? 0 : LOCK_NB)) != 0) {
    ::close(FD);
    return -1;
  }
  return FD;
}

void Store::unlock(StringRef Key, int Lock) const {
  // Whoever waits for the removed file makes the entry once more, which is
  // no harm.
  sys::fs::remove(path(Key + ".lock"));
  ::close(Lock);
}

void Store::evict(StringRef Key) const {
  uint64_t Bound = DefaultBound;
  if (auto Given = sys::Process::GetEnv("BPF_TIDY_CACHE_SIZE")) {
    uint64_t Megabytes;
    if (!StringRef(*Given).getAsInteger(10, Megabytes))
      Bound = Megabytes << 20;
  }
  struct Known {
    std::string Description, Header;
    time_t Used;
    uint64_t Size;
  };
  std::vector<Known> All;
  std::vector<std::pair<std::string, time_t>> Loose;
  StringSet<> Named;
  time_t Now = std::time(nullptr);
  std::error_code EC;
  for (sys::fs::directory_iterator It(Folder, EC), End; It != End && !EC;
       It.increment(EC)) {
    const std::string &File = It->path();
    struct stat S;
    if (::lstat(File.c_str(), &S) != 0 || !S_ISREG(S.st_mode))
      continue;
    if (!StringRef(File).ends_with(".json")) {
      Loose.push_back({File, S.st_mtime});
      continue;
    }
    auto O = readDescription(File);
    std::string Header =
        O ? path(O->getString("header").value_or("")) : std::string();
    uint64_t Size = 0;
    if (!O || sys::fs::file_size(Header, Size)) {
      sys::fs::remove(File);
      continue;
    }
    Named.insert(Header);
    All.push_back({File, Header, S.st_mtime, Size + S.st_size});
  }
  // Nobody else is at work on the headers of this key.
  for (const auto &[File, Time] : Loose)
    if (!Named.contains(File) &&
        (Now - Time > Unfinished || (StringRef(File).starts_with(path(Key)) &&
                                     StringRef(File).ends_with(".pch"))))
      sys::fs::remove(File);
  // The newest stays, whatever the bound.
  std::sort(All.begin(), All.end(),
            [](const Known &A, const Known &B) { return A.Used > B.Used; });
  uint64_t Total = 0;
  for (const Known &K : All) {
    Total += K.Size;
    if (&K != &All.front() && (Total > Bound || Now - K.Used > Unused)) {
      sys::fs::remove(K.Description);
      sys::fs::remove(K.Header);
    }
  }
}

} // namespace cli
} // namespace bpftidy
