//===- Fix.cpp - applies fixes --------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fix.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpftidy {
namespace cli {

/// Lines shown around a change.
static constexpr unsigned Context = 3;

static bool sameEdit(const Edit &A, const Edit &B) {
  return A.Offset == B.Offset && A.Length == B.Length && A.Text == B.Text;
}

/// True if both cannot be made. An insertion may be just before a replacement;
/// two insertions at one place have no order.
static bool collide(const Edit &A, const Edit &B) {
  if (A.Length == 0 && B.Length == 0)
    return A.Offset == B.Offset;
  if (A.Length == 0)
    return B.Offset < A.Offset && A.Offset < B.Offset + B.Length;
  if (B.Length == 0)
    return collide(B, A);
  return std::max(A.Offset, B.Offset) <
         std::min(A.Offset + A.Length, B.Offset + B.Length);
}

static std::string realPath(StringRef Path) {
  SmallString<256> Real;
  return sys::fs::real_path(Path, Real) ? Path.str() : std::string(Real);
}

/// The folder of the project that \p File belongs to: that of the version
/// control, else the current one, else the file's own.
static std::string projectOf(StringRef File) {
  for (StringRef F = sys::path::parent_path(File); !F.empty();
       F = sys::path::parent_path(F))
    if (sys::fs::exists(F + "/.git") || sys::fs::exists(F + "/.hg"))
      return F.str();
  std::string Here = realPath(".");
  return sys::path::parent_path(Here) != "" && File.starts_with(Here + "/")
             ? Here
             : sys::path::parent_path(File).str();
}

void FixSet::allow(StringRef Input) {
  std::string Real = realPath(Input);
  Named.insert(Real);
  Projects.insert(projectOf(Real));
}

bool FixSet::isUsers(StringRef File) {
  if (isKernelHeader(File) || File.starts_with("/usr/"))
    return false;
  std::string Real = realPath(File);
  if (Named.contains(Real) || any_of(Projects, [&](const std::string &Folder) {
        return StringRef(Real).starts_with(Folder + "/");
      }))
    return true;
  Others.insert(File.str());
  return false;
}

bool FixSet::fits(const Edit &E) {
  if (!isUsers(E.File) || E.Offset + E.Length > Texts.text(E.File).size())
    return false;
  auto File = ByFile.find(E.File);
  return File == ByFile.end() || none_of(File->second, [&](const auto &Old) {
           return !sameEdit(Old.second, E) && collide(Old.second, E);
         });
}

bool FixSet::add(const Result &R) {
  const std::vector<Edit> *Fix = &R.Fixes;
  if (Fix->empty() && Notes) {
    // Several suggestions are the user's choice.
    size_t Offers = 0;
    for (const Message &Note : R.Notes)
      if (!Note.Fixes.empty() && ++Offers)
        Fix = &Note.Fixes;
    if (Offers > 1)
      return false;
  }
  if (Fix->empty() || !all_of(*Fix, [&](const Edit &E) { return fits(E); }))
    return false;
  for (const Edit &E : *Fix)
    ByFile[E.File].try_emplace({E.Offset, E.Length != 0}, E);
  return true;
}

std::vector<std::string> FixSet::files() const {
  std::vector<std::string> Files;
  for (const auto &[File, Edits] : ByFile)
    Files.push_back(File);
  return Files;
}

/// The part of \p Text from \p From to \p To with the edits in it made.
static std::string edited(StringRef Text, unsigned From, unsigned To,
                          const Edits &All) {
  std::string New;
  for (auto It = All.lower_bound({From, false});
       It != All.end() && It->first.first < To; ++It) {
    const Edit &E = It->second;
    New += Text.slice(From, E.Offset);
    New += E.Text;
    From = E.Offset + E.Length;
  }
  return New + Text.slice(From, To).str();
}

std::string FixSet::apply(StringRef File) const {
  StringRef Text = Texts.text(File);
  // An insertion at the very end is behind the last byte.
  return edited(Text, 0, Text.size() + 1, ByFile.at(File.str()));
}

/// Adds the lines of \p Text to \p Out, each behind \p Sign.
static void addLines(std::string &Out, StringRef Text, char Sign) {
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    bool Ended = Line.size() != Text.size();
    Out += Sign;
    Out += Line;
    Out += '\n';
    if (!Ended)
      Out += "\\ No newline at end of file\n";
    Text = Rest;
  }
}

static unsigned countLines(StringRef Text) {
  return Text.count('\n') + (!Text.empty() && !Text.ends_with("\n"));
}

std::string FixSet::diff(StringRef File) const {
  StringRef Text = Texts.text(File);
  const Edits &All = ByFile.at(File.str());
  auto LineStart = [&](size_t At) {
    return Text.take_front(At).rfind('\n') + 1; // none: npos + 1 is 0
  };
  auto LineEnd = [&](size_t At) {
    size_t Newline = Text.find('\n', At);
    return Newline == StringRef::npos ? Text.size() : Newline + 1;
  };

  // Whole lines that change; edits on the same lines belong together.
  std::vector<std::pair<size_t, size_t>> Changes;
  for (const auto &[Key, E] : All) {
    unsigned Offset = E.Offset;
    size_t From = LineStart(Offset);
    size_t To = LineEnd(E.Length ? Offset + E.Length - 1 : Offset);
    // What ends with a removed line break goes on in the next line.
    if (E.Length && Text[Offset + E.Length - 1] == '\n' &&
        !StringRef(E.Text).ends_with("\n"))
      To = LineEnd(To);
    if (!Changes.empty() && From <= Changes.back().second)
      Changes.back().second = std::max(Changes.back().second, To);
    else
      Changes.push_back({From, To});
  }

  std::string Name = shownPath(File);
  StringRef Short = StringRef(Name).ltrim('/');
  std::string Out = ("--- a/" + Short + "\n+++ b/" + Short + "\n").str();
  int Shift = 0; // how many lines the new text is ahead
  for (size_t I = 0; I != Changes.size();) {
    // Changes whose surroundings touch share a hunk.
    size_t First = I;
    while (++I != Changes.size() &&
           countLines(Text.slice(Changes[I - 1].second, Changes[I].first)) <=
               2 * Context)
      ;
    size_t Begin = Changes[First].first, End = Changes[I - 1].second;
    for (unsigned N = 0; N != Context && Begin; ++N)
      Begin = LineStart(Begin - 1);
    for (unsigned N = 0; N != Context; ++N)
      End = LineEnd(End);

    std::string Body;
    size_t At = Begin;
    unsigned Old = 0, New = 0;
    auto Same = [&](size_t To) {
      StringRef Part = Text.slice(At, To);
      addLines(Body, Part, ' ');
      Old += countLines(Part);
      New += countLines(Part);
    };
    for (size_t C = First; C != I; ++C) {
      auto [From, To] = Changes[C];
      Same(From);
      StringRef Before = Text.slice(From, To);
      std::string After =
          edited(Text, From, To == Text.size() ? To + 1 : To, All);
      addLines(Body, Before, '-');
      addLines(Body, After, '+');
      Old += countLines(Before);
      New += countLines(After);
      At = To;
    }
    Same(End);
    unsigned Line = Text.take_front(Begin).count('\n') + 1;
    Out += "@@ -" + std::to_string(Old ? Line : Line - 1) + "," +
           std::to_string(Old) + " +" +
           std::to_string(int(New ? Line : Line - 1) + Shift) + "," +
           std::to_string(New) + " @@\n" + Body;
    Shift += int(New) - int(Old);
  }
  return Out;
}

} // namespace cli
} // namespace bpftidy
