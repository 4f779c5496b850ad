//===- Program.h - a translation unit as the kernel will see it -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The facts that rules ask about: maps, the sections of globals, the tags that
/// the user wrote, and the verdict of a kernel on all of it. Found once for a
/// translation unit, starting from the user's own declarations.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_PROGRAM_H
#define BPFTIDY_CHECKS_PROGRAM_H

#include "Accesses.h"
#include "btf/FromAst.h"
#include "kernel/Judge.h"
#include "clang/AST/TypeLoc.h"
#include "clang/Basic/SourceManager.h"
#include <map>
#include <memory>

namespace bpftidy {
namespace flow {
struct Walk;
}

/// Where a type tag stands that no BTF will show.
enum class TagPlace : uint8_t {
  BehindBody,      ///< `struct T { ... } __kptr *p`
  BeforeName,      ///< `struct __kptr T *p`
  AfterStar,       ///< `T *__kptr p`, `T *p __kptr`
  OutsideParens,   ///< `T __kptr (*p)`, `typeof(T __kptr) *p`
  PointerTypedef,  ///< `Tp __kptr p` with a typedef of a pointer
  PointeeTypedef,  ///< in the typedef of the struct that is pointed to
  PointedArray,    ///< `T __kptr (*p)[4]`
  PointedFunction, ///< `void __kptr (*p)(void)`
  NoPointer,       ///< `T __kptr v`
  DeclTag,         ///< btf_decl_tag in place of btf_type_tag
  ByCompiler       ///< where it belongs, and yet the compiler drops it
};

/// A kptr tag that the compiler drops.
struct LostTag {
  std::string Spelling; ///< "kptr"
  TagPlace Where;
  const clang::DeclaratorDecl *Of; ///< The field or variable.
  clang::SourceRange Range;        ///< The tag, without its `__attribute__`.
  clang::PointerTypeLoc Pointer;   ///< With AfterStar: what it should precede.
  clang::TypeLoc Typedef; ///< The use of the typedef that it is on or in.
  bool Misspelt;          ///< The source has something like Spelling.
};

/// The declarations behind a kernel::MapSpec.
struct MapSource {
  const clang::VarDecl *Var = nullptr; ///< Null for a section.
  /// The members of the definition, by name: "type", "value" ...
  std::map<std::string, const clang::FieldDecl *> Members;

  const clang::FieldDecl *member(llvm::StringRef Name) const {
    auto It = Members.find(Name.str());
    return It == Members.end() ? nullptr : It->second;
  }
};

/// The facts of one translation unit. Cheap to ask; holds no diagnostics.
class Program {
public:
  /// Nothing in front of \p First, if there is one, is the user's.
  Program(clang::ASTContext &Ctx, btf::Compiler Build,
          clang::Decl *First = nullptr);

  clang::ASTContext &context() const { return Ctx; }
  btf::Compiler compiler() const { return Build; }
  const clang::SourceManager &sources() const { return Ctx.getSourceManager(); }
  const btf::AstGraph &types() const { return Types; }
  const btf::Graph &graph() const { return Types.graph(); }

  /// Maps and sections; sources() has the declarations at the same index.
  llvm::ArrayRef<kernel::MapSpec> maps() const { return Maps; }
  const MapSource &source(unsigned Map) const { return MapSources[Map]; }

  llvm::ArrayRef<LostTag> lostTags() const { return LostTags; }

  /// What \p K makes of the maps and types; computed once for each release.
  llvm::ArrayRef<kernel::Problem> verdict(const kernel::Kernel &K) const;

  /// How functions touch memory; found when first asked for.
  const Accesses &accesses() const;

  /// The special fields that programs find in the value of map \p Map, or in
  /// objects of struct \p Struct; none if a mistake takes them away.
  llvm::ArrayRef<kernel::Field> mapFields(unsigned Map,
                                          const kernel::Kernel &K) const;
  llvm::ArrayRef<kernel::Field> objectFields(btf::TypeId Struct,
                                             const kernel::Kernel &K) const;

  /// The section that \p VD is in and its offset there, which is exact enough
  /// to find its fields.
  struct InSection {
    unsigned Map;
    uint64_t Offset;
  };
  std::optional<InSection> sectionOf(const clang::VarDecl *VD) const;

