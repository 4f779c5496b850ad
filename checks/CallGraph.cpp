//===- CallGraph.cpp - which function leads to which ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Accesses.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"

using namespace clang;

namespace bpftidy {

llvm::ArrayRef<const FunctionDecl *>
Accesses::refersTo(const FunctionDecl *FD) const {
  auto It = Refers.find(FD);
  return It == Refers.end() ? llvm::ArrayRef<const FunctionDecl *>()
                            : llvm::ArrayRef(It->second);
}

std::vector<const FunctionDecl *>
Accesses::reachedFrom(const FunctionDecl *FD) const {
  llvm::SetVector<const FunctionDecl *> Reached;
  Reached.insert(FD);
  for (size_t I = 0; I != Reached.size(); ++I)
    for (const FunctionDecl *Next : refersTo(Reached[I]))
      Reached.insert(Next);
  return {Reached.begin(), Reached.end()};
}

std::vector<const Call *>
Accesses::callsReachedFrom(const FunctionDecl *FD) const {
  std::vector<const Call *> Found;
  for (const FunctionDecl *In : reachedFrom(FD)) {
    auto [First, Last] = CallRange.lookup(In);
    for (unsigned I = First; I != Last; ++I)
      Found.push_back(&Calls[I]);
  }
  llvm::sort(Found);
  return Found;
}

const llvm::BitVector &Accesses::rootsOf(const FunctionDecl *FD) const {
  if (Roots.empty())
    for (unsigned I = 0; I != Run.size(); ++I)
      for (const FunctionDecl *Reached : reachedFrom(Run[I])) {
        llvm::BitVector &From = Roots[Reached];
        From.resize(Run.size());
        From.set(I);
      }
  return Roots[FD];
}

bool Accesses::runTogether(const FunctionDecl *A, const FunctionDecl *B) const {
  if (A == B)
    return true;
  rootsOf(A); // makes an entry, which may move the others
  const llvm::BitVector &OfB = rootsOf(B);
  return Roots[A].anyCommon(OfB);
}

std::vector<const FunctionDecl *>
Accesses::programsOf(const FunctionDecl *FD) const {
  std::vector<const FunctionDecl *> Found;
  for (unsigned I : rootsOf(FD).set_bits())
    if (Run[I]->hasAttr<SectionAttr>())
      Found.push_back(Run[I]);
  return Found;
}

/// What a static function does that several others call is about something
/// else in each call; what it does in any case is added for each of them.
void Accesses::addShared() {
  llvm::DenseMap<const FunctionDecl *, std::vector<const Call *>> CallsOf;
  for (const Call &C : Calls)
    if (const FunctionDecl *FD = C.E->getDirectCallee())
      CallsOf[FD->getCanonicalDecl()].push_back(&C);
  std::vector<Access> Found;
  for (const Access &A : List) {
    auto It = CallsOf.find(A.In->getCanonicalDecl());
    // A caller may have no use for what is read.
    if (!A.Certain || !(A.writes() || A.Volatile) || A.Where.known() ||
        A.In->isExternallyVisible() || It == CallsOf.end() ||
        It->second.size() < 2)
      continue;
    for (const Call *C : It->second) {
      Access Here = A;
      Here.Where = P.forCall(C->E, A.Place);
      if (!Here.Where.known())
        continue;
      Here.Inside = A.Place;
      Here.E = Here.Place = C->E;
      Here.Value = nullptr;
      Here.In = C->In;
      Found.push_back(std::move(Here));
    }
  }
  List.insert(List.end(), Found.begin(), Found.end());
}

} // namespace bpftidy
