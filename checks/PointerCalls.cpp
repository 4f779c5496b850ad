//===- PointerCalls.cpp - pointers that functions take and return ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pointers.h"
#include "kernel/Kfuncs.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"

using namespace clang;

namespace bpftidy {

bool Pointers::isWritten(const VarDecl *VD) const {
  auto It = Vars.find(VD);
  return It != Vars.end() && (It->second.Escapes || !It->second.Values.empty());
}

std::vector<const Expr *> Pointers::passed(const ParmVarDecl *PD) const {
  const auto *FD = dyn_cast<FunctionDecl>(PD->getDeclContext());
  auto It = FD ? Functions.find(FD->getCanonicalDecl()) : Functions.end();
  if (It == Functions.end() || It->second.Escapes ||
      !It->second.CallbackOf.empty() || isWritten(PD))
    return {};
  std::vector<const Expr *> Passed;
  for (const CallExpr *Call : It->second.Calls) {
    if (PD->getFunctionScopeIndex() >= Call->getNumArgs())
      return {};
    Passed.push_back(Call->getArg(PD->getFunctionScopeIndex()));
  }
  return Passed;
}

std::optional<int64_t> Pointers::number(const Expr *E) const {
  if (!E || E->containsErrors() || Depth > MaxDepth)
    return std::nullopt;
  Expr::EvalResult R;
  if (!E->isValueDependent() && E->getType()->isIntegralOrEnumerationType() &&
      E->EvaluateAsInt(R, Ctx))
    return R.Val.getInt().getExtValue();
  const VarDecl *VD = localVariable(E->IgnoreParenImpCasts());
  const auto *PD = dyn_cast_or_null<ParmVarDecl>(VD);
  if (!PD)
    return std::nullopt;
  Asking Ask(Asked, PD);
  if (Ask.again())
    return std::nullopt;
  ++Depth;
  std::optional<int64_t> All;
  for (const Expr *One : passed(PD)) {
    std::optional<int64_t> N = number(One);
    if (!N || (All && All != N)) {
      All = std::nullopt;
      break;
    }
    All = N;
  }
  --Depth;
  return All;
}

/// The parameter of a static function has what its callers pass.
Address Pointers::parameter(const ParmVarDecl *PD) const {
  const auto *FD = dyn_cast<FunctionDecl>(PD->getDeclContext());
  if (!FD || isWritten(PD))
    return Address();
  if (auto It = Bound.find(PD); It != Bound.end())
    return It->second;
  const auto *Section = FD->getAttr<SectionAttr>();
  auto Kind = Section && PD->getFunctionScopeIndex() == 0
                  ? kernel::programKind(Section->getName())
                  : std::nullopt;
  if (Kind && !kernel::takesArguments(Kind->Type)) {
    Address A;
    A.In = Memory::Context;
    return A;
  }
  auto It = Functions.find(FD->getCanonicalDecl());
  if (It != Functions.end() && !It->second.Escapes &&
      !It->second.CallbackOf.empty())
    return It->second.Calls.empty() ? callback(PD, It->second) : Address();
  return merged(passed(PD));
}

/// The value that a visit of a map, or a timer, hands to its callback.
Address Pointers::callback(const ParmVarDecl *PD, const Function &F) const {
  std::optional<unsigned> Map;
  for (const CallExpr *Call : F.CallbackOf) {
    auto From = kernel::callbackValue(calleeName(Call));
    if (!From || From->Arg >= Call->getNumArgs() ||
        PD->getFunctionScopeIndex() != From->Param)
      return Address();
    const Expr *Arg = Call->getArg(From->Arg);
    std::optional<unsigned> One;
    if (!From->ByField)
      One = map(Arg);
    else if (Address Field = pointee(Arg); Field.In == Memory::Value)
      One = Field.Map;
    if (!One || (Map && Map != One))
      return Address();
    Map = One;
  }
  Address A;
  A.In = Memory::Value;
  A.Map = *Map;
  return A;
}

std::optional<unsigned> Pointers::map(const Expr *E) const {
  E = E->IgnoreParenCasts();
  if (const auto *UO = dyn_cast<UnaryOperator>(E);
      UO && UO->getOpcode() == UO_AddrOf)
    E = UO->getSubExpr()->IgnoreParenCasts();
  while (const auto *AS = dyn_cast<ArraySubscriptExpr>(E))
    E = AS->getBase()->IgnoreParenCasts();
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  const auto *VD = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!VD)
    return std::nullopt;
  if (auto It = MapOf.find(VD->getCanonicalDecl()); It != MapOf.end())
    return It->second;
  // A parameter or local with a map in it.
  if (!VD->hasLocalStorage() || Depth > MaxDepth)
    return std::nullopt;
  Address A = variable(VD, E);
  if (A.In != Memory::Global || A.Offset || A.Variable)
    return std::nullopt;
  auto It = MapOf.find(A.Var->getCanonicalDecl());
  return It == MapOf.end() ? std::nullopt : std::optional(It->second);
}

