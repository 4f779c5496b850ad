//===- Leading.cpp - the includes that a file begins with -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Leading.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace bpftidy {
namespace cli {

StringRef includeName(StringRef Text) {
  if (!Text.starts_with("<") && !Text.starts_with("\""))
    return "";
  char Close = Text.front() == '<' ? '>' : '"';
  size_t End = Text.find(Close, 1);
  if (End == StringRef::npos || End == 1 || Text.take_front(End).contains('\n'))
    return "";
  return Text.take_front(End + 1);
}

namespace {
class Scanner {
public:
  explicit Scanner(StringRef Text) : Text(Text), Rest(Text) {
    Rest.consume_front("\xEF\xBB\xBF");
  }

  std::vector<LeadingInclude> run() {
    std::vector<LeadingInclude> Found;
    LeadingInclude I;
    while (skipBlank(/*Lines=*/true)) {
      StringRef Before = Rest;
      if (include(I)) {
        Found.push_back(std::move(I));
        I = LeadingInclude();
      } else if (Rest = Before; !define(I.Defines)) {
        break;
      }
    }
    return Found;
  }

private:
  unsigned at() const { return Rest.data() - Text.data(); }

  /// Skips blanks and comments, and line breaks if \p Lines. False where a
  /// comment does not end as expected.
  bool skipBlank(bool Lines) {
    for (;;) {
      Rest = Rest.ltrim(Lines ? " \t\r\n\f\v" : " \t\r\f\v");
      size_t End;
      if (Rest.starts_with("//")) {
        End = Rest.find('\n');
        // A comment that goes on in the next line.
        if (End == StringRef::npos ||
            Rest.take_front(End).rtrim('\r').ends_with("\\"))
          return false;
        Rest = Rest.drop_front(End);
      } else if (Rest.starts_with("/*")) {
        End = Rest.find("*/", 2);
        if (End == StringRef::npos ||
            (!Lines && Rest.take_front(End).contains('\n')))
          return false;
        Rest = Rest.drop_front(End + 2);
      } else {
        return true;
      }
    }
  }

  bool include(LeadingInclude &I) {
    if (!Rest.consume_front("#"))
      return false;
    Rest = Rest.ltrim(" \t");
    if (!Rest.consume_front("include"))
      return false;
    Rest = Rest.ltrim(" \t");
    I.Name = includeName(Rest);
    I.Offset = at();
    if (I.Name.empty())
      return false;
    Rest = Rest.drop_front(I.Name.size());
    if (!skipBlank(/*Lines=*/false) || !Rest.consume_front("\n"))
      return false;
    I.End = at();
    return true;
  }

  /// A macro of one word at most that nothing behind mentions: only headers ask
  /// for it, so that nobody sees that it is defined in another file now.
  bool define(std::string &Defines) {
    if (!Rest.consume_front("#"))
      return false;
    Rest = Rest.ltrim(" \t");
    if (!Rest.consume_front("define") || Rest.ltrim(" \t") == Rest)
      return false;
    StringRef Name = word();
    if (Name.empty() || isDigit(Name.front()) || Rest.starts_with("("))
      return false;
    StringRef Value = word();
    if (!skipBlank(/*Lines=*/false) || !Rest.consume_front("\n") ||
        isMentioned(Name))
      return false;
    Defines += ("#define " + Name + " " + Value + "\n").str();
    return true;
  }

  static bool isWordChar(char C) { return isAlnum(C) || C == '_' || C == '$'; }

  StringRef word() {
    Rest = Rest.ltrim(" \t");
    StringRef Word = Rest.take_while(isWordChar);
    Rest = Rest.drop_front(Word.size());
    return Word;
  }

  bool isMentioned(StringRef Name) const {
    for (size_t At = 0; (At = Rest.find(Name, At)) != StringRef::npos; ++At)
      if ((At == 0 || !isWordChar(Rest[At - 1])) &&
          (At + Name.size() == Rest.size() ||
           !isWordChar(Rest[At + Name.size()])))
        return true;
    return false;
  }

  StringRef Text, Rest;
};
} // namespace

std::vector<LeadingInclude> leadingIncludes(StringRef Text) {
  return Scanner(Text).run();
}

} // namespace cli
} // namespace bpftidy
