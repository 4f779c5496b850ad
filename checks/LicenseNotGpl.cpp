//===- LicenseNotGpl.cpp - a license that keeps programs from kernel objects
//-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Only programs under a license that is compatible with the GPL may look into
// objects of the kernel and call kfuncs: "Cannot access kernel 'struct
// task_struct' from non-GPL compatible program", "cannot call kernel function
// from non-GPL compatible program".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {

/// The variable that tells the license, and what it says.
static const VarDecl *licenseOf(const Program &P, StringRef &Text) {
  for (const Decl *D : P.declarations()) {
    const auto *VD = dyn_cast<VarDecl>(D);
    const auto *Section = VD ? VD->getAttr<SectionAttr>() : nullptr;
    if (!Section || Section->getName() != "license" || !VD->getInit())
      continue;
    const auto *SL =
        dyn_cast<StringLiteral>(VD->getInit()->IgnoreParenImpCasts());
    if (!SL || SL->getCharByteWidth() != 1)
      return nullptr;
    Text = SL->getString().split('\0').first;
    return VD;
  }
  return nullptr;
}

void licenseNotGpl(const Program &P, const kernel::Kernel &K, Findings &F) {
  StringRef Text;
  const VarDecl *VD = licenseOf(P, Text);
  if (!VD || kernel::isGplCompatible(Text))
    return;
  const Expr *At = nullptr;
  std::string What;
  for (const Call &C : P.accesses().calls())
    if (isDeclaredKfunc(C)) {
      At = C.E;
      What = (C.Name + "() is called here").str();
      break;
    }
  for (const Access &A : P.accesses().accesses()) {
    auto O = !At && (A.Used || A.Volatile || A.writes())
                 ? enclosing(P, K, A.Where)
                 : std::nullopt;
    if (O && O->ofKernel()) {
      At = A.Place;
      What = nameStruct(O->Struct) + ", an object of the kernel, is read here";
    }
  }
  if (!At)
    return;
  F.warn(VD->getLocation(), kernel::Effect::ProgramRefused,
         "license '%0' is not compatible with the GPL, and programs under it "
         "may not call kfuncs or read objects of the kernel")
      << Text << VD->getSourceRange();
  F.note(At->getExprLoc(), "%0") << What << At->getSourceRange();
}

} // namespace bpftidy
