//===- FieldDirectAccess.cpp - bytes of a lock, timer or node -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is in a lock, timer, list head or other special struct is the kernel's
// alone. No byte of it may be read or written, by the program or by a helper
// that is given memory: "bpf_timer cannot be accessed directly by load/store".
// In objects of bpf_obj_new(): "direct access to bpf_list_node is disallowed".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

static void checkAccess(const Program &P, const kernel::Kernel &K, Findings &F,
                        const Access &A) {
  if (A.Where.Variable || !(A.Used || A.Volatile || A.writes()))
    return;
  Address Where = A.Where.known() ? A.Where : placeInTurn(P, K, A.Place);
  if (Where.In == Memory::Loaded && !A.writes() && !inRcu(P, A.In))
    return;
  auto Touched = structTouches(P, K, Where, A.Size);
  if (Touched.empty())
    return;
  const Touch &T = Touched.front();
  // More than the field itself, or a part of that.
  bool Along = T.Delta < 0 || A.Size > sizeOf(T.Decl->getType(), P.context());
  const Expr *At = A.writes() ? A.E : A.Place;
  F.warn(At->getExprLoc(), kernel::Effect::ProgramRefused,
         "this %select{reads|writes}0 %1, %2%select{|, along with the rest}3, "
         "and the kernel lets no program touch what is in it")
      << unsigned(A.writes()) << T.Decl << kernel::words(T.Field->Kind)
      << unsigned(Along) << At->getSourceRange();
  noteInside(F, A);
  if (Along)
    F.note(At->getExprLoc(),
           "%select{read|write}0 the other members one by one")
        << unsigned(A.writes());
  noteField(P, F, T);
}

void fieldDirectAccess(const Program &P, const kernel::Kernel &K, Findings &F) {
  for (const Access &A : P.accesses().accesses())
    checkAccess(P, K, F, A);
  for (const Call &C : P.accesses().calls())
    for (const GivenMemory &M : givenMemory(P, C)) {
      Address A = P.accesses().pointers().pointee(M.Pointer);
      auto Touched =
          A.Variable ? std::vector<Touch>() : structTouches(P, K, A, M.Size);
      // Objects are no memory that may be given away, with or without fields.
      if (Touched.empty() || Touched.front().InObject)
        continue;
      const Touch &T = Touched.front();
      F.warn(M.Pointer->getExprLoc(), kernel::Effect::ProgramRefused,
             "%select{memory|the %0 bytes}5 that %1() gets "
             "%select{has|have}5 %2, %3, in %select{it|them}5, and the kernel "
             "lets no %select{helper|global function}4 touch what is in that")
          << unsigned(M.Size) << C.Name << T.Decl
          << kernel::words(T.Field->Kind) << unsigned(M.Global)
          << unsigned(M.Exact) << M.Pointer->getSourceRange();
      F.note(M.Pointer->getExprLoc(),
             M.Global ? "make it a static function"
                      : "pass a part without it, or a copy of what is needed");
      noteField(P, F, T);
    }
}

} // namespace bpftidy
