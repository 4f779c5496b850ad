//===- Explorer.h - all certain paths of a program --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Walks a program from its entry, a state at a time. Where both ways of a
/// condition exist the events of both count; where only one of them may, those
/// that both ways share.
///
//===----------------------------------------------------------------------===//

#ifndef BPFTIDY_CHECKS_FLOW_EXPLORER_H
#define BPFTIDY_CHECKS_FLOW_EXPLORER_H

#include "Program.h"
#include "flow/Body.h"
#include "flow/State.h"
#include "kernel/Kfuncs.h"
#include <set>

namespace bpftidy {
namespace flow {

/// Numbers of events, in ascending order.
using Found = std::vector<unsigned>;

/// A function that the verifier walks by itself.
struct Entry {
  const clang::FunctionDecl *Function;
  Walked As;
  /// What kind of program it is part of, if it begins in no RCU read section
  /// of its caller's; null if that cannot be told.
  const kernel::ProgramKind *Kind;
};

class Explorer {
public:
  Explorer(const Program &P, const kernel::Kernel &K)
      : P(P), K(K), Ctx(P.context()), Values(Ctx), Code(Ctx) {}

  /// Follows a function, if it was not followed in the same way before.
  void run(const Entry &Start);

  /// What else the verifier walks because of the functions so far.
  const std::vector<Entry> &more() const { return More; }
  Walk take();

private:
  // Explorer.cpp: paths.
  Found explore(State S);
  Found exploreOnce(State S);
  bool step(State &S, Found &Here);
  void leaveBlock(State &S);
  bool enter(State &S, const clang::CFGBlock *Next, bool BackEdge,
             const Node *Decided = nullptr);
  Found fork(State S, const clang::CFGBlock *Block, Found Here);
  Found forkSwitch(State S, const clang::CFGBlock *Block, Found Here);
  bool finish(State &S, Found &Here);
  void widen(State &S, const clang::CFGBlock *Head);

  // Decides.cpp
  /// True if it matters to others which way the program leaves \p Block by.
  bool decides(const State &S, const clang::CFGBlock *Block);
  bool isSeenByOthers(const State &S, const clang::Stmt *Write);

  // Eval.cpp: expressions.
  void execute(State &S, const clang::Stmt *St);
  const Node *evaluate(State &S, const clang::Expr *E);
  const Node *value(State &S, const clang::Expr *E);
  const Node *evalCast(State &S, const clang::CastExpr *E);
  const Node *evalUnary(State &S, const clang::UnaryOperator *E);
  const Node *evalBinary(State &S, const clang::BinaryOperator *E);
  const Node *evalLogical(State &S, const clang::BinaryOperator *E);
  const Node *truth(const Node *N);
  /// The number that \p E is, if it is one without a look at the path.
  const Node *constantOf(const clang::Expr *E);
  void declare(State &S, const clang::VarDecl *VD);
  void lose(State &S, const clang::Stmt *St);

  // Operators.cpp: what is computed from pointers.
  /// The pointer \p P of type \p T, moved by \p Distance elements, \p Back if
  /// it is towards the start.
  const Node *pointerPlus(State &S, const Node *P, const Node *Distance,
                          clang::QualType T, bool Back);
  const Node *combine(const clang::BinaryOperator *E, const Node *L,
                      const Node *R);
  /// \p V, or with \p Asked whether it is 0, gets where the verifier sees it.
  void checkOperators(State &S, const Node *V, bool Asked);
  /// The first operator that is applied to the object Sym where \p V is
  /// computed, and that the verifier refuses; null if there may be none.
  const clang::BinaryOperator *operatorIn(const State &S, const Node *V,
                                          bool Asked, const Node *&Sym) const;
  void reportOperator(State &S, const clang::BinaryOperator *E,
                      const Node *Sym);
  /// The same for what \p Loc is computed from; \p Result is what is loaded
  /// from there, if that is what happens.
  void checkPlace(State &S, const Node *Loc, const Node *Result);
  /// The address \p V of something in an object is passed to a helper.
  void checkMoved(State &S, const Node *V, const clang::Expr *At);

