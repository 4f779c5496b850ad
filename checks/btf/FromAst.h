//===- FromAst.h - the BTF graph of a translation unit ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Predicts the BTF that clang emits for a type, before it emits any. Mirrors
/// what CGDebugInfo.cpp makes of sugar, qualifiers and btf_type_tag, and
/// BTFDebug.cpp of forward declarations.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_BTF_FROMAST_H
#define BPFTIDY_CHECKS_BTF_FROMAST_H

#include "btf/Compiler.h"
#include "btf/Graph.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Type.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace bpftidy {
namespace btf {

/// Tells how a record will be emitted; see Emission.h.
using EmissionOf = llvm::function_ref<Emission(const clang::RecordDecl *)>;

/// Makes the graph, a type at a time, and remembers where each node is from.
class AstGraph {
public:
  AstGraph(clang::ASTContext &Ctx, Compiler Build) : Ctx(Ctx), Build(Build) {}

  /// The node of \p T as the type of a variable. Records held by value are
  /// filled at once, those that pointers lead to by complete().
  TypeId add(clang::QualType T);

  /// Notes what is wrong with the type \p T of \p M wherever BTF has it.
  void noteFlaw(Member &M, clang::QualType T);

  /// The members of all records that \p Expand accepts; others that only
  /// pointers lead to keep their name and size, with no members.
  void complete(llvm::function_ref<bool(const clang::RecordDecl *)> Expand);

  /// Sets Emitted and OfKernel of every struct and union.
  void annotate(EmissionOf Of,
                llvm::function_ref<bool(const clang::RecordDecl *)> OfKernel);

  Graph &graph() { return G; }
  const Graph &graph() const { return G; }

  /// The record that became \p Id; null if it was no struct or union.
  const clang::RecordDecl *record(TypeId Id) const {
    return Records.lookup(Id);
  }

  /// The typedef that became \p Id; null if it was none.
  const clang::TypedefNameDecl *typedefOf(TypeId Id) const {
    return Typedefs.lookup(Id);
  }

  /// The declaration of member number \p Index of \p Record; null if there is
  /// none.
  const clang::FieldDecl *field(TypeId Record, unsigned Index) const;

  /// The node of \p RD; 0 if nothing led to it.
  TypeId idOf(const clang::RecordDecl *RD) const {
    return ByRecord.lookup(RD->getCanonicalDecl());
  }

private:
  /// Where a type stands; it matters to what old compilers make of tags.
  struct Context {
    bool OfMember; ///< The type of a member, or a pointer in it.
    bool Declared; ///< Written as the declaration, or a typedef, itself.
  };
  TypeId lower(clang::QualType T, Context In);
  TypeId lowerUnqualified(const clang::Type *T, Context In);
  TypeId lowerPointer(clang::QualType Pointee, Context In);
  TypeId lowerArray(const clang::ArrayType *T);
  TypeId lowerRecord(const clang::RecordDecl *RD);
  void noteFlaw(Member &M, clang::QualType T, bool Held) const;
  void fill(TypeId Id);
  void fillHeld(TypeId Id);
  TypeId derived(Kind K, TypeId Ref, llvm::StringRef Name = "");

  clang::ASTContext &Ctx;
  Compiler Build;
  Graph G;
  llvm::DenseMap<const clang::Decl *, TypeId> ByRecord;
  llvm::DenseMap<TypeId, const clang::RecordDecl *> Records;
  llvm::DenseMap<TypeId, const clang::TypedefNameDecl *> Typedefs;
  llvm::DenseMap<TypeId, llvm::SmallVector<const clang::FieldDecl *, 8>> Fields;
  llvm::DenseMap<std::pair<void *, unsigned>, TypeId> Lowered;
  std::vector<TypeId> Unfilled;
};

/// True if \p Build drops the tags of pointers to \p Pointee.
bool dropsTags(Compiler Build, clang::QualType Pointee, bool OfMember,
               const clang::ASTContext &Ctx);

/// Clang's own view of \p T where it makes debug info: sugar other than
/// typedefs is looked through, qualifiers are gathered.
clang::QualType unwrapForDebugInfo(clang::QualType T,
                                   const clang::ASTContext &Ctx);

} // namespace btf
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_BTF_FROMAST_H
