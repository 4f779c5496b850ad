//===- CoreAccessToProgramStruct.cpp - CO-RE on the program's own struct --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// BPF_CORE_READ(), bpf_core_read() and the attribute preserve_access_index have
// libbpf look a member up in the kernel's struct of that name. The value of a
// map has no such struct: bpf_core_apply_relo_insn() finds no candidate and
// puts a call of a function that does not exist in place of the instruction,
// "invalid func unknown#195896080", which is "<invalid CO-RE relocation>" in
// the log of newer libbpf.
//
//===----------------------------------------------------------------------===//

#include "Edit.h"
#include "Rule.h"
#include "kernel/Kfuncs.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {

/// True if objects of \p RD have special fields, in maps or by themselves.
static bool hasFields(const Program &P, const kernel::Kernel &K,
                      const RecordDecl *RD) {
  if (llvm::any_of(P.mapsHolding(RD),
                   [&](unsigned Map) { return !P.mapFields(Map, K).empty(); }))
    return true;
  btf::TypeId Id = P.types().idOf(RD);
  return Id && !P.objectFields(Id, K).empty();
}

/// Its name, or that of the typedef that names it.
static StringRef nameOf(const RecordDecl *RD) {
  if (const TypedefNameDecl *TD = RD->getTypedefNameForAnonDecl())
    return TD->getName();
  return RD->getName();
}

void coreAccessToProgramStruct(const Program &P, const kernel::Kernel &K,
                               Findings &F) {
  llvm::DenseSet<const Decl *> Said;
  for (const Relocation &R : P.accesses().relocations()) {
    const auto *Member = cast<FieldDecl>(R.Root->getMemberDecl());
    const RecordDecl *RD = Member->getParent();
    if (kernel::isKernelStruct(kernel::withoutFlavour(nameOf(RD))) ||
        !P.isUserCode(RD->getLocation()) || !hasFields(P, K, RD))
      continue;
    // One attribute is to blame for all accesses, and its removal cures them.
    const Attr *Asked =
        R.By ? nullptr : RD->getAttr<BPFPreserveAccessIndexAttr>();
    if (Asked && !Said.insert(RD).second)
      continue;
    Edits Cure;
    if (Asked)
      if (auto Text = tagText(P, Asked->getRange()))
        Cure.push_back(removeWord(P, *Text));
    F.warn(R.Root->getMemberLoc(), kernel::Effect::ProgramRefused,
           "libbpf is to look member %0 up in the kernel, which has no "
           "%select{such struct|struct '%2'}1")
        << Member << unsigned(!nameOf(RD).empty()) << nameOf(RD)
        << R.Root->getSourceRange() << Cure;
    if (Asked)
      F.note(Asked->getLocation(), "because of this attribute")
          << Asked->getRange();
    else
      F.note(R.Root->getMemberLoc(),
             "the struct is the program's own; read it by a plain access");
    F.note(Member->getLocation(), "%0 is declared here") << Member;
  }
}

} // namespace bpftidy
