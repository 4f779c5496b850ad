//===- ObjectTypes.cpp - which struct a pointer into an object points to --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/RecordLayout.h"

using namespace clang;
using llvm::StringRef;

namespace bpftidy {

/// True if \p Inner may be what stands at \p Offset in \p Outer, as far as the
/// source tells.
static bool mayBeAt(const ASTContext &Ctx, const RecordDecl *Outer,
                    uint64_t Offset, StringRef Inner, unsigned Depth = 0) {
  constexpr unsigned MaxNesting = 16;
  if (Offset == 0 && kernel::withoutFlavour(Outer->getName()) == Inner)
    return true;
  Outer = Outer->getDefinition();
  if (!Outer || Outer->isInvalidDecl() || Outer->field_empty() ||
      Depth == MaxNesting)
    return true; // nobody knows
  for (const FieldDecl *FD : Outer->fields()) {
    QualType T = FD->getType();
    uint64_t At = Ctx.getFieldOffset(FD) / 8;
    if (Offset < At || Offset >= At + sizeOf(T, Ctx))
      continue;
    const RecordDecl *RD = Ctx.getBaseElementType(T)->getAsRecordDecl();
    if (!RD)
      continue;
    uint64_t Size = sizeOf(Ctx.getBaseElementType(T), Ctx);
    if (mayBeAt(Ctx, RD, Size ? (Offset - At) % Size : 0, Inner, Depth + 1))
      return true;
  }
  return false;
}

/// The struct of the object \p O as the source declares it.
static const RecordDecl *recordOf(const Program &P, const Object &O,
                                  const Address &From) {
  if (From.In == Memory::Loaded || O.Local)
    return O.Type ? P.types().record(O.Type) : nullptr;
  QualType T = From.Call->getType()->getPointeeType();
  return T.isNull() ? nullptr : T->getAsRecordDecl();
}

bool mayPointTo(const Program &P, const Object &O, const Address &A,
                StringRef Wanted) {
  const RecordDecl *RD = recordOf(P, O, A);
  return A.Variable || A.Offset < 0 || !RD ||
         kernel::withoutFlavour(RD->getName()) !=
             kernel::withoutFlavour(O.Struct) ||
         mayBeAt(P.context(), RD, A.Offset, kernel::withoutFlavour(Wanted));
}

} // namespace bpftidy
