//===- FieldInStructTypedef.cpp - a special field behind a typedef -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The search for special fields enters a struct held by value only where the
// member's own type is the struct; a typedef or qualifier in between hides all
// that is in it, without a word. The fields in it are plain memory: "R1 has no
// valid kptr", "has no bpf_spin_lock".
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"

using namespace clang;

namespace bpftidy {

/// The struct that \p D holds, arrays looked through.
static const RecordDecl *heldStruct(const Program &P, const DeclaratorDecl *D) {
  return P.context().getBaseElementType(D->getType())->getAsRecordDecl();
}

/// Writes the struct in place of the typedef, where that changes nothing else.
static Edits withoutTypedef(const Program &P, const DeclaratorDecl *D) {
  TypedefTypeLoc Use = typedefOf(D);
  const RecordDecl *RD = heldStruct(P, D);
  if (!Use || !RD || !RD->getIdentifier() || D->getType().hasQualifiers() ||
      P.context().getBaseElementType(D->getType()).hasQualifiers() ||
      Use.getType()->isArrayType())
    return {};
  return replaceSpecifier(P, D, Use, ("struct " + RD->getName()).str());
}

void fieldInStructTypedef(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  for (const kernel::Problem &X : P.verdict(K)) {
    if (X.What.Why != kernel::Reason::StructTypedef)
      continue;
    const DeclaratorDecl *D = P.declaration(X.What.At);
    QualType T = P.context().getBaseElementType(D->getType());
    bool ByTypedef = !X.What.Detail.empty();
    Edits Fix = withoutTypedef(P, D);
    {
      auto B = F.warn(X, "'%2' is %1 in a %select{'%4' struct, and the kernel "
                         "does not look behind qualifiers|struct behind "
                         "typedef '%4', and the kernel does not look behind "
                         "typedefs}3");
      B << kernel::words(*X.What.Meant) << X.What.Path << ByTypedef
        << (ByTypedef ? X.What.Detail : T.getLocalQualifiers().getAsString());
      B << Fix;
    }
    const RecordDecl *RD = heldStruct(P, D);
    if (Fix.empty())
      F.note(D->getLocation(), "declare %0 with the struct itself%select{, "
                               "which needs a name for that|}1, without "
                               "typedef and qualifier")
          << D << bool(RD && RD->getIdentifier());
    F.context(X);
  }
}

} // namespace bpftidy
