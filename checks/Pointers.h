//===- Pointers.h - what a pointer points to --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Where a pointer of the program comes from and what it points into, as far as
/// that can be told without following paths: casts, constant arithmetic,
/// members, locals that get one value only, and static functions that merely
/// forward are looked through. Whatever is left is unknown.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_POINTERS_H
#define BPFTIDY_CHECKS_POINTERS_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <map>
#include <memory>
#include <vector>

namespace bpftidy {

/// What a pointer points into.
enum class Memory : uint8_t {
  Unknown,
  Null,   ///< NULL.
  Scalar, ///< No pointer: a number other than 0, as some Call returns, or
          ///< what a helper wrote.
  Value,  ///< The value of a map.
  Map,    ///< No value: one of the maps in a map of maps, as its template says.
  Global, ///< A global variable.
  Text,   ///< A string.
  Context, ///< What a program is called with.
  Local,   ///< A variable on the stack.
  Result,  ///< What a call of the kernel returned, other than a map value.
  Loaded   ///< What a pointer points to that was itself loaded from memory.
};

/// A place in memory, or a pointer to it.
struct Address {
  Memory In = Memory::Unknown;
  unsigned Map = 0;                      ///< Of a Value, or itself.
  const clang::VarDecl *Var = nullptr;   ///< Of a Global or Local.
  const clang::CallExpr *Call = nullptr; ///< Of a Result or Scalar.
  std::shared_ptr<const Address> From;   ///< Of something Loaded: from where.
  const clang::Expr *Load = nullptr;     ///< And by which expression.
  int64_t Offset = 0;                    ///< Bytes from the start.
  /// The offset is not constant; it lies up to Extent bytes further on.
  bool Variable = false;
  uint64_t Extent = 0;
  /// With Variable: bytes that one more in Index moves it by; 0 if that is not
  /// all that varies.
  uint64_t Step = 0;
  const clang::Expr *Index = nullptr; ///< With Variable: what varies.
  static constexpr uint64_t AnyExtent = ~uint64_t(0);

  bool known() const { return In != Memory::Unknown; }
  /// The same place, whichever expressions led there.
  bool sameAs(const Address &Other) const;
};

/// Name of the function or function pointer that \p Call calls; empty if it has
/// none.
llvm::StringRef calleeName(const clang::CallExpr *Call);

/// The bytes of a \p T; 0 for what has none, and for what did not compile.
uint64_t sizeOf(clang::QualType T, const clang::ASTContext &Ctx);

/// The local variable that the lvalue \p E names; null if it is another one.
const clang::VarDecl *localVariable(const clang::Expr *E);

/// Answers for all functions of one translation unit.
class Pointers {
public:
  /// \p MapOf gives the index of a map's variable, \p InnerOf that of the
  /// template of a map of maps; its own one if there is none.
  Pointers(clang::ASTContext &Ctx,
           llvm::DenseMap<const clang::VarDecl *, unsigned> MapOf,
           llvm::DenseMap<unsigned, unsigned> InnerOf)
      : Ctx(Ctx), MapOf(std::move(MapOf)), InnerOf(std::move(InnerOf)) {}

  /// Notes the assignments and calls of a function; all functions must be
  /// added before a question is asked.
  void add(const clang::FunctionDecl *FD);

  /// What the pointer \p E points to.
  Address pointee(const clang::Expr *E) const;

  /// The place that the lvalue \p E names.
  Address place(const clang::Expr *E) const;

  /// What the lvalue or pointer \p E in the static function that \p Call calls
  /// is about, as far as this call goes.
  Address forCall(const clang::CallExpr *Call, const clang::Expr *E) const;

  /// The map that \p E, an argument of a helper, names; none if unknown.
  std::optional<unsigned> map(const clang::Expr *E) const;

  /// The expressions that give \p VD its value, calls of helpers that write to
  /// it among them; null if not all are known.
  const std::vector<const clang::Expr *> *
  values(const clang::VarDecl *VD) const;

  /// What the callers of a static function pass for \p PD; empty if that, or
  /// something else, may be what it has.
  std::vector<const clang::Expr *> passed(const clang::ParmVarDecl *PD) const;

