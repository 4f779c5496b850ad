//===- Ownership.h - types that own one another -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_KERNEL_OWNERSHIP_H
#define BPFTIDY_CHECKS_KERNEL_OWNERSHIP_H

#include "kernel/Walk.h"
#include "llvm/ADT/DenseMap.h"

namespace bpftidy {
namespace kernel {

/// Follows kptrs, list heads and tree roots from one program-local struct to
/// the next.
class OwnershipModel {
public:
  OwnershipModel(const btf::Graph &G, const Kernel &K) : G(G), K(K) {}

  /// Adds to \p W, the walk of struct \p Id, the fields that close a circle of
  /// owners or make the chain too long for the kernel.
  void check(btf::TypeId Id, Walk &W);

private:
  btf::TypeId owned(const Field &F) const;
  llvm::StringRef containedStruct(const Field &F) const;
  unsigned depth(btf::TypeId Id);
  bool reaches(btf::TypeId From, btf::TypeId To) const;

  const btf::Graph &G;
  const Kernel &K;
  llvm::SmallVector<btf::TypeId, 8> Path;
  llvm::DenseMap<btf::TypeId, unsigned> Depths;
  llvm::SmallVector<btf::TypeId, 4> Circles; ///< A type of each circle told.
};

} // namespace kernel
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_KERNEL_OWNERSHIP_H
