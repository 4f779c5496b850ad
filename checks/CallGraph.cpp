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
  std::vector<const FunctionDecl *> Reached = {FD};
  for (size_t I = 0; I != Reached.size(); ++I)
    for (const FunctionDecl *Next : refersTo(Reached[I]))
      if (!llvm::is_contained(Reached, Next))
        Reached.push_back(Next);
  return Reached;
}

bool Accesses::runTogether(const FunctionDecl *A, const FunctionDecl *B) const {
  return A == B || llvm::any_of(Run, [&](const FunctionDecl *Root) {
           auto Reached = reachedFrom(Root);
           return llvm::is_contained(Reached, A) &&
                  llvm::is_contained(Reached, B);
         });
}

std::vector<const FunctionDecl *>
Accesses::programsOf(const FunctionDecl *FD) const {
  std::vector<const FunctionDecl *> Found;
  for (const FunctionDecl *Root : Run)
    if (Root->hasAttr<SectionAttr>() &&
        llvm::is_contained(reachedFrom(Root), FD))
      Found.push_back(Root);
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
