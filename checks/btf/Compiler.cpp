//===- Compiler.cpp - the compiler that builds the program ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "btf/Compiler.h"
#include "Compat.h"
#include "llvm/ADT/STLExtras.h"
#include <iterator>

using namespace llvm;

namespace bpftidy {
namespace btf {

static constexpr unsigned Releases[] = {
#define CLANG_RELEASE(Major) Major,
#include "btf/Clang.def"
};

Compiler ownCompiler() { return {compat::LLVMMajor}; }

Expected<Compiler> parseCompiler(StringRef Text) {
  StringRef Version = Text.trim();
  Version.consume_front("clang-");
  unsigned Major;
  if (!Version.split('.').first.getAsInteger(10, Major) &&
      (is_contained(Releases, Major) || Major == ownCompiler().Major))
    return Compiler{Major};
  return createStringError(
      inconvertibleErrorCode(),
      "'%s' names no release of clang that builds kptrs; accepted are %u to "
      "%u, such as '%u' and 'clang-%u'",
      Text.str().c_str(), *std::begin(Releases), *std::prev(std::end(Releases)),
      *std::begin(Releases), *std::begin(Releases));
}

unsigned firstWithout(Compiler Build, bool (Compiler::*Fact)() const) {
  while ((Build.*Fact)())
    ++Build.Major;
  return Build.Major;
}

} // namespace btf
} // namespace bpftidy
