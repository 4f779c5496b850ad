//===- GraphWrongNode.cpp - a node that a list or tree does not contain ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tag of a list head or tree root names one member of one struct, and no
// other node goes in: "operation on bpf_list_head expects arg#1 bpf_list_node
// at offset=0 in struct elem, but arg is at offset=0 in struct other"; of the
// struct itself "arg#1 offset=24, but expected bpf_list_node at offset=0 in
// struct elem", or "bpf_list_node not found at offset=64".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;
using llvm::StringRef;

namespace bpftidy {

/// The list head or tree root that begins at \p A; none if there is none.
static std::optional<Touch>
graphRootAt(const Program &P, const kernel::Kernel &K, const Address &A) {
  if (!A.Variable)
    for (const Touch &T : structTouches(P, K, A, 1))
      if (T.Delta == 0 && (T.is(kernel::FieldKind::ListHead) ||
                           T.is(kernel::FieldKind::RbRoot)))
        return T;
  return std::nullopt;
}

void graphWrongNode(const Program &P, const kernel::Kernel &K, Findings &F) {
  const Pointers &Ptrs = P.accesses().pointers();
  const btf::Graph &G = P.graph();
  for (const Call &C : P.accesses().calls()) {
    if (!C.is(kernel::CallRole::GraphAdd) || !C.arg(1))
      continue;
    auto Root = graphRootAt(P, K, Ptrs.pointee(C.arg(0)));
    Address Node = Ptrs.pointee(C.arg(1));
    auto O = Node.Variable ? std::nullopt : enclosing(P, K, Node);
    if (!Root || !O || !O->Local || O->Borrowed || O->Percpu || !O->Type)
      continue;
    kernel::Place Of = Root->Field->At;
    auto Tags = kernel::containsTags(G[Of.Owner].Members[Of.Index]);
    if (Tags.empty())
      continue;
    auto [Struct, Member] = Tags.front().split(':');
    const btf::Type &Wanted = G[G.find(Struct)];
    auto At = llvm::find_if(Wanted.Members, [&, Name = Member](const auto &M) {
      return M.Name == Name;
    });
    if (At == Wanted.Members.end())
      continue;
    bool Other = O->Type != G.find(Struct);
    if (!Other && Node.Offset == int64_t(At->BitOffset / 8))
      continue;
    F.warn(C.arg(1)->getExprLoc(), kernel::Effect::ProgramRefused,
           "%select{this is another part of %1 than '%2', which is what %0 "
           "contains|this is in %3, and %0 contains '%2' of %1}4")
        << Root->Decl << nameStruct(Struct) << Member << nameStruct(O->Struct)
        << unsigned(Other) << C.arg(1)->getSourceRange();
    F.note(Root->Decl->getLocation(), "%0 says here what it contains")
        << Root->Decl;
  }
}

} // namespace bpftidy