Address Pointers::call(const CallExpr *Call) const {
  llvm::StringRef Name = calleeName(Call);
  Address A;
  if (kernel::valueHelper(Name) && Call->getNumArgs()) {
    auto Map = map(Call->getArg(0));
    if (!Map) {
      // All maps that a map of maps may hold have the fields of its template.
      A = pointee(Call->getArg(0));
      if (A.In != Memory::Map || A.Offset || A.Variable)
        return Address();
      A.In = Memory::Value;
      return A;
    }
    auto Inner = InnerOf.find(*Map);
    if (Inner != InnerOf.end() && Inner->second == *Map)
      return A;
    A.In = Inner == InnerOf.end() ? Memory::Value : Memory::Map;
    A.Map = Inner == InnerOf.end() ? *Map : Inner->second;
    return A;
  }
  if (Call->getBuiltinCallee()) {
    // The mark of CO-RE changes nothing.
    if (Name == "__builtin_preserve_access_index" && Call->getNumArgs() == 1)
      return pointee(Call->getArg(0));
    return A;
  }
  const FunctionDecl *FD = Call->getDirectCallee();
  if (!FD || !FD->hasBody()) {
    if (Name.empty())
      return A;
    A.In = Call->getType()->isIntegralOrEnumerationType() ? Memory::Scalar
                                                          : Memory::Result;
    A.Call = Call;
    return A;
  }
  // A static function that merely forwards.
  auto It = Functions.find(FD->getCanonicalDecl());
  if (FD->isExternallyVisible() || It == Functions.end() ||
      It->second.Returns.empty())
    return A;
  return bound(Call, [&] { return merged(It->second.Returns); });
}

/// Asks \p Question with the parameters of the function that \p Call calls
/// bound to its arguments.
Address Pointers::bound(const CallExpr *Call,
                        llvm::function_ref<Address()> Question) const {
  std::vector<std::pair<const ParmVarDecl *, Address>> Passed;
  const FunctionDecl *Def = Call->getDirectCallee()->getDefinition();
  for (unsigned I = 0; I != std::min(Def->getNumParams(), Call->getNumArgs());
       ++I)
    if (Def->getParamDecl(I)->getType()->isPointerType())
      Passed.push_back({Def->getParamDecl(I), pointee(Call->getArg(I))});
  Asking Ask(Asked, Def->getCanonicalDecl());
  if (Ask.again())
    return Address();
  for (auto &[PD, Address] : Passed)
    Bound[PD] = Address;
  Address A = Question();
  for (auto &[PD, Address] : Passed)
    Bound.erase(PD);
  return A;
}

Address Pointers::forCall(const CallExpr *Call, const Expr *E) const {
  const FunctionDecl *FD = Call->getDirectCallee();
  auto It = FD ? Functions.find(FD->getCanonicalDecl()) : Functions.end();
  if (It == Functions.end() || It->second.Escapes || !FD->hasBody() ||
      !It->second.CallbackOf.empty())
    return Address();
  return bound(Call, [&] { return E->isGLValue() ? place(E) : pointee(E); });
}

} // namespace bpftidy
