//===- Program.cpp - a translation unit as the kernel will see it ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program.h"
#include "Compat.h"
#include "Initial.h"
#include "UserFile.h"
#include "btf/Emission.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Expr.h"
#include "llvm/Support/Path.h"

using namespace clang;

namespace bpftidy {

using btf::TypeId;

static constexpr llvm::StringLiteral MapsSection = ".maps";
static constexpr llvm::StringLiteral StructOpsSection = ".struct_ops";

static llvm::StringRef sectionOf(const VarDecl *VD) {
  const auto *Section = VD->getAttr<SectionAttr>();
  return Section ? Section->getName() : llvm::StringRef();
}

/// The record that defines the map \p VD; null if it is none.
static const RecordDecl *mapDefinition(const VarDecl *VD) {
  if (sectionOf(VD) != MapsSection)
    return nullptr;
  QualType T = VD->getType();
  while (const ArrayType *AT = T->getAsArrayTypeUnsafe())
    T = AT->getElementType();
  const RecordDecl *RD = T->getAsRecordDecl();
  RD = RD ? RD->getDefinition() : nullptr;
  return RD && !RD->isInvalidDecl() && RD->isStruct() ? RD : nullptr;
}

Program::Program(ASTContext &Ctx, btf::Compiler Build, Decl *First)
    : Ctx(Ctx), Build(Build), Types(Ctx, Build) {
  std::vector<Decl *> User;
  auto Look = [&](Decl *D) {
    if (isUserCode(D->getLocation()))
      User.push_back(D);
  };
  // The traversal scope is what the host deems worth looking at; asking the
  // translation unit for all its declarations would load a whole preamble.
  for (Decl *Top : Ctx.getTraversalScope()) {
    if (!isa<TranslationUnitDecl>(Top))
      Look(Top);
    else if (First)
      for (Decl *D = First; D; D = D->getNextDeclInContext())
        Look(D);
    else
      for (Decl *D : cast<TranslationUnitDecl>(Top)->decls())
        Look(D);
  }
  TopLevel.assign(User.begin(), User.end());
  for (Decl *D : User)
    collect(D);
  if (Build.DropsTags())
    addTagsDroppedByCompiler();

  btf::EmissionModel Emission(Ctx, Build);
  for (const VarDecl *VD : MapVars)
    Emission.addMapDefinition(mapDefinition(VD));
  Emission.collect(User);

  for (const VarDecl *VD : MapVars)
    addMap(VD, mapDefinition(VD), "");
  fillSlots();
  for (const VarDecl *VD : StructOps) {
    kernel::MapSpec M;
    M.Name = VD->getName().str();
    M.Type = kernel::StructOpsMapType;
    Maps.push_back(std::move(M));
    MapSources.emplace_back().Var = VD;
  }
  for (const VarDecl *VD : Globals)
    if (Emission.isEmitted(VD))
      addGlobal(VD);
  // Structs in no map count as well, where they come out.
  for (const RecordDecl *RD : Records)
    if (Emission.of(RD) != btf::Emission::Forward)
      Types.add(compat::tagType(Ctx, RD));
  Types.complete([&](const RecordDecl *RD) { return !mirrorsKernel(RD); });
  Types.annotate([&](const RecordDecl *RD) { return Emission.of(RD); },
                 [&](const RecordDecl *RD) { return mirrorsKernel(RD); });
}

bool isUserFile(const SourceManager &SM, SourceLocation At,
                llvm::StringRef Name) {
  // Projects name the file with the kernel's types vmlinux.h, or vmlinux_
  // with something of a kernel's version, everywhere.
  Name = llvm::sys::path::filename(Name);
  // The last two number the lines of the file, a hundred thousand there.
  return !(compat::startsWithInsensitive(Name, "vmlinux") &&
           compat::endsWithInsensitive(Name, ".h")) &&
         !SM.isInSystemHeader(At) && !SM.isWrittenInBuiltinFile(At) &&
         !SM.isWrittenInCommandLineFile(At);
}

bool Program::isUserCode(SourceLocation Loc) const {
  if (Loc.isInvalid())
    return false;
  const SourceManager &SM = sources();
  SourceLocation At = SM.getExpansionLoc(Loc);
  FileID File = SM.getFileID(At);
  const SrcMgr::SLocEntry &Entry = SM.getSLocEntry(File);
  // Preprocessed text is one file, in which markers tell the files apart.
  if (Entry.isFile() && Entry.getFile().hasLineDirectives()) {
    PresumedLoc Presumed = SM.getPresumedLoc(At);
    return Presumed.isValid() && isUserFile(SM, At, Presumed.getFilename());
  }
  auto [It, New] = UserFiles.try_emplace(File, false);
  if (New)
    It->second = isUserFile(SM, At, SM.getFilename(At));
  return It->second;
}

/// A struct of vmlinux.h, or one that the user declared to read a kernel's.
bool Program::mirrorsKernel(const RecordDecl *RD) const {
  if (RD->getName().contains("___"))
    return false;
  return !isUserCode(RD->getLocation()) ||
         (RD->hasAttr<BPFPreserveAccessIndexAttr>() &&
          kernel::isKernelStruct(RD->getName()));
}

void Program::collect(Decl *D) {
  if (auto *RD = dyn_cast<RecordDecl>(D)) {
    if (!RD->isThisDeclarationADefinition() || RD->isInvalidDecl())
      return;
    Records.push_back(RD);
    for (Decl *Inner : RD->decls()) {
      if (auto *FD = dyn_cast<FieldDecl>(Inner))
        addTags(FD);
      else
        collect(Inner);
    }
  } else if (auto *VD = dyn_cast<VarDecl>(D)) {
    if (!VD->hasGlobalStorage() || VD->isInvalidDecl())
      return;
    if (mapDefinition(VD)) {
      MapVars.push_back(VD);
      return;
    }
    if (bpftidy::sectionOf(VD).substr(0, StructOpsSection.size()) ==
        StructOpsSection)
      StructOps.push_back(VD);
    if (!VD->hasExternalStorage())
      addTags(VD);
    Globals.push_back(VD);
  } else if (auto *FD = dyn_cast<FunctionDecl>(D)) {
    // Static locals are globals, and structs may be local to a function.
    for (Decl *Inner : FD->decls())
      if (!isa<ParmVarDecl>(Inner))
        collect(Inner);
  }
}

/// The number that libbpf's __uint(name, N) carries: `int (*name)[N]`.
static std::optional<uint64_t> uintMember(const FieldDecl *FD) {
  const auto *PT = FD->getType()->getAs<PointerType>();
  if (!PT)
    return std::nullopt;
  const auto *AT = dyn_cast_or_null<ConstantArrayType>(
      PT->getPointeeType()->getAsArrayTypeUnsafe());
  if (!AT)
    return std::nullopt;
  return AT->getSize().getZExtValue();
}

/// The type whose size __uint(name, sizeof(type)) carries; null if the number
/// came about in another way.
static QualType sizedType(const FieldDecl *FD) {
  const TypeSourceInfo *Info = FD->getTypeSourceInfo();
  auto Ptr =
      Info ? Info->getTypeLoc().getAs<PointerTypeLoc>() : PointerTypeLoc();
  if (!Ptr)
    return QualType();
  auto Array = Ptr.getPointeeLoc().IgnoreParens().getAs<ArrayTypeLoc>();
  if (!Array || !Array.getSizeExpr())
    return QualType();
  const auto *Size = dyn_cast<UnaryExprOrTypeTraitExpr>(
      Array.getSizeExpr()->IgnoreParenImpCasts());
  return Size && Size->getKind() == UETT_SizeOf ? Size->getTypeOfArgument()
                                                : QualType();
}

/// The definition of the inner maps in `__array(values, struct {...})`.
static const RecordDecl *innerDefinition(const FieldDecl *FD) {
  const ArrayType *AT = FD->getType()->getAsArrayTypeUnsafe();
  QualType Element = AT ? AT->getElementType() : QualType();
  if (Element.isNull() || !Element->isPointerType())
    return nullptr;
  const RecordDecl *RD = Element->getPointeeType()->getAsRecordDecl();
  RD = RD ? RD->getDefinition() : nullptr;
  return RD && !RD->isInvalidDecl() ? RD : nullptr;
}

/// Finds the maps that the initialisers of maps of maps name.
void Program::fillSlots() {
  for (kernel::MapSpec &Outer : Maps) {
    const VarDecl *VD = MapSources[&Outer - Maps.data()].Var;
    if (!Outer.Template || !VD || !VD->getInit())
      continue;
    llvm::SmallVector<const Stmt *, 16> Work{VD->getInit()};
    while (!Work.empty()) {
      const Stmt *S = Work.pop_back_val();
      if (!S)
        continue;
      if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
        for (unsigned I = 0; I != Maps.size(); ++I)
          if (MapSources[I].Var == Ref->getDecl() && I != *Outer.Template &&
              &Maps[I] != &Outer && Maps[I].Name == Ref->getDecl()->getName())
            Outer.Slots.push_back(I);
      Work.append(S->child_begin(), S->child_end());
    }
  }
}

void Program::addMap(const VarDecl *VD, const RecordDecl *Def,
                     llvm::StringRef Suffix) {
  kernel::MapSpec M;
  MapSource S;
  M.Name = (VD->getName() + Suffix).str();
  M.IsTemplate = !Suffix.empty();
  S.Var = VD;
  const RecordDecl *Inner = nullptr;
  for (const FieldDecl *FD : Def->fields()) {
    llvm::StringRef Name = FD->getName();
    S.Members[Name.str()] = FD;
    const auto *PT = FD->getType()->getAs<PointerType>();
    if (Name == "type")
      M.Type = uintMember(FD).value_or(0);
    else if (Name == "map_flags")
      M.Flags = uintMember(FD).value_or(0);
    else if (Name == "max_entries")
      M.Entries = uintMember(FD).value_or(0);
    else if (Name == "key" && PT)
      M.Key = Types.add(PT->getPointeeType());
    else if (Name == "value" && PT)
      M.Value = Types.add(PT->getPointeeType());
    else if (Name == "values")
      Inner = innerDefinition(FD);
    else if (Name == "key_size")
      M.KeyBySize = true;
    else if (Name == "value_size") {
      M.ValueBySize = true;
      if (QualType T = sizedType(FD); !T.isNull())
        M.SizedValue = Types.add(T);
    }
  }
  if (Inner)
    M.Template = Maps.size() + 1;
  Maps.push_back(std::move(M));
  MapSources.push_back(std::move(S));
  // libbpf creates a map of this shape to tell the kernel of it.
  if (Inner)
    addMap(VD, Inner, ".inner");
}

/// The data section that \p VD is put into; empty for any other section.
static std::string dataSection(const VarDecl *VD, const ASTContext &Ctx) {
  if (VD->hasExternalStorage() || VD->getTLSKind() != VarDecl::TLS_None)
    return "";
  if (llvm::StringRef Given = sectionOf(VD); !Given.empty()) {
    for (llvm::StringRef Kind : {".bss", ".data", ".rodata"})
      if (Given == Kind ||
          (Given.substr(0, Kind.size()) == Kind && Given[Kind.size()] == '.'))
        return Given.str();
    return "";
  }
  if (VD->getType().isConstant(Ctx))
    return ".rodata";
  if (!VD->getInit())
    return ".bss";
  return isZero(Ctx, VD->getInit()).value_or(false) ? ".bss" : ".data";
}

/// The name that the object has for \p VD. Of several static locals that share
/// one, all but the first get a number behind it, which is not foretold.
static std::string objectName(const VarDecl *VD) {
  const auto *FD = dyn_cast<FunctionDecl>(VD->getDeclContext());
  std::string Name = VD->getNameAsString();
  return FD ? FD->getNameAsString() + "." + Name : Name;
}

void Program::addGlobal(const VarDecl *VD) {
  std::string Section = dataSection(VD, Ctx);
  if (Section.empty() || VD->getType()->isIncompleteType())
    return;
  auto [At, New] = SectionMaps.try_emplace(Section, Maps.size());
  if (New) {
    kernel::MapSpec M;
    M.Name = Section;
    M.IsSection = true;
    M.Type = kernel::ArrayMapType;
    if (llvm::StringRef(Section).substr(0, 7) == ".rodata")
      M.Flags = kernel::ReadOnlySectionFlags;
    btf::Type Datasec;
    Datasec.K = btf::Kind::Datasec;
    Datasec.Name = Section;
    M.Value = Types.graph().add(std::move(Datasec));
    Maps.push_back(std::move(M));
    MapSources.emplace_back();
  }
  kernel::MapSpec *Same = &Maps[At->second];
  // Types come first: adding one moves nothing, but the section's own end
  // must be read after it.
  TypeId Type = Types.add(VD->getType());
  btf::Type &Sec = Types.graph().at(Same->Value);
  if (VD->isExternallyVisible() && !Same->Exported &&
      VD->getVisibility() != HiddenVisibility)
    Same->Exported = kernel::Place{Same->Value, unsigned(Sec.Members.size())};
  btf::Member M;
  M.Name = objectName(VD);
  M.Type = Type;
  for (const auto *Tag : VD->specific_attrs<BTFDeclTagAttr>())
    M.DeclTags.push_back(Tag->getBTFDeclTag().str());
  M.Size = Ctx.getTypeSizeInChars(VD->getType()).getQuantity();
  Types.noteFlaw(M, VD->getType());
  uint64_t End = Sec.Members.empty() ? 0
                                     : Sec.Members.back().BitOffset / 8 +
                                           Sec.Members.back().Size;
  M.BitOffset = 8 * llvm::alignTo(End, Ctx.getDeclAlign(VD).getQuantity());
  Placed.try_emplace(VD->getCanonicalDecl(),
                     InSection{At->second, M.BitOffset / 8});
  Sec.Members.push_back(std::move(M));
  Sections[Same->Value].push_back(VD);
}

llvm::ArrayRef<kernel::Problem>
Program::verdict(const kernel::Kernel &K) const {
  return Verdicts.get(K, [this](const kernel::Kernel &K) {
    return kernel::judge(graph(), Maps, K);
  });
}

/// All types that a value of type \p Id contains, itself included.
static llvm::DenseSet<TypeId> partsOf(const btf::Graph &G, TypeId Id) {
  llvm::DenseSet<TypeId> Parts;
  llvm::SmallVector<TypeId, 16> Work{Id};
  while (!Work.empty()) {
    Id = G.skipModifiers(Work.pop_back_val());
    if (!Parts.insert(Id).second)
      continue;
    if (G[Id].K == btf::Kind::Array)
      Work.push_back(G[Id].Ref);
    for (const btf::Member &M : G[Id].Members)
      Work.push_back(M.Type);
  }
  return Parts;
}

const VarDecl *Program::holderIn(unsigned Map, TypeId Held) const {
  auto It = Sections.find(Maps[Map].Value);
  if (It == Sections.end())
    return MapSources[Map].Var;
  for (const auto &[M, VD] : llvm::zip(graph()[It->first].Members, It->second))
    if (partsOf(graph(), M.Type).count(Held))
      return VD;
  return nullptr;
}

const DeclaratorDecl *Program::memberWith(TypeId Object, TypeId Held) const {
  for (auto [Index, M] : llvm::enumerate(graph()[Object].Members))
    if (partsOf(graph(), M.Type).count(Held))
      return declaration({Object, unsigned(Index)});
  return nullptr;
}

llvm::ArrayRef<unsigned> Program::mapsHolding(const RecordDecl *RD) const {
  TypeId Id = Types.idOf(RD);
  if (!Id)
    return {};
  if (!HeldIn) {
    HeldIn.emplace();
    for (unsigned I = 0; I != Maps.size(); ++I)
      for (TypeId Part : partsOf(graph(), Maps[I].Value))
        (*HeldIn)[Part].push_back(I);
  }
  auto It = HeldIn->find(Id);
  return It == HeldIn->end() ? llvm::ArrayRef<unsigned>()
                             : llvm::ArrayRef(It->second);
}

} // namespace bpftidy
