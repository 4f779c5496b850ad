//===- Findings.cpp - what a rule says, and for which kernels -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compat.h"
#include "Rule.h"
#include "clang/AST/ASTDiagnostic.h"

using namespace clang;

namespace bpftidy {

/// Turns clang's diagnostics into Remarks.
class Findings::Recorder : public DiagnosticConsumer {
public:
  explicit Recorder(std::vector<Finding> &Said) : Said(Said) {}

  void HandleDiagnostic(DiagnosticsEngine::Level Level,
                        const Diagnostic &Info) override {
    Remark R;
    R.Loc = Info.getLocation();
    llvm::SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    R.Text = std::string(Text);
    R.Ranges.assign(Info.getRanges().begin(), Info.getRanges().end());
    R.FixIts.assign(Info.getFixItHints().begin(), Info.getFixItHints().end());
    if (Level == DiagnosticsEngine::Note)
      Said.back().Notes.push_back(std::move(R));
    else
      Said.back().Warning = std::move(R);
  }

private:
  std::vector<Finding> &Said;
};

Findings::Findings(const Program &P, const kernel::ReleaseSet &Targets)
    : P(P), Targets(Targets) {}

Findings::~Findings() = default;

DiagnosticBuilder Findings::report(DiagnosticsEngine::Level Level,
                                   SourceLocation Loc, llvm::StringRef Format) {
  // Most rules have nothing to say.
  if (!Engine) {
    Sink = std::make_unique<Recorder>(Said);
    Engine = compat::makeDiagnostics(*Sink);
    Engine->setSourceManager(&P.context().getSourceManager());
    Engine->SetArgToStringFn(&FormatASTNodeDiagnosticArgument, &P.context());
  }
  // Inside a macro of a system header it would count as the system's.
  unsigned ID = Engine->getDiagnosticIDs()->getCustomDiagID(
      Level == DiagnosticsEngine::Note ? DiagnosticIDs::Note
                                       : DiagnosticIDs::Warning,
      Format);
  return Engine->Report(P.sources().getExpansionLoc(Loc), ID);
}

DiagnosticBuilder Findings::warn(SourceLocation Loc, kernel::Effect Cost,
                                 llvm::StringRef Format,
                                 std::string Consequence) {
  Said.emplace_back();
  Said.back().Cost = Cost;
  Said.back().Consequence = std::move(Consequence);
  return report(DiagnosticsEngine::Warning, Loc, Format);
}

DiagnosticBuilder Findings::note(SourceLocation Loc, llvm::StringRef Format) {
  return report(DiagnosticsEngine::Note, Loc, Format);
}

static SourceLocation mapLocation(const Program &P, unsigned Map) {
  const VarDecl *VD = P.source(Map).Var;
  return VD ? VD->getLocation() : SourceLocation();
}

DiagnosticBuilder Findings::warn(const kernel::Problem &Problem,
                                 llvm::StringRef Format) {
  const DeclaratorDecl *D = P.declaration(Problem.What.At);
  SourceLocation Loc = D ? D->getLocation() : SourceLocation();
  // Hosts hide findings in headers; a map in the main file makes it matter.
  const SourceManager &SM = P.sources();
  if (Loc.isValid() && !SM.isInMainFile(SM.getExpansionLoc(Loc)))
    for (unsigned Map : Problem.Maps) {
      const VarDecl *Holder = P.holderIn(Map, Problem.What.At.Owner);
      if (Holder &&
          SM.isInMainFile(SM.getExpansionLoc(Holder->getLocation()))) {
        Loc = Holder->getLocation();
        break;
      }
    }
  // A struct of the kernel's types, held by an object that is in no map.
  if (Loc.isValid() && !P.isUserCode(Loc))
    if (const DeclaratorDecl *Member =
            P.memberWith(Problem.Object, Problem.What.At.Owner))
      Loc = Member->getLocation();
  DiagnosticBuilder B =
      warn(Loc, Problem.Cost, Format, consequence(P, Problem));
  if (D && D->getDeclName())
    B << D;
  else
    B << ("'" + Problem.What.Path + "'");
  return B;
}

DiagnosticBuilder Findings::warnMap(const kernel::Problem &Problem,
                                    llvm::StringRef Part,
                                    llvm::StringRef Format) {
  unsigned Map = Problem.Maps.front();
  SourceLocation Loc = mapLocation(P, Map);
  if (const FieldDecl *FD = P.source(Map).member(Part))
    if (P.isUserCode(FD->getLocation()))
      Loc = FD->getLocation();
  if (const DeclaratorDecl *D = P.declaration(Problem.What.At);
      D && Loc.isInvalid())
    Loc = D->getLocation();
  DiagnosticBuilder B =
      warn(Loc, Problem.Cost, Format, consequence(P, Problem));
  B << nameMap(P, Map);
  return B;
}

void Findings::context(const kernel::Problem &Problem) {
  const DeclaratorDecl *D = P.declaration(Problem.What.At);
  const SourceManager &SM = P.sources();
  SourceLocation Main = Said.back().Warning.Loc;
  if (D && SM.getExpansionLoc(D->getLocation()) != Main)
    note(D->getLocation(), "%0 is declared here") << D;
  if (!Problem.Maps.empty()) {
    SourceLocation At = mapLocation(P, Problem.Maps.front());
    // A finding inside the map's definition has named it already.
    const VarDecl *VD = P.source(Problem.Maps.front()).Var;
    bool Inside =
        VD && SM.isPointWithin(Main, SM.getExpansionLoc(VD->getBeginLoc()),
                               SM.getExpansionLoc(VD->getLocation()));
    if (At.isValid() && !Inside &&
        SM.getExpansionLineNumber(At) != SM.getExpansionLineNumber(Main))
      note(At, "the value of %0%select{| and of %2 more}1 holds it")
          << nameMap(P, Problem.Maps.front())
          << unsigned(Problem.Maps.size() > 1)
          << unsigned(Problem.Maps.size() - 1);
  }
  // What goes with it, a line for each map.
  std::map<unsigned, std::string> ByMap;
  for (const kernel::Loss &L : Problem.Losses) {
    std::string &Text = ByMap[L.Map];
    Text += (Text.empty() ? "'" : ", '") + L.Path + "' (" +
            kernel::words(L.Kind) + ")";
  }
  for (const auto &[Map, Fields] : ByMap) {
    SourceLocation At = mapLocation(P, Map);
    note(At.isValid() ? At : Main, "%0 loses %1%select{|, too}2")
        << nameMap(P, Map) << Fields
        << unsigned(Problem.What.Meant.has_value());
  }
  noteStores(Problem);
}

void Findings::contextOf(const LostTag &Tag) {
  const auto *FD = dyn_cast<FieldDecl>(Tag.Of);
  llvm::ArrayRef<unsigned> Maps;
  if (FD)
    Maps = P.mapsHolding(FD->getParent());
  if (!Maps.empty() && mapLocation(P, Maps.front()).isValid())
    note(mapLocation(P, Maps.front()),
         "the value of %0%select{| and of %2 more}1 holds it")
        << nameMap(P, Maps.front()) << unsigned(Maps.size() > 1)
        << unsigned(Maps.size() - 1);
  noteStores(Tag);
}

std::vector<Finding> Findings::take(const kernel::ReleaseSet &On) {
  for (Finding &F : Said)
    F.On = On;
  return std::move(Said);
}

} // namespace bpftidy
