//===- KptrPassedToHelperMemory.cpp - a kptr in a callee's memory --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A helper, a kfunc or a global function that is given memory reads and writes
// it as bytes, past the verifier's eyes. check_map_access() therefore refuses
// any range that has a kptr in it: "kptr cannot be accessed indirectly by
// helper"; for a global function, "Caller passes invalid args into func#1".
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

static void check(const Program &P, const kernel::Kernel &K, Findings &F,
                  const Call &C, const Expr *Arg, uint64_t Size, bool Exact,
                  bool Global) {
  Address A = P.accesses().pointers().pointee(Arg);
  if (!Size || A.Variable)
    return;
  for (const Touch &T : touches(P, K, A, Size)) {
    if (T.InObject)
      continue;
    F.warn(Arg->getExprLoc(), kernel::Effect::ProgramRefused,
           "%select{memory|the %0 bytes}5 that %1() gets "
           "%select{has|have}5 %2, %3, in %select{it|them}5, and the kernel "
           "keeps %select{helpers|global functions}4 away from those")
        << unsigned(Size) << C.Name << T.Decl << kernel::words(T.Field->Kind)
        << unsigned(Global) << unsigned(Exact) << Arg->getSourceRange();
    F.note(Arg->getExprLoc(),
           Global ? "make it a static function"
                  : "pass a part without it, or a copy of what is needed");
    noteField(P, F, T);
    return;
  }
}

/// True if the compiler keeps \p FD a function of its own that the verifier
/// checks apart from its callers.
static bool isGlobalFunction(const FunctionDecl *FD) {
  return FD->isExternallyVisible() && FD->hasBody() &&
         (FD->hasAttr<NoInlineAttr>() || FD->hasAttr<WeakAttr>());
}

/// True if \p S certainly does something that the compiler keeps.
static bool hasEffect(const Stmt *S) {
  if (!S)
    return false;
  if (isa<GCCAsmStmt>(S))
    return true;
  if (const auto *Call = dyn_cast<CallExpr>(S))
    if (const FunctionDecl *FD = Call->getDirectCallee();
        !Call->getBuiltinCallee() && (!FD || !FD->hasBody()))
      return true;
  return llvm::any_of(S->children(), hasEffect);
}

void kptrPassedToHelperMemory(const Program &P, const kernel::Kernel &K,
                              Findings &F) {
  for (const Call &C : P.accesses().calls()) {
    for (const kernel::MemoryArg &M : kernel::memoryArgs(C.Name)) {
      bool Exact = true;
      uint64_t Size = C.arg(M.Arg) ? sizeOf(P, C, M, Exact) : 0;
      if (Size)
        check(P, K, F, C, C.arg(M.Arg), Size, Exact, false);
    }
    const FunctionDecl *FD = C.E->getDirectCallee();
    if (!FD || !isGlobalFunction(FD) ||
        !(FD->hasAttr<WeakAttr>() || C.Used || hasEffect(FD->getBody())))
      continue;
    for (unsigned I = 0; I != FD->getNumParams() && C.arg(I); ++I) {
      QualType T = FD->getParamDecl(I)->getType()->getPointeeType();
      if (!T.isNull() && T->isObjectType() &&
          !FD->getParamDecl(I)->hasAttr<BTFDeclTagAttr>())
        check(P, K, F, C, C.arg(I), sizeOf(T, P.context()), true, true);
    }
  }
}

} // namespace bpftidy
