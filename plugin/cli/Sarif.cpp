//===- Sarif.cpp - findings for code scanning services --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// SARIF 2.1.0, and the annotations of GitHub's workflow commands.
//
//===----------------------------------------------------------------------===//

#include "Actions.h"
#include "Checks.h"
#include "Nolint.h"
#include "Output.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

using namespace llvm;

namespace bpftidy {
namespace cli {

static std::string utf8(StringRef Text) {
  return json::isUTF8(Text) ? Text.str() : json::fixUTF8(Text);
}

/// A path in a URI: relative ones as they are, absolute ones with a scheme.
static std::string uri(StringRef Path) {
  std::string Shown = shownPath(Path), Uri;
  if (sys::path::is_absolute(Shown))
    Uri = "file://";
  for (char C : Shown) {
    if (isAlnum(C) || StringRef("/-._~").contains(C))
      Uri += C;
    else
      Uri += formatv("%{0:X-2}", unsigned(static_cast<unsigned char>(C))).str();
  }
  return Uri;
}

namespace {
/// Makes the parts of a SARIF log.
struct SarifWriter {
  Sources &Texts;

  /// Columns count characters here and bytes everywhere else.
  void addPoint(json::Object &Region, StringRef Prefix, StringRef File,
                unsigned Offset) {
    Place P{File.str(), Offset, 0, 0};
    Texts.locate(P);
    unsigned Column = 1;
    for (char C :
         Texts.text(File).substr(Offset - (P.Column - 1), P.Column - 1))
      Column += (C & 0xC0) != 0x80;
    Region[(Prefix + "Line").str()] = P.Line;
    Region[(Prefix + "Column").str()] = Column;
  }

  json::Object region(const Span &S) {
    json::Object Region;
    addPoint(Region, "start", S.File, S.Offset);
    addPoint(Region, "end", S.File, S.Offset + S.Length);
    return Region;
  }

  json::Object location(const Message &M) {
    Span S{M.At.File, M.At.Offset, 0};
    for (const Span &R : M.Ranges)
      if (R.File == S.File && R.Offset <= S.Offset &&
          S.Offset <= R.Offset + R.Length) {
        S.Offset = R.Offset;
        S.Length = R.Length;
        break;
      }
    return json::Object{
        {"physicalLocation",
         json::Object{{"artifactLocation", json::Object{{"uri", uri(S.File)}}},
                      {"region", region(S)}}}};
  }

  json::Object fix(const Message &M, StringRef What) {
    std::map<std::string, json::Array> ByFile;
    for (const Edit &E : M.Fixes)
      ByFile[E.File].push_back(json::Object{
          {"deletedRegion", region(E)},
          {"insertedContent", json::Object{{"text", utf8(E.Text)}}}});
    json::Array Changes;
    for (auto &[File, Replacements] : ByFile)
      Changes.push_back(
          json::Object{{"artifactLocation", json::Object{{"uri", uri(File)}}},
                       {"replacements", std::move(Replacements)}});
    return json::Object{{"description", json::Object{{"text", utf8(What)}}},
                        {"artifactChanges", std::move(Changes)}};
  }

  /// What SARIF has no words for.
  static json::Object properties(const Result &R) {
    json::Object O;
    if (!R.Effect.empty())
      O["effect"] = R.Effect;
    if (!R.Kernels.empty())
      O["kernels"] = R.Kernels;
    json::Object Effects;
    for (const auto &[Effect, Kernels] : R.Effects)
      Effects[Effect] = Kernels;
    if (!Effects.empty())
      O["effects"] = std::move(Effects);
    return O;
  }

  json::Object result(const Result &R, const StringMap<size_t> &RuleIndex) {
    json::Array Related, Fixes;
    if (!R.Fixes.empty())
      Fixes.push_back(fix(R, R.Text));
    for (const Message &Note : R.Notes) {
      json::Object O = Note.At.File.empty() ? json::Object() : location(Note);
      O["message"] = json::Object{{"text", utf8(Note.Text)}};
      // The schema wants them unique.
      if (!is_contained(Related, json::Value(json::Object(O))))
        Related.push_back(std::move(O));
      if (!Note.Fixes.empty())
        Fixes.push_back(fix(Note, Note.Text));
    }
    json::Object O{{"ruleId", R.Check},
                   {"level", R.Severity == "warning" ? "warning" : "error"},
                   {"message", json::Object{{"text", utf8(R.Text)}}},
                   {"locations", json::Array{location(R)}}};
    if (json::Object More = properties(R); !More.empty())
      O["properties"] = std::move(More);
    if (auto It = RuleIndex.find(R.Check); It != RuleIndex.end())
      O["ruleIndex"] = It->second;
    if (!Related.empty())
      O["relatedLocations"] = std::move(Related);
    if (!Fixes.empty())
      O["fixes"] = std::move(Fixes);
    return O;
  }

