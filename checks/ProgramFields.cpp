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
    // The shape of its inner maps has the same variable.
    if (const VarDecl *VD = MapSources[I].Var; VD && !Maps[I].IsTemplate)
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
  return MapFields[Map].get(K, [&](const kernel::Kernel &K) {
    for (const kernel::Problem &P : verdict(K)) {
      bool Here = llvm::is_contained(P.Maps, Map);
      if (P.Cost == Effect::BtfLost || (Here && (P.Cost == Effect::FieldsLost ||
                                                 P.Cost == Effect::MapRefused)))
        return std::vector<kernel::Field>();
    }
    kernel::Walk W = kernel::Walker(graph(), K, kernel::Purpose::MapValue)
                         .walk(Maps[Map].Value);
    return W.fails() ? std::vector<kernel::Field>() : std::move(W.Fields);
  });
}

llvm::ArrayRef<kernel::Field>
Program::objectFields(btf::TypeId Struct, const kernel::Kernel &K) const {
  return ObjectFields[Struct].get(K, [&](const kernel::Kernel &K) {
    std::vector<kernel::Field> None;
    for (const kernel::Problem &P : verdict(K))
      if (P.Cost == Effect::BtfLost)
        return None;
    kernel::Walker Walker(graph(), K, kernel::Purpose::Object);
    if (!Walker.isParsed(Struct))
      return None;
    kernel::Walk W = Walker.walk(Struct);
    return W.fails() ? None : std::move(W.Fields);
  });
}

std::optional<Program::InSection> Program::sectionOf(const VarDecl *VD) const {
  auto It = Placed.find(VD->getCanonicalDecl());
  return It == Placed.end() ? std::nullopt : std::optional(It->second);
}

} // namespace bpftidy