  // Memory.cpp: loads and stores.
  const Node *load(State &S, const Node *Loc, const clang::Expr *E);
  /// What the kernel wrote to \p Loc, a part of a local variable.
  const Node *loadFilled(State &S, const Node *Loc, const clang::Expr *E);
  /// Notes that the function \p Name of the kernel writes what argument
  /// \p Index of \p E, the address \p V, points to. False if that is not all of
  /// some part of a local variable.
  bool fill(State &S, const clang::CallExpr *E, unsigned Index,
            llvm::StringRef Name, const Node *V);
  const Node *readBack(State &S, const Node *Loc, const clang::Expr *E);
  const Node *loadKptr(State &S, const Node *Loc, const clang::Expr *E,
                       const clang::ValueDecl *D, kernel::FieldKind Kind);
  void store(State &S, const Node *Loc, const Node *V, const clang::Expr *E);
  const Node *keepLoads(State &S, const Node *A, const Node *B,
                        const clang::Expr *E, bool Early);
  bool checkAccess(State &S, const Node *Loc, const clang::Expr *E, Use How,
                   const Node *Result);
  /// True if the verifier takes what the lookup \p E finds for one that may be
  /// NULL. \p In is the value of its map.
  bool lookupMayFail(State &S, const clang::CallExpr *E, const Node *In,
                     kernel::ValueHelper Helper);
  /// True if an array has no element for certain, to the verifier, whose index
  /// is at \p Key.
  bool isNoElement(const State &S, const Node *Key, uint64_t Entries);
  /// What \p At accesses is at \p Loc, an element by an index; \p Result is
  /// what is loaded from there, if that is what happens, and the compiler may
  /// put it off.
  void checkIndex(State &S, const Node *Loc, const clang::Expr *At,
                  const Node *Result);
  /// True if it matters by which index \p At reaches what it accesses.
  bool isIndexed(const clang::Expr *At);
  /// True if the file changes its variable \p VD in such a way that nobody
  /// knows what it holds.
  bool isCounter(const clang::VarDecl *VD);
  std::optional<kernel::FieldKind> kptrKind(const Node *Loc,
                                            const clang::ValueDecl *&D) const;
  bool mayBeKptr(const clang::ValueDecl *D) const;

  // Context.cpp: what the program is given.
  /// The value of \p Param of the function that is walked.
  const Node *argument(State &S, const clang::ParmVarDecl *Param);
  /// True if a function that the verifier walks alone may not be given NULL.
  static bool refusesNull(const clang::ParmVarDecl *Param);
  /// True if \p Pointer is the context of the program.
  bool isContext(const Node *Pointer) const;
  /// True if a callback is given \p Pointer as the key or value of a map's
  /// element.
  bool isOfElement(const Node *Pointer) const;
  /// True if an argument of the program, of which the source shows no more than
  /// a word, is at \p Loc.
  bool isContextWord(const Node *Loc, clang::QualType T) const;
  /// The number of words in the context of which the verifier knows no more
  /// than the type: not the result of a hook.
  unsigned countArguments() const;
  /// True if the verifier takes a pointer that is loaded from \p Loc for one
  /// that may be NULL, or for a number.
  bool mayLoadNull(const Node *Loc) const;
  /// True for a pointer to a struct in the context, NULL or not, that the
  /// verifier wants compared with NULL.
  bool isMaybeNullArgument(const Node *Loc, clang::QualType T) const;
  /// True if \p V is an argument of the program that a macro hands on as \p E:
  /// BPF_PROG() of newer releases of libbpf does so without a cast.
  bool isPassedOn(const Node *V, const clang::Expr *E) const;
  const Node *number(const Node *V, clang::QualType To);
  const Node *argumentOf(State &S, const Node *V, const clang::Expr *E);
  bool isKernelObject(const Node *Pointer) const;

  // Locals.cpp
  bool isFollowed(const State &S, const Node *Loc, clang::QualType As) const;
  /// \p Loc, or the member that stands for all of a local union if it is
  /// accessed whole as \p As, by whichever name.
  const Node *wholeUnion(const Node *Loc, clang::QualType As);
  void setVariable(State &S, const clang::VarDecl *VD, const Node *V,
                   const clang::Stmt *At);
  void setPart(State &S, const Node *Loc, const Node *V, const clang::Stmt *At);
  void dropParts(State &S, const clang::VarDecl *VD);
  void noteOverwritten(State &S, const Node *Old, const clang::Stmt *At);
  void initialize(State &S, const Node *Loc, clang::QualType T,
                  const clang::Expr *Init);
  void cleanup(State &S, const clang::VarDecl *VD);
  void escape(State &S, const Node *V);
  void clobber(State &S, bool Calls);
  /// \p V is used in a way that the compiler cannot leave out; \p Asked, if no
  /// more than its truth is.
  void sink(State &S, const Node *V, bool Asked = false);
  void sinkLoads(State &S, const Node *V);

