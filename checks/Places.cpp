//===- Places.cpp - from the kernel's places back to the source -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program.h"

using namespace clang;

namespace bpftidy {

const DeclaratorDecl *Program::declaration(kernel::Place At) const {
  auto It = Sections.find(At.Owner);
  if (It != Sections.end())
    return At.Index < It->second.size() ? It->second[At.Index] : nullptr;
  return Types.field(At.Owner, At.Index);
}

/// The field of \p T, or of what it holds by value, that \p Names lead to;
/// anonymous members have no name of their own.
static const FieldDecl *follow(const ASTContext &Ctx, QualType T,
                               llvm::ArrayRef<llvm::StringRef> Names) {
  const RecordDecl *RD = Ctx.getBaseElementType(T)->getAsRecordDecl();
  RD = RD ? RD->getDefinition() : nullptr;
  if (!RD)
    return nullptr;
  for (const FieldDecl *FD : RD->fields()) {
    const FieldDecl *Found = nullptr;
    if (!FD->getDeclName())
      Found = follow(Ctx, FD->getType(), Names);
    else if (FD->getName() == Names.front().split('[').first)
      Found = Names.size() == 1
                  ? FD
                  : follow(Ctx, FD->getType(), Names.drop_front());
    if (Found)
      return Found;
  }
  return nullptr;
}

const DeclaratorDecl *Program::innermost(const kernel::Fault &What) const {
  const DeclaratorDecl *D = declaration(What.At);
  if (!D)
    return nullptr;
  // The path begins above the place: its longest rest that leads somewhere.
  llvm::SmallVector<llvm::StringRef, 4> Names;
  llvm::StringRef(What.Path).split(Names, '.');
  for (llvm::ArrayRef<llvm::StringRef> Rest = Names; !Rest.empty();
       Rest = Rest.drop_front())
    if (const FieldDecl *FD = follow(Ctx, D->getType(), Rest))
      return FD;
  return D;
}

QualType Program::pointeeOf(kernel::Place At) const {
  const DeclaratorDecl *D = declaration(At);
  QualType T =
      D ? Ctx.getBaseElementType(D->getType())->getPointeeType() : QualType();
  // Without the tag, which messages would spell out.
  while (!T.isNull() && isa<BTFTagAttributedType>(T.getTypePtr()))
    T = cast<BTFTagAttributedType>(T.getTypePtr())->getWrappedType();
  return T;
}

SourceLocation Program::beforeTopLevel(SourceLocation At) const {
  for (const Decl *D : TopLevel) {
    SourceRange R = D->getSourceRange();
    if (R.isValid() && R.getBegin().isFileID() &&
        sources().isPointWithin(sources().getExpansionLoc(At), R.getBegin(),
                                sources().getExpansionLoc(R.getEnd())))
      return R.getBegin();
  }
  return SourceLocation();
}

bool hasMember(const RecordDecl *RD,
               std::initializer_list<kernel::FieldKind> Kinds) {
  RD = RD ? RD->getDefinition() : nullptr;
  return RD && llvm::any_of(RD->fields(), [&](const FieldDecl *FD) {
           const RecordDecl *Of = FD->getType()->getAsRecordDecl();
           const kernel::StructField *F =
               Of ? kernel::knownStructField(Of->getName()) : nullptr;
           return F && llvm::is_contained(Kinds, F->Kind);
         });
}

} // namespace bpftidy
