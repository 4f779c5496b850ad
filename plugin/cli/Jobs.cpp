//===- Jobs.cpp - checks files, each in a process of its own --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check.h"
#include "Files.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

namespace bpftidy {
namespace cli {

namespace {
/// A process at work. What it finds and what it says go to files that have no
/// name, so that it never has to wait for a reader.
struct Child {
  size_t Index = 0;
  std::FILE *Answer = nullptr;
  std::FILE *Errors = nullptr;
};
} // namespace

static std::string readBack(std::FILE *File) {
  std::string Text;
  char Chunk[4096];
  std::rewind(File);
  while (size_t N = std::fread(Chunk, 1, sizeof Chunk, File))
    Text.append(Chunk, N);
  std::fclose(File);
  return Text;
}

/// The child's work; ends the process.
[[noreturn]] static void work(const Job &J, const Settings &S, const Child &C,
                              pid_t Parent) {
  // Nobody waits for the answer if the parent is gone, however it went.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != Parent)
    ::_exit(1);
  ::dup2(::fileno(C.Errors), STDERR_FILENO);
  // What clang prints to standard output would get into the answer's format.
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  // What loops for ever ends, and what crashes leaves no core file.
  ::rlimit Time = {S.TimeLimit, S.TimeLimit + 5}, Core = {0, 0};
  ::setrlimit(RLIMIT_CPU, &Time);
  ::setrlimit(RLIMIT_CORE, &Core);
  bool Written = false;
  checkFile(J, S, [&](const Report &R) {
    std::string Text;
    raw_string_ostream OS(Text);
    OS << json::Value(toJSON(R, [](StringRef Path) { return Path.str(); }));
    OS.flush();
    Written = std::fwrite(Text.data(), 1, Text.size(), C.Answer) == Text.size();
    std::fflush(C.Answer);
  });
  // No destructors: the parent's buffers are not the child's to flush.
  ::_exit(Written ? 0 : 1);
}

/// Makes a report of what \p C left behind when it ended with \p Status.
static Report collect(const Job &J, const Child &C, int Status,
                      StringSet<> &Said) {
  std::string Answer = readBack(C.Answer), Errors = readBack(C.Errors);
  Report R;
  if (WIFSIGNALED(Status) && WTERMSIG(Status) == SIGXCPU) {
    R.Failures.push_back({J.File, "takes too long", "see --time-limit", {}});
    return R;
  }
  if (WIFSIGNALED(Status)) {
    const char *Name = ::strsignal(WTERMSIG(Status));
    R.Failures.push_back({J.File,
                          std::string("the compiler crashed (") + Name + ")",
                          "try whether clang does, too; if not, this is a bug "
                          "of bpf-tidy",
                          {}});
    return R;
  }
  auto Parsed = json::parse(Answer);
  if (!Parsed || !fromJSON(*Parsed, R)) {
    consumeError(Parsed.takeError());
    StringRef Last = StringRef(Errors).trim().rsplit('\n').second;
    R = Report();
    R.Failures.push_back(
        {J.File,
         "the check ended early" + (Last.empty() ? "" : ": " + Last.str()),
         "",
         {}});
    return R;
  }
  // Complaints about configuration files are the same for each file. What the
  // engine says of its own work is in the report.
  SmallVector<StringRef, 8> Lines;
  StringRef(Errors).split(Lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef Line : Lines)
    if (!Line.starts_with("Error while processing") &&
        !Line.ends_with(" generated.") && Said.insert(Line).second)
      errs() << Line << '\n';
  return R;
}

Report checkFiles(const std::vector<Job> &Jobs, const Settings &S) {
  std::vector<Report> Reports(Jobs.size());
  std::map<pid_t, Child> Running;
  StringSet<> Said;
  bool Progress = !S.Quiet && Jobs.size() > 3 && ::isatty(STDERR_FILENO);
  size_t Next = 0, Done = 0;
  pid_t Self = ::getpid();
  outs().flush();
  errs().flush();

  while (Next != Jobs.size() || !Running.empty()) {
    if (Next != Jobs.size() && Running.size() < S.Jobs) {
      Child C{Next, std::tmpfile(), std::tmpfile()};
      pid_t Pid = C.Answer && C.Errors ? ::fork() : -1;
      if (Pid == 0)
        work(Jobs[Next], S, C, Self);
      if (Pid > 0) {
        Running.emplace(Pid, C);
        ++Next;
        continue;
      }
      std::string Why = std::strerror(errno);
      if (C.Answer)
        std::fclose(C.Answer);
      if (C.Errors)
        std::fclose(C.Errors);
      if (Running.empty()) {
        Reports[Next].Failures.push_back(
            {Jobs[Next].File, "cannot start a process: " + Why, "", {}});
        ++Next;
        continue;
      }
    }
    int Status = 0;
    pid_t Pid = ::waitpid(-1, &Status, 0);
    auto It = Running.find(Pid);
    if (It == Running.end())
      continue;
    size_t Index = It->second.Index;
    Reports[Index] = collect(Jobs[Index], It->second, Status, Said);
    Running.erase(It);
    ++Done;
    if (Progress)
      errs() << "\r[" << Done << '/' << Jobs.size() << ']'
             << (Done == Jobs.size() ? "\r\033[K" : "");
  }

  // A header's finding shows up in each file that includes it.
  Report All;
  std::map<std::pair<std::string, unsigned>, std::vector<size_t>> ByPlace;
  for (Report &R : Reports) {
    for (Result &New : R.Findings) {
      auto &Here = ByPlace[{New.At.File, New.At.Offset}];
      auto Old =
          find_if(Here, [&](size_t I) { return equal(All.Findings[I], New); });
      if (Old != Here.end()) {
        mergeNotes(All.Findings[*Old], std::move(New));
        continue;
      }
      Here.push_back(All.Findings.size());
      All.Findings.push_back(std::move(New));
    }
    R.Findings.clear();
    // So does a configuration that cannot be used.
    erase_if(R.Failures, [&](const Failure &F) {
      return F.Diagnostics.empty() &&
             any_of(All.Failures, [&](const Failure &O) {
               return O.File == F.File && O.Why == F.Why;
             });
    });
    All.append(std::move(R));
  }
  return All;
}

} // namespace cli
} // namespace bpftidy