  // Calls.cpp
  void call(State &S, const clang::CallExpr *E);
  const Node *callBuiltin(State &S, const clang::CallExpr *E, unsigned Id);
  /// True if \p S is somewhere inside of \p Def.
  static bool isRunning(const State &S, const clang::FunctionDecl *Def);
  bool inlineCall(State &S, const clang::CallExpr *E,
                  const clang::FunctionDecl *FD);
  const Node *callKernel(State &S, const clang::CallExpr *E,
                         llvm::StringRef Name,
                         const std::optional<kernel::Callee> &Known);
  const Node *callUnknown(State &S, const clang::CallExpr *E);
  const Node *callGlobal(State &S, const clang::CallExpr *E,
                         const clang::FunctionDecl *Def);
  /// Notes that \p VD is given NULL by \p At.
  void noteNull(State &S, const clang::VarDecl *VD, const clang::Expr *At);
  /// What tells where the variable \p E, which is NULL, got that; null if it is
  /// no variable.
  const Node *nullIn(State &S, const clang::Expr *E);
  void checkPercpu(State &S, const clang::CallExpr *E, llvm::StringRef Name);
  void checkArg(State &S, const clang::CallExpr *E, unsigned Index,
                llvm::StringRef Name, const kernel::Callee &Known);
  /// True for what a list or tree lent while a lock was held that no longer is.
  static bool isLentNoMore(const Tracked &T);
  void release(State &S, const clang::CallExpr *E, unsigned Index,
               llvm::StringRef Name, bool Exchange);
  const kernel::ProgramKind *callbackKind(const State &S,
                                          llvm::StringRef Name) const;
  bool playRole(State &S, const clang::CallExpr *E, llvm::StringRef Name);
  const Node *make(State &S, Made How, const clang::Expr *E,
                   llvm::StringRef Callee, const clang::ValueDecl *Field,
                   bool Owned);
  /// The origin of what \p E takes or begins, for notes.
  const Node *begin(State &S, Made How, const clang::Expr *E,
                    llvm::StringRef Name);
  /// Whether a path may return where it is, if it has nothing of what is made
  /// there.
  bool isAlone(const State &S) const;
  /// Whether the call \p E is all of what a macro of the program wraps.
  bool isWrapped(const clang::CallExpr *E) const;
  void useGraph(State &S, const clang::CallExpr *E, llvm::StringRef Name);
  void unlock(State &S, const clang::CallExpr *E);
  /// Makes a lock that was tried one that is held, or is not, once it is known.
  void settleLock(State &S);
  void checkLock(State &S, const clang::CallExpr *E, llvm::StringRef Name,
                 const kernel::Callee &Known);

  // Events.cpp
  void leakAll(State &S, Use How, clang::SourceLocation Loc);
  void noteExit(const State &S);
  /// The statement that the program is left by, as its author wrote it.
  const clang::Stmt *leftBy(const State &S) const;
  /// Reports; the pointer is out of sight from then on.
  void report(State &S, Wrong What, Use How, const Node *Sym,
              clang::SourceLocation Loc, llvm::StringRef Callee = "");
  void say(const State &S, const Node *Sym, Event E);
  void reportIndex(const State &S, const Node *Index, const clang::Expr *At);
  /// The function that \p E calls, as the user wrote it: bpf_obj_new() is a
  /// macro around bpf_obj_new_impl().
  std::string asWritten(const clang::CallExpr *E, llvm::StringRef Name) const;

  const Program &P;
  const kernel::Kernel &K;
  clang::ASTContext &Ctx;
  Arena Values;
  Bodies Code;
  Entry Root{nullptr, Walked::Program, nullptr};
  int64_t Arguments = 0; ///< What countArguments() says of it.

  unsigned Blocks = 0, AllBlocks = 0, Depth = 0;
  bool Cut = false; ///< A path had too many forks.
  std::map<std::vector<uint64_t>, std::optional<Found>> Visited;
  std::vector<Event> Events;
  std::map<std::tuple<Wrong, Use, const Origin *, unsigned>, unsigned> Numbers;
  /// The events that are about an index.
  std::map<std::tuple<const clang::Expr *, int64_t, int64_t>, unsigned>
      IndexNumbers;
  std::map<unsigned, Index> Indices;
  std::optional<llvm::DenseSet<const clang::Expr *>> Indexed;
  llvm::DenseMap<const clang::VarDecl *, bool> Counters;
  std::set<unsigned> Certain;
  Found *Now = nullptr; ///< Where say() puts what the present path found.
  /// Values that were loaded from the context of the program.
  std::set<const Node *> FromContext;
  /// Pointers that were loaded from a member of an object of the kernel.
  llvm::DenseMap<const Node *, const clang::FieldDecl *> FromObject;
  std::vector<Entry> More;
  std::set<std::pair<const clang::FunctionDecl *, const kernel::ProgramKind *>>
      Started;
  std::vector<Unfinished> Left;
  void leave(Limit Why, const clang::Expr *At = nullptr);
  /// What a variable holds on every path that a return statement ends.
  struct Held {
    const clang::VarDecl *In;
    bool MaybeNull;
  };
  std::map<const clang::Stmt *, std::map<const Origin *, Held>> Exits;
};

/// The FieldKind of a field or variable by its type tag, as \p K reads it.
std::optional<kernel::FieldKind> taggedKind(const clang::ValueDecl *D,
                                            const kernel::Kernel &K);

} // namespace flow
} // namespace bpftidy

#endif // BPFTIDY_CHECKS_FLOW_EXPLORER_H
