//===- FieldInitialised.cpp - an initialiser that is ignored --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libbpf copies the initial values of a section's globals into its map with an
// update, and an update leaves special fields out (copy_map_value()): a kptr is
// NULL when the first program runs, a lock free, whatever the source says. No
// message tells of it.
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"
#include "clang/AST/RecordLayout.h"

using namespace clang;

namespace bpftidy {

/// The part of \p V, a value of type \p T, that begins at \p Offset and is no
/// array; null if the initialiser does not have it.
static const APValue *partAt(const ASTContext &Ctx, const APValue &V,
                             QualType T, uint64_t Offset) {
  if (V.isArray()) {
    const ArrayType *AT = Ctx.getAsArrayType(T);
    uint64_t Size = Ctx.getTypeSizeInChars(AT->getElementType()).getQuantity();
    uint64_t Index = Size ? Offset / Size : 0;
    if (Index < V.getArrayInitializedElts())
      return partAt(Ctx, V.getArrayInitializedElt(Index), AT->getElementType(),
                    Offset % Size);
    return V.hasArrayFiller() ? partAt(Ctx, V.getArrayFiller(),
                                       AT->getElementType(), Offset % Size)
                              : nullptr;
  }
  const RecordDecl *RD = T->getAsRecordDecl();
  if (!V.isStruct() || !RD || kernel::knownStructField(RD->getName()))
    return &V;
  const ASTRecordLayout &Layout = Ctx.getASTRecordLayout(RD->getDefinition());
  for (const FieldDecl *FD : RD->getDefinition()->fields()) {
    uint64_t Begin = Layout.getFieldOffset(FD->getFieldIndex()) / 8;
    uint64_t Size = Ctx.getTypeSizeInChars(FD->getType()).getQuantity();
    if (Begin <= Offset && Offset < Begin + Size)
      return partAt(Ctx, V.getStructField(FD->getFieldIndex()), FD->getType(),
                    Offset - Begin);
  }
  return nullptr;
}

void fieldInitialised(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (unsigned Map = 0; Map != P.maps().size(); ++Map) {
    if (!P.maps()[Map].IsSection)
      continue;
    const VarDecl *Said = nullptr;
    for (const kernel::Field &Field : P.mapFields(Map, K)) {
      const btf::Type &Section = P.graph()[P.maps()[Map].Value];
      for (unsigned I = 0; I != Section.Members.size(); ++I) {
        const auto *VD = cast<VarDecl>(P.declaration({P.maps()[Map].Value, I}));
        uint64_t Begin = Section.Members[I].BitOffset / 8;
        if (VD == Said || !VD->getInit() || Field.Offset < Begin ||
            Field.Offset >= Begin + Section.Members[I].Size)
          continue;
        const APValue *Init = VD->evaluateValue();
        const APValue *Part = Init ? partAt(P.context(), *Init, VD->getType(),
                                            Field.Offset - Begin)
                                   : nullptr;
        if (!Part || isZero(*Part))
          continue;
        Said = VD;
        F.warn(VD->getLocation(), kernel::Effect::AcceptedButWrong,
               "initialiser of '%0' is ignored: libbpf copies it into %1, and "
               "such an update leaves out %2")
            << Field.Path << nameMap(P, Map) << kernel::words(Field.Kind);
        auto B = F.note(VD->getLocation(),
                        "let '%0' begin as zero, and have a program set it");
        B << Field.Path;
        if (Part == Init)
          B << removeInitialiser(P, VD);
      }
    }
  }
}

} // namespace bpftidy
