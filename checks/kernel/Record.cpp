//===- Record.cpp - what is asked of a record as a whole ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "kernel/Record.h"
#include "llvm/ADT/STLExtras.h"
#include <cerrno>

using namespace llvm;

namespace bpftidy {
namespace kernel {

/// What btf_parse_kptr() asks of the pointee: a kernel type must have a
/// destructor if it is to be owned, any other type is the program's own.
static void checkDestructors(const btf::Graph &G, const Kernel &K, Walk &W) {
  for (const Field &F : W.Fields) {
    if (!isPointer(F.Kind) || F.Kind == FieldKind::User)
      continue;
    const btf::Type &T = G[F.Pointee];
    Fault Bad{Reason::WithoutDestructor, ENOENT, F.At, F.Path, F.Kind, T.Name};
    // A struct of vmlinux.h that the table does not know may be a module's, or
    // another configuration's.
    bool InKernel = K.hasStruct(T.Name) ||
                    (T.OfKernel && !T.Name.empty() && !isKernelStruct(T.Name));
    if (!InKernel) {
      Bad.Why = Reason::PointeeLocal;
      if (!K.LocalPointees())
        W.Faults.push_back(std::move(Bad));
    } else if (F.Kind == FieldKind::Referenced && !K.destructor(T.Name)) {
      if (!T.OfKernel)
        Bad.Why = Reason::PointeeNameClash;
      W.Faults.push_back(std::move(Bad));
    }
  }
}

/// The checks that btf_parse_fields() makes of a whole record.
void checkRecord(const btf::Graph &G, const Kernel &K, Walk &W) {
  checkDestructors(G, K, W);
  auto Has = [&](FieldKind Kind) {
    return find_if(W.Fields, [&](const Field &F) { return F.Kind == Kind; });
  };
  auto End = W.Fields.end();
  auto Fail = [&](Reason Why, const Field &F, int Errno = EINVAL) {
    W.Faults.push_back({Why, Errno, F.At, F.Path, F.Kind, ""});
  };
  auto Lock = Has(FieldKind::SpinLock), ResLock = Has(FieldKind::ResSpinLock);
  if (Lock != End && ResLock != End)
    Fail(Reason::TwoLocks, *std::max(Lock, ResLock));
  // One lock would do for all of them.
  auto Root = find_if(W.Fields, [](const Field &F) {
    return F.Kind == FieldKind::ListHead || F.Kind == FieldKind::RbRoot;
  });
  if (Root != End && Lock == End && ResLock == End)
    Fail(Reason::GraphWithoutLock, *Root);
  auto Node = Has(FieldKind::ListNode);
  if (Node != End && Has(FieldKind::RbNode) != End &&
      Has(FieldKind::Refcount) == End)
    Fail(Reason::NodesWithoutRefcount, *Node);
}

} // namespace kernel
} // namespace bpftidy
