//===- PointerFromPlainMemory.cpp - a number that is used as a pointer ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The verifier follows pointers through kptrs and the stack. What is loaded
// from any other memory of a map, of a global or of an object from
// bpf_obj_new() is a number to it, and so is a uptr in such an object. A number
// cannot be dereferenced, "R1 invalid mem access 'scalar'", nor passed for an
// object, "R1 type=scalar expected=ptr_, trusted_ptr_, rcu_ptr_".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

static void report(const Program &P, const kernel::Kernel &K, Findings &F,
                   const Address &A, const Expr *At, llvm::StringRef Callee) {
  const auto *Load = dyn_cast<CastExpr>(A.Load->IgnoreParens());
  const DeclaratorDecl *Kept = namedBy(Load ? Load->getSubExpr() : A.Load);
  auto O = enclosing(P, K, *A.From);
  unsigned Where = !O ? 0 : O->Local ? 1 : 2;
  F.warn(At->getExprLoc(), kernel::Effect::ProgramRefused,
         "%select{this|%1}0 is %select{no kptr|in a program-local object and "
         "no kptr|in memory of user space}2, so that what is loaded from it is "
         "a number, and %select{cannot be dereferenced|%4() wants an object}3")
      << unsigned(Kept != nullptr) << Kept << Where << unsigned(!Callee.empty())
      << Callee << At->getSourceRange();
  if (Where != 2)
    F.note(At->getExprLoc(),
           "hold the pointer in a kptr, or read by bpf_probe_read_kernel()");
  if (Kept)
    F.note(Kept->getLocation(), "%0 is declared here") << Kept;
}

/// The kptr that a helper read to get the number \p A; none if it is another
/// sort of number.
static std::optional<Touch>
readByHelper(const Program &P, const kernel::Kernel &K, const Address &A) {
  if (A.In == Memory::Scalar && A.Call)
    for (const Expr *Arg : A.Call->arguments())
      if (Arg->getType()->isPointerType())
        if (auto T = fieldAt(P, K, P.accesses().pointers().pointee(Arg)))
          return T;
  return std::nullopt;
}

static void reportRead(const Program &P, Findings &F, const Address &A,
                       const Touch &T, const Expr *At, llvm::StringRef Callee) {
  F.warn(At->getExprLoc(), kernel::Effect::ProgramRefused,
         "what %0() reads from %1 is a number, and "
         "%select{cannot be dereferenced|%3() wants an object}2")
      << calleeName(A.Call) << T.Decl << unsigned(!Callee.empty()) << Callee
      << At->getSourceRange();
  F.note(A.Call->getExprLoc(),
         "load it by a plain access, which makes it a pointer");
  noteField(P, F, T);
}

void pointerFromPlainMemory(const Program &P, const kernel::Kernel &K,
                            Findings &F) {
  llvm::DenseSet<const Expr *> Said;
  for (const Access &A : P.accesses().accesses()) {
    if (!(A.writes() || A.Used || A.Volatile) ||
        A.Place->getType().getAddressSpace() != LangAS::Default)
      continue;
    if (isPlainNumber(P, K, A.Where, A.In) && Said.insert(A.Where.Load).second)
      report(P, K, F, A.Where, A.Place, "");
    if (auto T = readByHelper(P, K, A.Where);
        T && Said.insert(A.Where.Call).second)
      reportRead(P, F, A.Where, *T, A.Place, "");
  }
  const Pointers &Ptrs = P.accesses().pointers();
  for (const Call &C : P.accesses().calls()) {
    auto Check = [&](const Expr *Arg) {
      Address A = Ptrs.pointee(Arg);
      if (isPlainNumber(P, K, A, C.In) && Said.insert(A.Load).second)
        report(P, K, F, A, Arg, C.Name);
      if (auto T = readByHelper(P, K, A); T && Said.insert(A.Call).second)
        reportRead(P, F, A, *T, Arg, C.Name);
    };
    for (const ObjectArg &Arg : objectArgs(C, K))
      Check(C.arg(Arg.Index));
    if (C.is(kernel::CallRole::Drop) || C.is(kernel::CallRole::PercpuDrop) ||
        C.is(kernel::CallRole::Again))
      Check(C.arg(0));
  }
}

} // namespace bpftidy
