//===- Emission.h - which structs the object's BTF holds --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Clang up to 20 puts a struct into BTF with its members only if something
/// other than a pointer member mentions it. This tells, from the source, which
/// structs are certainly, certainly not, or perhaps emitted in full: what
/// depends on inlining is "perhaps".
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_BTF_EMISSION_H
#define BPFTIDY_CHECKS_BTF_EMISSION_H

#include "btf/FromAst.h"
#include "llvm/ADT/DenseSet.h"
#include <map>

namespace bpftidy {
namespace btf {

/// Collects what mentions a struct, then answers of().
class EmissionModel {
public:
  EmissionModel(clang::ASTContext &Ctx, Compiler Build)
      : Ctx(Ctx), Build(Build) {}

  /// Starts from the user's top-level declarations \p Decls and follows calls
  /// from functions that are certainly emitted.
  void collect(llvm::ArrayRef<clang::Decl *> Decls);

  /// Adds the struct \p Def that defines a map: BTFDebug::visitMapDefType
  /// emits what its pointer members point to.
  void addMapDefinition(const clang::RecordDecl *Def);

  /// How \p RD comes out.
  Emission of(const clang::RecordDecl *RD) const;

  /// True if something other than a pointer to it certainly mentions \p RD.
  bool isMentioned(const clang::RecordDecl *RD) const {
    auto It = Mentioned.find(RD->getCanonicalDecl());
    return It != Mentioned.end() && It->second == Certainty::Certain;
  }

  /// True if \p VD is certainly a variable of the object.
  bool isEmitted(const clang::VarDecl *VD) const;

private:
  enum class Certainty : uint8_t { No, Maybe, Certain };

  void mention(clang::QualType T, Certainty C,
               const clang::FieldDecl *Member = nullptr);
  Certainty secondMember(const std::string &Pointer,
                         const clang::FieldDecl *Member, Certainty C);
  void mentionRecord(const clang::RecordDecl *RD, Certainty C);
  Certainty prototype(const clang::FunctionDecl *Def,
                      const clang::DeclRefExpr *Use);
  void mentionPrototype(const clang::FunctionDecl *FD, Certainty C);
  void visitBody(const clang::FunctionDecl *FD);
  void visitExpr(const clang::Expr *E);
  void mentionOperand(const clang::Expr *E);

  clang::ASTContext &Ctx;
  Compiler Build;
  llvm::DenseMap<const clang::Decl *, Certainty> Mentioned;
  /// The members of each pointer type that leads to a struct not directly.
  std::map<std::string, std::map<const clang::FieldDecl *, Certainty>> Members;
  llvm::DenseSet<const clang::Decl *> Visited;
  llvm::DenseSet<const clang::Expr *> Callees; ///< What calls call directly.
  llvm::SmallVector<const clang::FunctionDecl *, 16> Pending;
};

} // namespace btf
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_BTF_EMISSION_H
