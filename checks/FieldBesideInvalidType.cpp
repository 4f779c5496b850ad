//===- FieldBesideInvalidType.cpp - a type that BTF may not have ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Clang emits some C that the kernel refuses in BTF: a _Complex has no type
// ("Invalid type_id"), an enum that is never defined has no size ("Unexpected
// size"), and neither has a struct that a function takes or returns ("Invalid
// arg#1", "Invalid return type"). All maps of the object go without BTF then:
// "map 'm' has to have BTF in order to use bpf_spin_lock".
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace clang;

namespace bpftidy {

void fieldBesideInvalidType(const Program &P, const kernel::Kernel &K,
                            Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::InvalidType)
      continue;
    const DeclaratorDecl *D = P.declaration(X.What.At);
    switch (P.graph()[X.What.At.Owner].Members[X.What.At.Index].Wrong) {
    case btf::Flaw::Complex:
      F.warn(X, "%0 is a complex number, and clang gives those no type in BTF");
      F.note(D->getLocation(), "hold the two parts of %0 in a struct") << D;
      break;
    case btf::Flaw::UndefinedEnum:
      F.warn(X, "%0 leads to enum '%1', which is never defined and has no size "
                "in BTF")
          << X.What.Detail;
      F.note(D->getLocation(), "define enum '%0', or use void in its place")
          << X.What.Detail;
      break;
    case btf::Flaw::UndefinedArgument:
      F.warn(X, "%0 leads to a function with struct '%1', which is never "
                "defined, as an argument or result")
          << X.What.Detail;
      F.note(D->getLocation(), "define struct '%0', or pass a pointer to it")
          << X.What.Detail;
      break;
    case btf::Flaw::None:
      llvm_unreachable("a type that nothing is wrong with");
    }
    F.context(X);
  }
}

} // namespace bpftidy