  /// A file that could not be checked, and what the compiler says of it.
  void notify(const Failure &F, json::Array &Notices) {
    auto Add = [&](StringRef Text, json::Object Location) {
      Notices.push_back(
          json::Object{{"level", "error"},
                       {"message", json::Object{{"text", utf8(Text)}}},
                       {"locations", json::Array{std::move(Location)}}});
    };
    json::Object File{{"physicalLocation",
                       json::Object{{"artifactLocation",
                                     json::Object{{"uri", uri(F.File)}}}}}};
    Add(shownPath(F.File) + ": " + F.Why +
            (F.Hint.empty() ? "" : "; " + F.Hint),
        File);
    for (const Result &R : F.Diagnostics)
      Add(R.Text, R.At.File.empty() ? json::Object(File) : location(R));
  }
};
} // namespace

void printSarif(const Report &R, Sources &Texts) {
  SarifWriter W{Texts};
  json::Array Rules, Results, Notices;
  StringMap<size_t> RuleIndex;
  for (const RuleInfo &Rule : allRules()) {
    RuleIndex[checkName(Rule)] = Rules.size();
    json::Object O{{"id", checkName(Rule)},
                   {"shortDescription", json::Object{{"text", Rule.Summary}}}};
    if (StringRef Page = page(Rule.Name); !Page.empty())
      O["help"] = json::Object{{"text", utf8(Page)}, {"markdown", utf8(Page)}};
    Rules.push_back(std::move(O));
  }
  RuleIndex[UnusedNolint] = Rules.size();
  Rules.push_back(json::Object{
      {"id", UnusedNolint},
      {"shortDescription",
       json::Object{{"text", "a NOLINT that suppresses nothing"}}}});
  for (const Result &Found : R.Findings)
    Results.push_back(W.result(Found, RuleIndex));
  for (const Failure &F : R.Failures)
    W.notify(F, Notices);
  json::Object Run{
      {"tool",
       json::Object{{"driver", json::Object{{"name", "bpf-tidy"},
                                            {"version", BPF_TIDY_VERSION},
                                            {"rules", std::move(Rules)}}}}},
      {"columnKind", "unicodeCodePoints"},
      {"invocations", json::Array{json::Object{
                          {"executionSuccessful", R.Failures.empty()},
                          {"toolExecutionNotifications", std::move(Notices)}}}},
      {"results", std::move(Results)}};
  json::Object Log{
      {"$schema",
       "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
       "sarif-schema-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs", json::Array{std::move(Run)}}};
  outs() << formatv("{0:2}", json::Value(std::move(Log))) << '\n';
}

/// Escapes for a workflow command; properties need more than messages.
static std::string escaped(StringRef Text, bool Property) {
  std::string Out;
  for (char C : Text) {
    if (C == '%')
      Out += "%25";
    else if (C == '\r')
      Out += "%0D";
    else if (C == '\n')
      Out += "%0A";
    else if (Property && C == ':')
      Out += "%3A";
    else if (Property && C == ',')
      Out += "%2C";
    else
      Out += C;
  }
  return Out;
}

void printGithub(const Report &R, Sources &) {
  for (const Result &Found : R.Findings) {
    std::string Text = Found.Text;
    for (const Message &Note : Found.Notes) {
      Text += "\nnote: ";
      if (!Note.At.File.empty())
        Text +=
            shownPath(Note.At.File) + ":" + std::to_string(Note.At.Line) + ": ";
      Text += Note.Text;
    }
    outs() << (Found.Severity == "warning" ? "::warning" : "::error")
           << " file=" << escaped(shownPath(Found.At.File), true)
           << ",line=" << Found.At.Line << ",col=" << Found.At.Column
           << ",title=" << escaped(Found.Check, true)
           << "::" << escaped(Text, false) << '\n';
  }
  for (const Failure &F : R.Failures)
    outs() << "::error file=" << escaped(shownPath(F.File), true) << "::"
           << escaped(F.Why + (F.Hint.empty() ? "" : "\n" + F.Hint), false)
           << '\n';
}

} // namespace cli
} // namespace bpftidy
