//===- GivenMemory.cpp - memory that calls let others work on -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Stmt.h"

using namespace clang;

namespace bpftidy {

static uint64_t sizeOf(const btf::Graph &G, btf::TypeId Id) {
  Id = G.skipModifiers(Id);
  if (G[Id].K == btf::Kind::Array)
    return G[Id].Count * sizeOf(G, G[Id].Ref);
  return G[Id].Size;
}

/// At least so many bytes; \p Exact is cleared if they may be more.
static uint64_t sizeOf(const Program &P, const Call &C,
                       const kernel::MemoryArg &M, bool &Exact) {
  if (M.SizeArg == kernel::MemoryArg::Fixed)
    return M.Bytes;
  if (M.SizeArg < kernel::MemoryArg::Fixed) {
    const Expr *Size = C.arg(M.SizeArg);
    if (auto Bytes = P.accesses().pointers().number(Size))
      return *Bytes;
    // The verifier takes the greatest size.
    Exact = false;
    return Size && varies(P.accesses().pointers(), Size, C.In);
  }
  auto Map = C.arg(0) ? P.accesses().pointers().map(C.arg(0)) : std::nullopt;
  if (!Map)
    return 0;
  bool Key = M.SizeArg == kernel::MemoryArg::MapKey;
  if (btf::TypeId T = Key ? P.maps()[*Map].Key : P.maps()[*Map].Value)
    return sizeOf(P.graph(), T);
  // __uint(value_size, 16) is a pointer to an array of so many.
  const FieldDecl *Given =
      P.source(*Map).member(Key ? "key_size" : "value_size");
  const ConstantArrayType *AT = Given ? P.context().getAsConstantArrayType(
                                            Given->getType()->getPointeeType())
                                      : nullptr;
  return AT ? AT->getSize().getZExtValue() : 0;
}

/// True if the compiler keeps \p FD a function of its own that the verifier
/// checks apart from its callers.
static bool isGlobalFunction(const FunctionDecl *FD) {
  return FD->isExternallyVisible() && FD->hasBody() &&
         (FD->hasAttr<NoInlineAttr>() || FD->hasAttr<WeakAttr>());
}

std::vector<GivenMemory> givenMemory(const Program &P, const Call &C) {
  std::vector<GivenMemory> Found;
  for (const kernel::MemoryArg &M : kernel::memoryArgs(C.Name)) {
    bool Exact = true;
    if (uint64_t Size = C.arg(M.Arg) ? sizeOf(P, C, M, Exact) : 0)
      Found.push_back({C.arg(M.Arg), Size, Exact, false});
  }
  const FunctionDecl *FD = C.E->getDirectCallee();
  if (!FD || !isGlobalFunction(FD) ||
      !(FD->hasAttr<WeakAttr>() || C.Used || hasEffect(FD->getBody())))
    return Found;
  for (unsigned I = 0; I != FD->getNumParams() && C.arg(I); ++I) {
    QualType T = FD->getParamDecl(I)->getType()->getPointeeType();
    uint64_t Size = !T.isNull() && T->isObjectType() &&
                            !FD->getParamDecl(I)->hasAttr<BTFDeclTagAttr>()
                        ? bpftidy::sizeOf(T, P.context())
                        : 0;
    if (Size)
      Found.push_back({C.arg(I), Size, true, true});
  }
  return Found;
}

} // namespace bpftidy
