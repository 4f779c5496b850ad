//===- Lookups.cpp - map values that may not be there ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "flow/Explorer.h"
#include "clang/AST/ASTContext.h"

using namespace clang;

namespace bpftidy {
namespace flow {

bool Explorer::isNoElement(const State &S, const Node *Key, uint64_t Entries) {
  const Node *Loc = Values.pointee(Key);
  const VarDecl *VD = rootVariable(Loc);
  // It looks for constants on the stack only.
  if (!isLocalPart(Loc)) {
    const Node *Root = rootPointer(Loc);
    return VD || (Root && symOf(Root));
  }
  const ValueDecl *Part = innermost(Loc);
  constexpr uint64_t Bits = 32; // of the key of an array
  if (!Part || Ctx.getTypeSize(Ctx.getBaseElementType(Part->getType())) != Bits)
    return false;
  const Node *V = nullptr;
  for (const auto &[Known, Held] : S.Vars)
    if (Loc->Kind == Op::LVar && Known == VD)
      V = Held;
  for (const auto &[Known, Held] : S.Memory)
    if (Known == Loc)
      V = Held;
  if (!V)
    return false;
  if (V->Kind == Op::Const)
    return Entries && (uint64_t(V->Imm) & 0xffffffff) >= Entries;
  return span(S, Values, V).has_value();
}

bool Explorer::lookupMayFail(State &S, const CallExpr *E, const Node *In,
                             kernel::ValueHelper Helper) {
  auto Find = [this](const CallExpr *Call) {
    return Call && Call->getNumArgs()
               ? P.accesses().pointers().map(Call->getArg(0))
               : std::nullopt;
  };
  std::optional<unsigned> Map = Find(E);
  if (!Map && In && In->Kind == Op::Sym && In->source().How == Made::Lookup)
    if (auto Outer = Find(dyn_cast<CallExpr>(In->source().Site)))
      Map = P.maps()[*Outer].Template;
  const kernel::MapType *T =
      Map ? kernel::mapType(P.maps()[*Map].Type) : nullptr;
  if (!T)
    return false;
  // A map of maps has elements, too, that nobody has filled.
  if (!(T->Traits & kernel::maptype::Indexed) ||
      (T->Traits & kernel::maptype::MapOfMaps) || !Helper.ByKey ||
      !K.KnowsElements())
    return true;
  return E->getNumArgs() > 1 &&
         isNoElement(S, value(S, E->getArg(1)), P.maps()[*Map].Entries);
}

} // namespace flow
} // namespace bpftidy
