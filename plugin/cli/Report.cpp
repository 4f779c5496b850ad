//===- Report.cpp - what bpf-tidy found -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"
#include "llvm/ADT/STLExtras.h"
#include <iterator>

using namespace llvm;

namespace bpftidy {
namespace cli {

void Report::append(Report &&Other) {
  std::move(Other.Findings.begin(), Other.Findings.end(),
            std::back_inserter(Findings));
  std::move(Other.Failures.begin(), Other.Failures.end(),
            std::back_inserter(Failures));
}

static json::Value text(StringRef S) {
  return json::isUTF8(S) ? S.str() : json::fixUTF8(S);
}

namespace {
/// Writes the parts of a report.
struct Writer {
  const PathMapper &Show;

  json::Value path(StringRef File) const { return text(Show(File)); }

  json::Value place(const Place &P) const {
    if (P.File.empty())
      return nullptr;
    return json::Object{{"file", path(P.File)},
                        {"line", P.Line},
                        {"column", P.Column},
                        {"offset", P.Offset}};
  }

  json::Object message(const Message &M) const {
    json::Array Ranges, Fixes;
    for (const Span &S : M.Ranges)
      Ranges.push_back(json::Object{
          {"file", path(S.File)}, {"offset", S.Offset}, {"length", S.Length}});
    for (const Edit &E : M.Fixes)
      Fixes.push_back(json::Object{{"file", path(E.File)},
                                   {"offset", E.Offset},
                                   {"length", E.Length},
                                   {"text", text(E.Text)}});
    return json::Object{{"message", text(M.Text)},
                        {"location", place(M.At)},
                        {"ranges", std::move(Ranges)},
                        {"fixes", std::move(Fixes)}};
  }

  json::Object result(const Result &R) const {
    json::Object O = message(R);
    O["check"] = R.Check;
    O["severity"] = R.Severity;
    if (!R.Effect.empty())
      O["effect"] = R.Effect;
    if (!R.Kernels.empty())
      O["kernels"] = R.Kernels;
    if (!R.Effects.empty()) {
      json::Object Effects;
      for (const auto &[Effect, Kernels] : R.Effects)
        Effects[Effect] = Kernels;
      O["effects"] = std::move(Effects);
    }
    json::Array Notes;
    for (const Message &M : R.Notes)
      Notes.push_back(message(M));
    O["notes"] = std::move(Notes);
    return O;
  }

  json::Array results(const std::vector<Result> &All) const {
    json::Array A;
    for (const Result &R : All)
      A.push_back(result(R));
    return A;
  }
};
} // namespace

json::Object toJSON(const Report &R, const PathMapper &Show) {
  Writer W{Show};
  json::Array Errors;
  for (const Failure &F : R.Failures) {
    json::Object O{{"file", W.path(F.File)},
                   {"message", text(F.Why)},
                   {"diagnostics", W.results(F.Diagnostics)}};
    if (!F.Hint.empty())
      O["hint"] = text(F.Hint);
    Errors.push_back(std::move(O));
  }
  return json::Object{{"findings", W.results(R.Findings)},
                      {"errors", std::move(Errors)}};
}

static bool number(json::ObjectMapper &O, StringLiteral Key, unsigned &Out) {
  int64_t Value = 0;
  if (!O.map(Key, Value))
    return false;
  Out = Value;
  return true;
}

static bool fromJSON(const json::Value &V, Place &P, json::Path Path) {
  if (V.getAsNull())
    return true;
  json::ObjectMapper O(V, Path);
  return O && O.map("file", P.File) && number(O, "line", P.Line) &&
         number(O, "column", P.Column) && number(O, "offset", P.Offset);
}

static bool fromJSON(const json::Value &V, Span &S, json::Path Path) {
  json::ObjectMapper O(V, Path);
  return O && O.map("file", S.File) && number(O, "offset", S.Offset) &&
         number(O, "length", S.Length);
}

static bool fromJSON(const json::Value &V, Edit &E, json::Path Path) {
  json::ObjectMapper O(V, Path);
  return fromJSON(V, static_cast<Span &>(E), Path) && O.map("text", E.Text);
}

static bool fromJSON(const json::Value &V, Message &M, json::Path Path) {
  json::ObjectMapper O(V, Path);
  return O && O.map("message", M.Text) && O.map("location", M.At) &&
         O.map("ranges", M.Ranges) && O.map("fixes", M.Fixes);
}

static bool fromJSON(const json::Value &V, Result &R, json::Path Path) {
  json::ObjectMapper O(V, Path);
  return fromJSON(V, static_cast<Message &>(R), Path) &&
         O.map("check", R.Check) && O.map("severity", R.Severity) &&
         O.mapOptional("effect", R.Effect) &&
         O.mapOptional("kernels", R.Kernels) &&
         O.mapOptional("effects", R.Effects) && O.map("notes", R.Notes);
}

static bool fromJSON(const json::Value &V, Failure &F, json::Path Path) {
  json::ObjectMapper O(V, Path);
  return O && O.map("file", F.File) && O.map("message", F.Why) &&
         O.mapOptional("hint", F.Hint) && O.map("diagnostics", F.Diagnostics);
}

bool fromJSON(const json::Value &V, Report &R) {
  json::Path::Root Root("report");
  json::ObjectMapper O(V, Root);
  return O && O.map("findings", R.Findings) && O.map("errors", R.Failures);
}

static bool equal(const Message &A, const Message &B) {
  auto SameEdit = [](const Edit &X, const Edit &Y) {
    return X.File == Y.File && X.Offset == Y.Offset && X.Length == Y.Length &&
           X.Text == Y.Text;
  };
  return A.At.Offset == B.At.Offset && A.At.File == B.At.File &&
         A.Text == B.Text &&
         std::equal(A.Fixes.begin(), A.Fixes.end(), B.Fixes.begin(),
                    B.Fixes.end(), SameEdit);
}

bool equal(const Result &A, const Result &B) {
  return A.Check == B.Check && equal(static_cast<const Message &>(A),
                                     static_cast<const Message &>(B));
}

void mergeNotes(Result &To, Result &&From) {
  for (Message &New : From.Notes) {
    // What two files know about one place is said once, by the one that knows
    // of more ("of map 'a'", "of map 'a' and of 1 more").
    auto Old = find_if(To.Notes, [&](const Message &M) {
      return equal(M, New) ||
             (M.At.File == New.At.File && M.At.Offset == New.At.Offset &&
              M.Fixes.empty() && New.Fixes.empty());
    });
    if (Old == To.Notes.end())
      To.Notes.push_back(std::move(New));
    else if (Old->Text.size() < New.Text.size())
      *Old = std::move(New);
  }
}

bool hasFix(const Result &R, bool Notes) {
  if (!R.Fixes.empty())
    return true;
  if (Notes)
    for (const Message &M : R.Notes)
      if (!M.Fixes.empty())
        return true;
  return false;
}

} // namespace cli
} // namespace bpftidy
