//===- KptrTagOfTwoMeanings.cpp - a tag whose meaning changed -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Linux 6.4 changed what btf_type_tag("kptr") means: up to 6.3 it makes an
// unreferenced kptr, and since then one that owns what it points to. What
// stores to such a field is refused on one side, "store to referenced kptr
// disallowed", or on the other, "R1 must be referenced kptr". The headers of
// libbpf before 1.2 were made for the old meaning.
//
//===----------------------------------------------------------------------===//

#include "Rule.h"
#include "TypeSource.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace bpftidy {

/// True if the macro that makes the tag of \p D stands in a header that has
/// macros for \p Before alone.
static bool isHeaderOf(const Program &P, const DeclaratorDecl *D,
                       const kernel::Kernel &Before,
                       const kernel::Kernel &After, SourceLocation &Macro) {
  auto Ptr = asLoc<PointerTypeLoc>(elementLocOf(D));
  auto Tag = Ptr ? Ptr.getPointeeLoc()
                       .getUnqualifiedLoc()
                       .getAs<BTFTagAttributedTypeLoc>()
                 : BTFTagAttributedTypeLoc();
  const SourceManager &SM = P.sources();
  if (!Tag || !Tag.getAttr()->getLocation().isMacroID())
    return false;
  Macro = SM.getSpellingLoc(Tag.getAttr()->getLocation());
  llvm::StringRef Text = SM.getBufferData(SM.getFileID(Macro));
  auto Has = [&](const kernel::Kernel &K, kernel::FieldKind Kind) {
    const kernel::Tag *T = K.tagFor(Kind);
    return T && Text.contains(("define " + T->Macro + " ").str());
  };
  return Has(Before, kernel::FieldKind::Referenced) &&
         !Has(After, kernel::FieldKind::Untrusted);
}

void kptrTagOfTwoMeanings(const Program &P, const kernel::Kernel &K,
                          Findings &F) {
  llvm::SmallVector<kernel::Place, 8> Said;
  for (unsigned Map = 0; Map != P.maps().size(); ++Map)
    for (const kernel::Field &Kptr : P.mapFields(Map, K)) {
      const kernel::Tag *Here = K.tagFor(Kptr.Kind);
      const DeclaratorDecl *D = P.declaration(Kptr.At);
      if (!Here || !D || !kernel::isPointer(Kptr.Kind) ||
          llvm::is_contained(Said, Kptr.At))
        continue;
      // Where the field is none at all, other rules say so.
      auto Other = llvm::find_if(F.targets(), [&](kernel::Release R) {
        const kernel::Tag *There = kernel::Kernel(R).tag(Here->Spelling);
        return There && There->Kind != Kptr.Kind &&
               llvm::any_of(P.mapFields(Map, kernel::Kernel(R)),
                            [&](const kernel::Field &Same) {
                              return Same.At == Kptr.At;
                            });
      });
      if (Other == F.targets().end())
        continue;
      Said.push_back(Kptr.At);
      const kernel::Tag *There = kernel::Kernel(*Other).tag(Here->Spelling);
      const kernel::Tag &Old = Here->Since < There->Since ? *Here : *There;
      const kernel::Tag &New = Here->Since < There->Since ? *There : *Here;
      kernel::Kernel Before(Old.Until), After(New.Since);
      auto Owns = [](const kernel::Tag &T) {
        return T.Kind == kernel::FieldKind::Referenced;
      };
      F.warn(
          D->getLocation(), kernel::Effect::AcceptedButWrong,
          "tag \"%0\" of %1 makes a kptr that "
          "%select{owns nothing|owns what it points to}2 up to Linux %3, and "
          "one that %select{owns nothing|owns what it points to}4 from Linux "
          "%5 on")
          << Old.Spelling << D << Owns(Old) << Old.Until.str() << Owns(New)
          << New.Since.str();
      F.note(D->getLocation(),
             "compile an object for each side: what \"%0\" was is \"%1\" now, "
             "and what it is was \"%2\"")
          << Old.Spelling << After.tagFor(Old.Kind)->Spelling
          << Before.tagFor(New.Kind)->Spelling;
      SourceLocation Macro;
      if (isHeaderOf(P, D, Before, After, Macro))
        F.note(D->getLocation(),
               "its macro is of a header that was made for Linux %0 and before")
            << Old.Until.str();
    }
}

} // namespace bpftidy
