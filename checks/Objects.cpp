//===- Objects.cpp - which object a pointer points to ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Touch.h"
#include "clang/AST/Decl.h"

using namespace clang;

namespace bpftidy {

using kernel::CallRole;
using kernel::FieldKind;

const RecordDecl *allocated(const CallExpr *Call) {
  CallRole Role = kernel::callRole(calleeName(Call));
  if (Role != CallRole::New && Role != CallRole::PercpuNew)
    return nullptr;
  // The first argument is __builtin_btf_type_id(*(T *)0, ...).
  if (!Call->getNumArgs())
    return nullptr;
  const auto *Id = dyn_cast<CallExpr>(Call->getArg(0)->IgnoreParenCasts());
  if (!Id || !Id->getNumArgs() || calleeName(Id) != "__builtin_btf_type_id")
    return nullptr;
  const RecordDecl *RD =
      Id->getArg(0)->IgnoreParenImpCasts()->getType()->getAsRecordDecl();
  RD = RD ? RD->getDefinition() : nullptr;
  return RD && !RD->isInvalidDecl() ? RD : nullptr;
}

static Object pointedBy(const Program &P, const Touch &T) {
  const btf::Type &Pointee = P.graph()[T.Field->Pointee];
  Object O;
  O.Struct = Pointee.Name;
  O.Type = T.Field->Pointee;
  O.Percpu = T.is(FieldKind::Percpu);
  O.Local = T.owns() && !Pointee.OfKernel;
  O.From = T;
  return O;
}

/// What the pointer \p A, loaded from a kernel object, points to.
static std::optional<Object> memberOf(const Program &P, const kernel::Kernel &K,
                                      const Address &A) {
  auto Outer = enclosing(P, K, *A.From);
  QualType T = A.Load->getType()->getPointeeType();
  const RecordDecl *RD = T.isNull() ? nullptr : T->getAsRecordDecl();
  if (!Outer || !Outer->ofKernel() || !RD)
    return std::nullopt;
  Object O;
  O.Struct = RD->getName().str();
  O.Type = P.types().idOf(RD);
  O.Borrowed = true;
  O.Member = true;
  return O;
}

std::optional<Object> enclosing(const Program &P, const kernel::Kernel &K,
                                Address A) {
  A.Offset = 0;
  A.Variable = false;
  return objectAt(P, K, A);
}

bool Object::ofKernel() const {
  return !Local && kernel::isKernelStruct(kernel::withoutFlavour(Struct));
}

std::optional<Object> objectAt(const Program &P, const kernel::Kernel &K,
                               const Address &A) {
  if (A.In == Memory::Loaded) {
    auto T = fieldAt(P, K, *A.From);
    if (!T)
      return memberOf(P, K, A);
    if (!T->Field->Pointee)
      return std::nullopt;
    Object O = pointedBy(P, *T);
    O.Local &= !kernel::isKernelStruct(O.Struct);
    O.Borrowed = true;
    return O;
  }
  if (A.In != Memory::Result)
    return std::nullopt;
  llvm::StringRef Name = calleeName(A.Call);
  CallRole Role = kernel::callRole(Name);
  Object O;
  if (const RecordDecl *RD = allocated(A.Call)) {
    O.Struct = RD->getName().str();
    O.Type = P.types().idOf(RD);
    O.Local = true;
    O.Percpu = Role == CallRole::PercpuNew;
    return O;
  }
  const auto &Ptrs = P.accesses().pointers();
  if (Role == CallRole::Again && A.Call->getNumArgs()) {
    Address Of = Ptrs.pointee(A.Call->getArg(0));
    auto Same = Of.Offset || Of.Variable ? std::nullopt : objectAt(P, K, Of);
    if (Same)
      Same->Borrowed = false;
    return Same;
  }
  if (kernel::isPercpuHelper(Name) && A.Call->getNumArgs()) {
    auto Own = objectAt(P, K, Ptrs.pointee(A.Call->getArg(0)));
    if (!Own || !Own->Percpu)
      return std::nullopt;
    Own->Percpu = false;
    Own->Borrowed = true;
    return Own;
  }
  if (Role == CallRole::Exchange && A.Call->getNumArgs()) {
    auto T = fieldAt(P, K, Ptrs.pointee(A.Call->getArg(0)));
    if (!T || !T->owns())
      return std::nullopt;
    O = pointedBy(P, *T);
    O.Local &= !kernel::isKernelStruct(O.Struct);
    O.From = std::nullopt;
    return O;
  }
  if (llvm::StringRef Trusted = kernel::borrowedResult(Name);
      !Trusted.empty()) {
    O.Struct = Trusted.str();
    O.Borrowed = true;
    return O;
  }
  // A node that a list or tree gives back is a part of some object.
  if (Role == CallRole::Graph)
    return std::nullopt;
  auto C = kernel::callee(Name, K);
  if (C && !C->IsHelper && C->acquires() &&
      !kernel::resultStruct(Name).empty()) {
    O.Struct = kernel::resultStruct(Name).str();
    return O;
  }
  return std::nullopt;
}

bool isExplained(const Program &P, const kernel::Kernel &K, unsigned Map,
                 const Decl *D) {
  // Without a declaration, any lost tag may be the reason.
  for (const LostTag &Tag : P.lostTags())
    if (!D || Tag.Of->getCanonicalDecl() == D->getCanonicalDecl())
      return true;
  return llvm::any_of(P.verdict(K), [&](const kernel::Problem &X) {
    return X.Cost == kernel::Effect::BtfLost || llvm::is_contained(X.Maps, Map);
  });
}

/// True if the compiler may take static \p VD for what it begins as.
static bool mayBeFolded(const Program &P, const VarDecl *VD) {
  return !VD->isExternallyVisible() && !VD->getType().isVolatileQualified() &&
         llvm::none_of(P.accesses().accesses(), [&](const Access &A) {
           return A.How == Access::Kind::Store && A.Where.Var == VD &&
                  P.accesses().pointers().pointee(A.Value).In != Memory::Null;
         });
}

/// True if \p At is in a map or in globals, and no mistake in a declaration is
/// why the kernel sees no field there.
static bool isOfMap(const Program &P, const kernel::Kernel &K,
                    const Address &At) {
  std::optional<unsigned> Map;
  if (At.In == Memory::Value)
    Map = At.Map;
  else if (At.In == Memory::Global && !At.Var->getType().isConstQualified() &&
           !mayBeFolded(P, At.Var))
    if (auto In = P.sectionOf(At.Var))
      Map = In->Map;
  return Map && P.maps()[*Map].Value && !isExplained(P, K, *Map, nullptr);
}

/// True if \p At is in a program-local object, or in what a uptr points to.
static bool isOfObject(const Program &P, const kernel::Kernel &K,
                       const Address &At) {
  auto O = enclosing(P, K, At);
  if (!O || !O->Type || O->Percpu ||
      llvm::any_of(P.verdict(K), [](const kernel::Problem &X) {
        return X.Cost == kernel::Effect::BtfLost;
      }))
    return false;
  return O->Local || (O->From && O->From->is(FieldKind::User));
}

/// True if \p At is memory that is no kptr: what is loaded from there is a
/// number, whatever its type.
static bool isPlainMemory(const Program &P, const kernel::Kernel &K,
                          const Address &At, const FunctionDecl *In) {
  if (At.Variable || !touches(P, K, At).empty() ||
      (!isOfMap(P, K, At) && !isOfObject(P, K, At)))
    return false;
  // The compiler may pass on what the same program stored there.
  return llvm::none_of(P.accesses().accesses(), [&](const Access &A) {
    if (!A.writes() || (A.Where.known() && A.Where.In != At.In))
      return false;
    bool Disjoint = A.Where.Map != At.Map || A.Where.Var != At.Var ||
                    (!A.Where.Variable &&
                     (A.Where.Offset >= At.Offset + int64_t(KptrSize) ||
                      A.Where.Offset + int64_t(A.Size) <= At.Offset));
    return !(A.Where.known() && Disjoint) && P.accesses().runTogether(A.In, In);
  });
}

bool isPlainNumber(const Program &P, const kernel::Kernel &K, const Address &A,
                   const FunctionDecl *In) {
  if (A.In != Memory::Loaded)
    return false;
  // Memory of an arena is reached by what the verifier takes for numbers. In an
  // object, a pointer to no struct may be read through: seen on Linux 6.18.
  QualType T = A.Load->getType()->getPointeeType();
  bool ToStruct = !T.isNull() && T->isRecordType();
  bool OfMap = A.From->In == Memory::Value || A.From->In == Memory::Global;
  return (T.isNull() || T.getAddressSpace() == LangAS::Default) &&
         (ToStruct || OfMap) && isPlainMemory(P, K, *A.From, In);
}

std::string noObject(const Program &P, const kernel::Kernel &K,
                     const Address &A, const FunctionDecl *In) {
  switch (A.In) {
  case Memory::Scalar:
    if (A.Call && kernel::writesMemory(calleeName(A.Call), 0))
      return ("what " + calleeName(A.Call) + "() read, a number").str();
    return A.Call
               ? ("the result of " + calleeName(A.Call) + "(), a number").str()
               : "a number";
  case Memory::Local:
    return "the address of a variable on the stack";
  case Memory::Value:
    return "the address of a map value";
  case Memory::Global:
    return "the address of a global variable";
  case Memory::Text:
    return "a string";
  case Memory::Context:
    return "the context of the program";
  case Memory::Result:
    return kernel::returnsMemory(calleeName(A.Call))
               ? ("memory from " + calleeName(A.Call) + "()").str()
               : "";
  case Memory::Loaded:
    return !A.Offset && !A.Variable && isPlainNumber(P, K, A, In)
               ? "a number from plain memory"
               : "";
  default:
    return "";
  }
}

} // namespace bpftidy
