//===- KptrStoreType.cpp - a store of the wrong thing into a kptr --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Even an untrusted kptr takes NULL and pointers to its own struct only, as
// later loads are treated as such. Numbers, addresses of the stack or of map
// values, and pointers to other structs are refused by map_kptr_match_type():
// "invalid kptr access, R1 type=scalar expected=ptr_task_struct or
// untrusted_ptr_task_struct"; "BPF_ST imm must be 0 when storing to kptr".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

/// What \p From is, in words, if it can be no pointer to an object.
static const char *noObject(const Address &From) {
  switch (From.In) {
  case Memory::Scalar:
    return "a number";
  case Memory::Local:
    return "the address of a variable on the stack";
  case Memory::Value:
    return "the address of a map value";
  case Memory::Global:
    return "the address of a global variable";
  default:
    return nullptr;
  }
}

/// True if \p Inner is \p Outer or begins it, as far as the source tells.
static bool begins(const RecordDecl *Outer, StringRef Inner) {
  constexpr unsigned MaxNesting = 16;
  for (unsigned I = 0; Outer && I != MaxNesting; ++I) {
    if (kernel::withoutFlavour(Outer->getName()) == Inner)
      return true;
    Outer = Outer->getDefinition();
    if (!Outer || Outer->field_empty())
      return Outer == nullptr; // nobody knows
    Outer = Outer->field_begin()->getType()->getAsRecordDecl();
  }
  return false;
}

void kptrStoreType(const Program &P, const kernel::Kernel &K, Findings &F) {
  const Pointers &Ptrs = P.accesses().pointers();
  for (const Access &A : P.accesses().accesses()) {
    if (A.How != Access::Kind::Store || A.Size != KptrSize)
      continue;
    auto T = fieldAt(P, K, A.Where);
    if (!T || !T->is(kernel::FieldKind::Untrusted) || T->InObject)
      continue;
    Address From = Ptrs.pointee(A.Value);
    const std::string &Wanted = P.graph()[T->Field->Pointee].Name;
    if (const char *What = noObject(From)) {
      F.warn(A.Value->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0 gets %1, and the kernel lets it hold NULL or a pointer to %2 "
             "only")
          << T->Decl << What << nameStruct(Wanted) << A.Value->getSourceRange();
      noteField(P, F, *T);
      continue;
    }
    auto O = From.Offset || From.Variable ? std::nullopt : objectAt(P, K, From);
    if (!O || O->Percpu || From.In != Memory::Result)
      continue;
    const RecordDecl *RD =
        From.Call->getType()->getPointeeType().isNull()
            ? nullptr
            : From.Call->getType()->getPointeeType()->getAsRecordDecl();
    StringRef Have = kernel::withoutFlavour(O->Struct);
    if (!RD || kernel::withoutFlavour(RD->getName()) != Have ||
        Have == kernel::withoutFlavour(Wanted) ||
        begins(RD, kernel::withoutFlavour(Wanted)))
      continue;
    F.warn(A.Value->getExprLoc(), kernel::Effect::ProgramRefused,
           "%0 gets a pointer to %1, and the kernel lets it hold one to %2 "
           "only")
        << T->Decl << nameStruct(Have) << nameStruct(Wanted)
        << A.Value->getSourceRange();
    noteField(P, F, *T);
  }
}

} // namespace bpftidy
