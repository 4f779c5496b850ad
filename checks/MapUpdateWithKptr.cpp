//===- MapUpdateWithKptr.cpp - an update that leaves a kptr out ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// bpf_map_update_elem() copies a value without its special fields: what the
// local copy has there is not stored, and the call succeeds all the same
// (copy_map_value()). A reference that was put there is never released:
// "Unreleased reference id=2 alloc_insn=11".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void mapUpdateWithKptr(const Program &P, const kernel::Kernel &K, Findings &F) {
  const Accesses &Acc = P.accesses();
  for (const Call &C : Acc.calls()) {
    const Expr *Value = valueArg(C);
    if (!Value)
      continue;
    bool Create = C.is(kernel::CallRole::Create);
    auto Map = Acc.pointers().map(C.arg(0));
    Address A = Acc.pointers().pointee(Value);
    if (!Map || A.In != Memory::Local || A.Variable)
      continue;
    std::vector<Given> All = givenTo(P, A.Var, C);
    for (const kernel::Field &Field : P.mapFields(*Map, K)) {
      if (!kernel::isPointer(Field.Kind) ||
          Field.Kind == kernel::FieldKind::User)
        continue;
      const Given *Last = nullptr;
      for (const Given &G : All)
        if (G.Offset == Field.Offset + A.Offset)
          Last = &G;
      Memory In =
          Last ? Acc.pointers().pointee(Last->Value).In : Memory::Unknown;
      const DeclaratorDecl *D = P.declaration(Field.At);
      if (!D || (In != Memory::Result && In != Memory::Loaded))
        continue;
      F.warn(C.E->getExprLoc(), kernel::Effect::AcceptedButWrong,
             "the pointer in %0 does not get into %1",
             Create ? "what a new value begins with leaves kptrs out"
                    : "an update leaves kptrs out")
          << D << nameMap(P, *Map) << C.E->getSourceRange();
      F.note(Last->Value->getExprLoc(), "it is set here")
          << Last->Value->getSourceRange();
      F.note(C.E->getExprLoc(),
             "%select{look the element up afterwards|go on with what %0() "
             "returns}1, and %select{exchange the pointer into it|store the "
             "pointer there}2")
          << C.Name << unsigned(Create)
          << unsigned(Field.Kind == kernel::FieldKind::Untrusted);
    }
  }
}

} // namespace bpftidy
