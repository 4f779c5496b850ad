//===- FoldedGlobals.cpp - variables that the compiler does without -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of a static variable the compiler sees all uses. What is only written is not
// written at all, and what always holds NULL is not even there.
//
//===----------------------------------------------------------------------===//

#include "Accesses.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"

using namespace clang;

namespace bpftidy {

void Accesses::dropFolded() {
  llvm::DenseMap<const VarDecl *, std::vector<const Access *>> Of;
  for (const Access &A : List)
    if (const VarDecl *VD =
            A.Where.In == Memory::Global ? A.Where.Var : nullptr)
      if (!VD->isExternallyVisible() && !VD->hasAttr<UsedAttr>())
        Of[VD].push_back(&A);
  auto Reads = [](const Access &A) {
    // Of what counts on it is not seen that nobody asks for it.
    return (!A.writes() || A.How == Access::Kind::Update) &&
           (A.Used || A.Volatile);
  };
  auto LeavesNull = [&](const Access &A) {
    return (A.How == Access::Kind::Store || A.How == Access::Kind::Fill) &&
           A.Value && P.pointee(A.Value).In == Memory::Null;
  };
  llvm::DenseSet<const Access *> Gone;
  for (const auto &[VD, All] : Of) {
    // Of a variable whose address goes elsewhere, nobody knows.
    if (P.uses(VD) > All.size() || llvm::any_of(All, [](const Access *A) {
          return A->Volatile || A->How == Access::Kind::Atomic;
        }))
      continue;
    bool Null = !VD->hasInit() && llvm::none_of(All, [&](const Access *A) {
      return A->writes() && !LeavesNull(*A);
    });
    for (const Access *A : All) {
      bool Read = llvm::any_of(All, [&](const Access *B) {
        return Reads(*B) &&
               (A->Where.Variable || B->Where.Variable ||
                (B->Where.Offset < A->Where.Offset + int64_t(A->Size) &&
                 A->Where.Offset < B->Where.Offset + int64_t(B->Size)));
      });
      if (Null || (A->writes() && !Read))
        Gone.insert(A);
    }
  }
  std::vector<Access> Kept;
  for (Access &A : List)
    if (!Gone.count(&A))
      Kept.push_back(std::move(A));
  List = std::move(Kept);
}

} // namespace bpftidy
