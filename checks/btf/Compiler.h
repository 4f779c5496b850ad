//===- Compiler.h - the compiler that builds the program --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_BTF_COMPILER_H
#define BPFTIDY_CHECKS_BTF_COMPILER_H

#include "llvm/Support/Error.h"

namespace bpftidy {
namespace btf {

/// The compiler that builds the program; it need not be the one whose
/// libraries parse it here.
struct Compiler {
  unsigned Major; ///< clang's major release.

#define CLANG_FACT(Name, Since, Until)                                         \
  bool Name() const {                                                          \
    constexpr unsigned AnyClang = ~0U;                                         \
    return Major + 1 > Since && Major <= Until && AnyClang;                    \
  }
#include "btf/Clang.def"

  friend bool operator==(Compiler A, Compiler B) { return A.Major == B.Major; }
};

/// The clang whose libraries this is.
Compiler ownCompiler();

/// Reads "14", "clang-14" or "14.0.6": a release that Clang.def knows, or our
/// own.
llvm::Expected<Compiler> parseCompiler(llvm::StringRef Text);

/// The first release after \p Build for which \p Fact holds no more.
unsigned firstWithout(Compiler Build, bool (Compiler::*Fact)() const);

} // namespace btf
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_BTF_COMPILER_H
