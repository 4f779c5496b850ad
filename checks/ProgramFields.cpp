//===- ProgramFields.cpp - what accesses can reach ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program.h"
#include "clang/AST/Decl.h"

using namespace clang;

namespace bpftidy {

using kernel::Effect;

const Accesses &Program::accesses() const {
  if (Touched)
    return *Touched;
  std::vector<const FunctionDecl *> Bodies;
  for (const Decl *D : TopLevel)
    if (const auto *FD = dyn_cast<FunctionDecl>(D);
        FD && FD->isThisDeclarationADefinition() && FD->getBody() &&
        !FD->isInvalidDecl())
      Bodies.push_back(FD);
  llvm::DenseMap<const VarDecl *, unsigned> MapOf;
  llvm::DenseSet<unsigned> MapsOfMaps;
  for (unsigned I = 0; I != Maps.size(); ++I) {
    if (const VarDecl *VD = MapSources[I].Var)
      MapOf[VD->getCanonicalDecl()] = I;
    const kernel::MapType *T = kernel::mapType(Maps[I].Type);
    if (T && (T->Traits & kernel::maptype::MapOfMaps))
      MapsOfMaps.insert(I);
  }
  Touched = std::make_unique<Accesses>(
      Pointers(Ctx, std::move(MapOf), std::move(MapsOfMaps)), Bodies);
  return *Touched;
}

llvm::ArrayRef<kernel::Field>
Program::mapFields(unsigned Map, const kernel::Kernel &K) const {
  auto [It, New] = Fields.try_emplace({K.release(), true, Map});
  if (!New)
    return It->second;
  for (const kernel::Problem &P : verdict(K)) {
    bool Here = llvm::is_contained(P.Maps, Map);
    if (P.Cost == Effect::BtfLost || (Here && (P.Cost == Effect::FieldsLost ||
                                               P.Cost == Effect::MapRefused)))
      return It->second;
  }
  kernel::Walk W = kernel::Walker(graph(), K, kernel::Purpose::MapValue)
                       .walk(Maps[Map].Value);
  if (!W.fails())
    It->second = std::move(W.Fields);
  return It->second;
}

llvm::ArrayRef<kernel::Field>
Program::objectFields(btf::TypeId Struct, const kernel::Kernel &K) const {
  auto [It, New] = Fields.try_emplace({K.release(), false, Struct});
  if (!New)
    return It->second;
  for (const kernel::Problem &P : verdict(K))
    if (P.Cost == Effect::BtfLost)
      return It->second;
  kernel::Walker Walker(graph(), K, kernel::Purpose::Object);
  if (!Walker.isParsed(Struct))
    return It->second;
  kernel::Walk W = Walker.walk(Struct);
  if (!W.fails())
    It->second = std::move(W.Fields);
  return It->second;
}

std::optional<Program::InSection> Program::sectionOf(const VarDecl *VD) const {
  auto It = Placed.find(VD->getCanonicalDecl());
  return It == Placed.end() ? std::nullopt : std::optional(It->second);
}

} // namespace bpftidy