  /// The number that \p E is for certain: a constant, or a parameter that all
  /// callers of a static function pass the same one for.
  std::optional<int64_t> number(const clang::Expr *E) const;

  /// How often \p VD is read or its address taken.
  unsigned uses(const clang::VarDecl *VD) const { return Vars.lookup(VD).Uses; }

  /// True if \p VD is a local whose address is never taken.
  bool isPrivate(const clang::VarDecl *VD) const;

  clang::ASTContext &context() const { return Ctx; }

private:
  struct Variable {
    std::vector<const clang::Expr *> Values;
    bool Escapes = false; ///< Something else may write it.
    bool Filled = false;  ///< Some Values are calls of helpers that write it.
    unsigned Uses = 0;
  };
  struct Function {
    std::vector<const clang::CallExpr *> Calls;
    bool Repeats = false; ///< Has loops or labels.
    bool Escapes = false; ///< Called from places that are not seen.
    /// The helper calls that it is a callback of.
    std::vector<const clang::CallExpr *> CallbackOf;
    std::vector<const clang::Expr *> Returns;
  };

  /// Marks a declaration while it is asked about, against circles.
  class Asking {
  public:
    Asking(llvm::DenseSet<const clang::Decl *> &Asked, const clang::Decl *D)
        : Asked(Asked), D(D), New(Asked.insert(D).second) {}
    ~Asking() {
      if (New)
        Asked.erase(D);
    }
    bool again() const { return !New; }

  private:
    llvm::DenseSet<const clang::Decl *> &Asked;
    const clang::Decl *D;
    bool New;
  };

  /// What some values have in common.
  struct Merge {
    Address All;
    bool Any = false, Differs = false, HasNull = false;
    void add(const Address &One);
  };
  /// What a variable holds after each of its values.
  struct History {
    bool InOrder = false; ///< As the source has them.
    std::vector<Merge> After;
  };

  /// Deeper chains of expressions and functions are nobody's forwarding.
  static constexpr unsigned MaxDepth = 64;

  void scan(const clang::Stmt *S, Function &In);
  void scanCall(const clang::CallExpr *Call, Function &In);
  Address variable(const clang::VarDecl *VD, const clang::Expr *Use) const;
  Address parameter(const clang::ParmVarDecl *PD) const;
  bool isWritten(const clang::VarDecl *VD) const;
  Address callback(const clang::ParmVarDecl *PD, const Function &F) const;
  Address call(const clang::CallExpr *Call) const;
  Address bound(const clang::CallExpr *Call,
                llvm::function_ref<Address()> Question) const;
  Address shifted(const clang::BinaryOperator *E) const;
  Address merged(llvm::ArrayRef<const clang::Expr *> Values) const;
  Address after(History &Past,
                llvm::ArrayRef<const clang::Expr *> Values) const;
  Address castTo(const clang::CastExpr *E) const;

  clang::ASTContext &Ctx;
  llvm::DenseMap<const clang::VarDecl *, unsigned> MapOf;
  llvm::DenseMap<unsigned, unsigned> InnerOf;
  llvm::DenseMap<const clang::VarDecl *, Variable> Vars;
  llvm::DenseMap<const clang::FunctionDecl *, Function> Functions;
  mutable llvm::DenseSet<const clang::Decl *> Asked;
  /// What parameters hold in the call that is looked into.
  mutable llvm::DenseMap<const clang::ParmVarDecl *, Address> Bound;
  mutable unsigned Depth = 0;
  mutable unsigned Steps = 0;
  /// What variables hold at a use.
  mutable llvm::DenseMap<std::pair<const clang::VarDecl *, const clang::Expr *>,
                         Address>
      KnownAt;
  mutable std::map<const clang::VarDecl *, History> Histories;
};

/// True if the value of \p E in \p In certainly depends on what the program
/// reads as it runs.
bool varies(const Pointers &Ptrs, const clang::Expr *E,
            const clang::FunctionDecl *In, unsigned Depth = 0);

/// True if \p S, which may be null, names \p D.
bool mentions(const clang::Stmt *S, const clang::ValueDecl *D);

} // namespace bpftidy

#endif // BPFTIDY_CHECKS_POINTERS_H