  /// What the verifier of \p K objects to on some path; walked once for each
  /// release.
  const flow::Walk &paths(const kernel::Kernel &K) const;

  /// What the user declares at file level, as far as the host shows it. The
  /// declarations of the translation unit are not for the asking: clangd would
  /// read a whole vmlinux.h again with each edit.
  llvm::ArrayRef<const clang::Decl *> declarations() const { return TopLevel; }

  /// The user's functions that have a body.
  std::vector<const clang::FunctionDecl *> functions() const;

  /// The field or variable at \p At; null if the source has none.
  const clang::DeclaratorDecl *declaration(kernel::Place At) const;

  /// The field or variable that \p What is about in the end: the last name of
  /// its path, below its place.
  const clang::DeclaratorDecl *innermost(const kernel::Fault &What) const;

  /// What the pointer at \p At points to; arrays are looked through.
  clang::QualType pointeeOf(kernel::Place At) const;

  /// Where a line can be put in front of the declaration at file level that
  /// has \p At in it; invalid if that is not in the user's text.
  clang::SourceLocation beforeTopLevel(clang::SourceLocation At) const;

  /// True for code that the user can change: not a system header, not the
  /// types of the kernel.
  bool isUserCode(clang::SourceLocation Loc) const;

  /// What brings a \p Held into \p Map: the map itself, or the variable of a
  /// section; null if nothing does.
  const clang::VarDecl *holderIn(unsigned Map, btf::TypeId Held) const;

  /// The member of struct \p Object that brings a \p Held into it; null if none
  /// does.
  const clang::DeclaratorDecl *memberWith(btf::TypeId Object,
                                          btf::TypeId Held) const;

  /// The maps that hold \p RD in their value, directly or nested.
  llvm::ArrayRef<unsigned> mapsHolding(const clang::RecordDecl *RD) const;

private:
  void collect(clang::Decl *D);
  void addMap(const clang::VarDecl *VD, const clang::RecordDecl *Def,
              llvm::StringRef Suffix);
  void fillSlots();
  void addGlobal(const clang::VarDecl *VD);
  void addTags(const clang::DeclaratorDecl *D);
  void addTagsDroppedByCompiler();
  void addTagBehindBody(const clang::DeclaratorDecl *D,
                        clang::PointerTypeLoc Ptr);
  void addTagBeforeName(const clang::DeclaratorDecl *D,
                        clang::PointerTypeLoc Ptr);
  bool mirrorsKernel(const clang::RecordDecl *RD) const;

  clang::ASTContext &Ctx;
  btf::Compiler Build;
  btf::AstGraph Types;
  std::vector<kernel::MapSpec> Maps;
  std::vector<MapSource> MapSources;
  std::vector<LostTag> LostTags;
  std::vector<const clang::DeclaratorDecl *> Kptrs; ///< With a tag in place.
  std::vector<const clang::VarDecl *> MapVars, Globals, StructOps;
  std::vector<const clang::RecordDecl *> Records;
  std::vector<const clang::Decl *> TopLevel;
  llvm::DenseMap<btf::TypeId, std::vector<const clang::VarDecl *>> Sections;
  std::map<std::string, unsigned> SectionMaps; ///< By name.
  llvm::DenseMap<const clang::VarDecl *, InSection> Placed;
  /// The maps whose value holds a type, by that; made when first asked for.
  mutable std::optional<llvm::DenseMap<btf::TypeId, std::vector<unsigned>>>
      HeldIn;
  mutable llvm::DenseMap<clang::FileID, bool> UserFiles;
  mutable kernel::PerKernel<std::vector<kernel::Problem>> Verdicts;
  mutable std::unique_ptr<Accesses> Touched;
  using FieldsOf = kernel::PerKernel<std::vector<kernel::Field>>;
  mutable std::map<unsigned, FieldsOf> MapFields;
  mutable std::map<btf::TypeId, FieldsOf> ObjectFields;
  mutable kernel::PerKernel<std::shared_ptr<const flow::Walk>> Paths;
};

/// True if a direct member of \p RD, which may be null or incomplete, is a
/// special struct field of one of \p Kinds in some release.
bool hasMember(const clang::RecordDecl *RD,
               std::initializer_list<kernel::FieldKind> Kinds);

} // namespace bpftidy

#endif // BPFTIDY_CHECKS_PROGRAM_H
