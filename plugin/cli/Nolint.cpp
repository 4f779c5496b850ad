//===- Nolint.cpp - finds suppressions that suppress nothing --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Nolint.h"
#include "clang-tidy/GlobList.h"
#include "llvm/ADT/STLExtras.h"
#include <optional>

using namespace llvm;

namespace bpftidy {
namespace cli {

namespace {
struct Directive {
  StringRef Kind; ///< "", "NEXTLINE", "BEGIN" or "END".
  StringRef Checks;
  unsigned Offset = 0;
  unsigned Length = 0;
  unsigned Line = 0;
};
} // namespace

/// The directives of \p Text that name one of our checks. All others may be
/// there for somebody else.
static std::vector<Directive> directives(StringRef Text) {
  std::vector<Directive> Found;
  unsigned Line = 1;
  size_t Counted = 0;
  for (size_t At = Text.find("NOLINT"); At != StringRef::npos;
       At = Text.find("NOLINT", At + 1)) {
    Directive D;
    StringRef Rest = Text.substr(At + 6);
    for (StringRef Kind : {"NEXTLINE", "BEGIN", "END"})
      if (Rest.consume_front(Kind))
        D.Kind = Kind;
    if (!Rest.consume_front("("))
      continue;
    size_t Close = Rest.find_first_of(")\n");
    if (Close == StringRef::npos || Rest[Close] != ')')
      continue;
    D.Checks = Rest.take_front(Close);
    if (!D.Checks.contains("bpf-"))
      continue;
    Line += Text.slice(Counted, At).count('\n');
    Counted = At;
    D.Line = Line;
    D.Offset = At;
    D.Length = Rest.data() + Close + 1 - Text.data() - At;
    Found.push_back(D);
  }
  return Found;
}

void NolintAudit::observe(StringRef Check, StringRef File, unsigned Offset) {
  Said S;
  S.Check = Check.str();
  S.At.File = absolutePath(File);
  S.At.Offset = Offset;
  Texts.locate(S.At);
  All.push_back(std::move(S));
}

void NolintAudit::report(const std::vector<std::string> &Files, Report &R) {
  for (size_t I = 0; I != Files.size(); ++I) {
    const std::string &File = Files[I];
    if (is_contained(ArrayRef(Files).take_front(I), File))
      continue;
    std::vector<Directive> Found = directives(Texts.text(File));
    for (size_t N = 0; N != Found.size(); ++N) {
      const Directive &D = Found[N];
      unsigned First = D.Line, Last = D.Line;
      if (D.Kind == "END")
        continue;
      if (D.Kind == "NEXTLINE") {
        First = Last = D.Line + 1;
      } else if (D.Kind == "BEGIN") {
        Last = ~0U;
        for (const Directive &E : ArrayRef(Found).drop_front(N + 1))
          if (E.Kind == "END" && E.Checks == D.Checks) {
            Last = E.Line;
            break;
          }
      }
      clang::tidy::GlobList Globs(D.Checks);
      if (any_of(All, [&](const Said &S) {
            return S.At.File == File && First <= S.At.Line &&
                   S.At.Line <= Last && Globs.contains(S.Check);
          }))
        continue;
      Result New;
      New.Check = UnusedNolint.str();
      New.Severity = "warning";
      New.Text =
          ("NOLINT" + D.Kind + "(" + D.Checks + ") suppresses nothing").str();
      New.At.File = File;
      New.At.Offset = D.Offset;
      Texts.locate(New.At);
      New.Ranges.push_back({File, D.Offset, D.Length});
      R.Findings.push_back(std::move(New));
    }
  }
}

} // namespace cli
} // namespace bpftidy
