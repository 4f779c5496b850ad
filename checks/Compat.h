//===- Compat.h - what differs between releases of LLVM ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The only file that may ask which LLVM this is.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_COMPAT_H
#define BPFTIDY_CHECKS_COMPAT_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/TypeLoc.h"
#include "clang/Analysis/CFG.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/DiagnosticOptions.h"
#include "clang/Basic/Version.h"
#include <memory>

namespace bpftidy {
namespace compat {

/// The major release of the LLVM that this is built for.
constexpr unsigned LLVMMajor = CLANG_VERSION_MAJOR;

/// A diagnostics engine of its own that reports to \p Consumer, which must
/// outlive it.
inline std::unique_ptr<clang::DiagnosticsEngine>
makeDiagnostics(clang::DiagnosticConsumer &Consumer) {
  llvm::IntrusiveRefCntPtr<clang::DiagnosticIDs> IDs(new clang::DiagnosticIDs);
#if CLANG_VERSION_MAJOR >= 21
  // The engine keeps a reference to the options.
  static clang::DiagnosticOptions Options;
  return std::make_unique<clang::DiagnosticsEngine>(IDs, Options, &Consumer,
                                                    /*ShouldOwnClient=*/false);
#else
  return std::make_unique<clang::DiagnosticsEngine>(
      IDs, new clang::DiagnosticOptions, &Consumer, /*ShouldOwnClient=*/false);
#endif
}

/// Diagnostic options of ours, whoever else refers to them, and how an engine
/// or printer of this release takes them.
#if CLANG_VERSION_MAJOR >= 21
using OwnOptions = std::unique_ptr<clang::DiagnosticOptions>;
inline clang::DiagnosticOptions &passOptions(const OwnOptions &O) { return *O; }
#else
using OwnOptions = llvm::IntrusiveRefCntPtr<clang::DiagnosticOptions>;
inline clang::DiagnosticOptions *passOptions(const OwnOptions &O) {
  return O.get();
}
#endif

/// The typedef that \p TL names.
inline clang::TypedefNameDecl *typedefDecl(clang::TypedefTypeLoc TL) {
#if CLANG_VERSION_MAJOR >= 22
  return TL.getDecl();
#else
  return TL.getTypedefNameDecl();
#endif
}

/// The type that \p Tag declares, without keyword or qualifier.
inline clang::QualType tagType(const clang::ASTContext &Ctx,
                               const clang::TagDecl *Tag) {
#if CLANG_VERSION_MAJOR >= 22
  return Ctx.getCanonicalTagType(Tag);
#else
  return Ctx.getTagDeclType(Tag);
#endif
}

/// Lets \p Context, which is clang-tidy's, report through \p Engine.
template <typename TidyContext>
void attachEngine(TidyContext &Context, clang::DiagnosticsEngine &Engine) {
#if CLANG_VERSION_MAJOR >= 22
  Context.setDiagnosticsEngine(std::make_unique<clang::DiagnosticOptions>(),
                               &Engine);
#else
  Context.setDiagnosticsEngine(&Engine);
#endif
}

/// The variable whose cleanup function \p E calls; null for any other element,
/// and before LLVM 18, whose graphs do not show it.
inline const clang::VarDecl *cleanupVariable(const clang::CFGElement &E) {
#if CLANG_VERSION_MAJOR >= 18
  if (auto Cleanup = E.getAs<clang::CFGCleanupFunction>())
    return Cleanup->getVarDecl();
#endif
  return nullptr;
}
/// The template of an assembly statement.
inline std::string asmText(const clang::GCCAsmStmt *S) {
#if CLANG_VERSION_MAJOR >= 21
  return S->getAsmString();
#else
  return S->getAsmString()->getString().str();
#endif
}

/// Whether graphs show the calls of cleanup functions.
constexpr bool ShowsCleanups = LLVMMajor >= 18;

/// Whether \p Text begins or ends with \p Part, in any case of letters.
inline bool startsWithInsensitive(llvm::StringRef Text, llvm::StringRef Part) {
  return Text.substr(0, Part.size()).equals_insensitive(Part);
}
inline bool endsWithInsensitive(llvm::StringRef Text, llvm::StringRef Part) {
  return Text.size() >= Part.size() &&
         Text.take_back(Part.size()).equals_insensitive(Part);
}

} // namespace compat
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_COMPAT_H
