//===- Diff.cpp - which lines a change touches ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Diff.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace bpftidy {
namespace cli {

/// \p Path without links: git tells where a repository really is.
static std::string realPath(StringRef Path) {
  SmallString<256> Real;
  return sys::fs::real_path(Path, Real) ? absolutePath(Path)
                                        : std::string(Real);
}

/// Runs git in \p Folder; gives false with its last words in \p Out.
static bool runGit(StringRef Folder, ArrayRef<StringRef> Arguments,
                   std::string &Out) {
  auto Git = sys::findProgramByName("git");
  if (!Git) {
    Out = "there is no git";
    return false;
  }
  SmallString<128> OutPath, ErrPath;
  if (sys::fs::createTemporaryFile("bpf-tidy", "out", OutPath) ||
      sys::fs::createTemporaryFile("bpf-tidy", "err", ErrPath)) {
    Out = "cannot make a temporary file";
    return false;
  }
  std::vector<StringRef> Line = {*Git, "-C", Folder};
  Line.insert(Line.end(), Arguments.begin(), Arguments.end());
  std::optional<StringRef> Streams[] = {StringRef(), OutPath.str(),
                                        ErrPath.str()};
  int Code = sys::ExecuteAndWait(*Git, Line, std::nullopt, Streams, 0, 0, &Out);
  if (auto Text = MemoryBuffer::getFile(Code ? ErrPath : OutPath))
    Out = (*Text)->getBuffer().str();
  sys::fs::remove(OutPath);
  sys::fs::remove(ErrPath);
  return Code == 0;
}

std::string ChangedLines::read(StringRef Revision, StringRef Folder) {
  if (Revision == "-") {
    auto Patch = MemoryBuffer::getSTDIN();
    if (!Patch)
      return "cannot read standard input: " + Patch.getError().message();
    return parse((*Patch)->getBuffer(), absolutePath("."));
  }
  std::string Root, Patch;
  if (!runGit(Folder, {"rev-parse", "--show-toplevel"}, Root))
    return "git: " + StringRef(Root).trim().split('\n').first.str();
  if (!runGit(Folder,
              {"diff", "-U0", "--no-color", "--no-ext-diff", "--no-relative",
               "--src-prefix=a/", "--dst-prefix=b/", Revision, "--"},
              Patch) &&
      !Patch.empty())
    return "git: " + StringRef(Patch).trim().split('\n').first.str();
  return parse(Patch, StringRef(Root).trim());
}

/// Reads the "+3,2" of a hunk's head.
static bool readHunk(StringRef Head, unsigned &First, unsigned &Count) {
  size_t Plus = Head.find(" +");
  if (Plus == StringRef::npos)
    return false;
  Head = Head.substr(Plus + 2);
  Count = 1;
  return !Head.consumeInteger(10, First) &&
         (!Head.consume_front(",") || !Head.consumeInteger(10, Count));
}

/// The file that a line "+++ b/file" names; "" if it was removed.
static std::string readName(StringRef Name) {
  Name = Name.take_until([](char C) { return C == '\t' || C == '\r'; });
  bool Quoted = Name.consume_front("\"") && Name.consume_back("\"");
  if (Name == "/dev/null")
    return "";
  Name.consume_front("b/");
  if (!Quoted)
    return Name.str();
  // git writes bytes that are not ASCII as octal numbers.
  std::string Plain;
  while (!Name.empty()) {
    unsigned Byte = 0;
    if (Name.size() >= 4 && Name[0] == '\\' &&
        !Name.substr(1, 3).getAsInteger(8, Byte)) {
      Plain += static_cast<char>(Byte);
      Name = Name.drop_front(4);
      continue;
    }
    if (Name.size() > 1 && Name[0] == '\\')
      Name = Name.drop_front();
    Plain += Name.front();
    Name = Name.drop_front();
  }
  return Plain;
}

std::string ChangedLines::parse(StringRef Patch, StringRef Root) {
  std::string File;
  unsigned OldLeft = 0, Left = 0, Line = 0;
  bool Any = false;
  SmallVector<StringRef, 0> All;
  Patch.split(All, '\n');
  for (StringRef Text : All) {
    if (Left || OldLeft) {
      // Inside of a hunk a line may look like anything.
      if (Text.starts_with("+")) {
        if (!File.empty())
          Lines[File].push_back({Line, Line});
        ++Line, Left -= Left != 0;
      } else if (Text.starts_with("-")) {
        OldLeft -= OldLeft != 0;
      } else if (!Text.starts_with("\\")) {
        ++Line, Left -= Left != 0, OldLeft -= OldLeft != 0;
      }
      continue;
    }
    if (Text.consume_front("+++ ")) {
      Any = true;
      File = readName(Text);
      if (!File.empty()) {
        SmallString<256> Path(Root);
        sys::path::append(Path, File);
        File = realPath(Path);
        Lines[File];
      }
    } else if (Text.consume_front("@@ -")) {
      StringRef Old = Text;
      unsigned Ignored;
      OldLeft = 1;
      Old.consumeInteger(10, Ignored);
      if (Old.consume_front(","))
        Old.consumeInteger(10, OldLeft);
      if (!readHunk(Text, Line, Left))
        return "'@@ -" + Text.str() + "' is no head of a hunk";
    }
  }
  if (!Any && !Patch.trim().empty() && !Patch.contains("diff --git"))
    return "this is no unified diff";
  return "";
}

std::vector<std::string> ChangedLines::programs() const {
  std::vector<std::string> Files;
  for (const auto &[File, Ranges] : Lines)
    if (StringRef(File).ends_with(".bpf.c") && sys::fs::exists(File))
      Files.push_back(File);
  return Files;
}

bool ChangedLines::contains(const Place &P) const {
  auto It = Lines.find(realPath(P.File));
  return It != Lines.end() && any_of(It->second, [&](auto Range) {
           return Range.first <= P.Line && P.Line <= Range.second;
         });
}

bool ChangedLines::touches(const Result &R, Sources &Texts) const {
  if (contains(R.At))
    return true;
  if (any_of(R.Notes, [&](const Message &Note) { return contains(Note.At); }))
    return true;
  return any_of(R.Ranges, [&](const Span &S) {
    Place P{S.File, S.Offset, 0, 0};
    Texts.locate(P);
    return contains(P);
  });
}

} // namespace cli
} // namespace bpftidy
