//===- ObjectAsHelperMemory.cpp - a helper that gets an object as bytes ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Helpers read and write memory of the stack, of maps and of packets. Objects
// are no such memory, be they the kernel's or of bpf_obj_new(): "R2 type=ptr_",
// for one that was loaded from a kptr "R2 type=rcu_ptr_ expected=fp, pkt,
// pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_".
//
//===----------------------------------------------------------------------===//

#include "Touch.h"

using namespace clang;

namespace bpftidy {

void objectAsHelperMemory(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  const Pointers &Ptrs = P.accesses().pointers();
  for (const Call &C : P.accesses().calls()) {
    if (kernel::isKfunc(C.Name))
      continue;
    for (const kernel::MemoryArg &M : kernel::memoryArgs(C.Name)) {
      const Expr *E = C.arg(M.Arg);
      Address A = E ? Ptrs.pointee(E) : Address();
      auto O = enclosing(P, K, A);
      // What is trusted may be read.
      bool Trusted =
          A.In == Memory::Result && O &&
          kernel::callRole(calleeName(A.Call)) != kernel::CallRole::Exchange &&
          (K.TrustsAcquired() || O->Borrowed);
      bool Surely = O && (O->From || O->Local ||
                          (A.In == Memory::Result &&
                           (!Trusted || kernel::writesMemory(C.Name, M.Arg))));
      if (!Surely || O->Percpu ||
          (O->From && O->From->is(kernel::FieldKind::User)))
        continue;
      F.warn(E->getExprLoc(), kernel::Effect::ProgramRefused,
             "%0() gets memory of %1, and helpers take no memory of objects")
          << C.Name << nameStruct(O->Struct) << E->getSourceRange();
      F.note(E->getExprLoc(), "copy it to the stack first, and pass the copy");
      if (O->From)
        noteField(P, F, *O->From);
    }
  }
}

} // namespace bpftidy
