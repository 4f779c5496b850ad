//===- Precompile.cpp - makes a precompiled header ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Precompile.h"
#include "Files.h"
#include "Leading.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Lex/HeaderSearch.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include <type_traits>

using namespace llvm;
using namespace clang;

namespace bpftidy {
namespace cli {

namespace {
/// Collects what the precompiled header depends on.
class Dependencies {
public:
  Dependencies(CompilerInstance &CI, Entry &E)
      : SM(CI.getSourceManager()), Files(CI.getFileManager()),
        Search(CI.getPreprocessor().getHeaderSearchInfo()), E(E) {}

  bool collect() {
    for (unsigned I = 0; I != SM.local_sloc_entry_size(); ++I) {
      const SrcMgr::SLocEntry &Entry = SM.getLocalSLocEntry(I);
      auto Loc = SourceLocation::getFromRawEncoding(Entry.getOffset());
      if (Entry.isFile() && Entry.getFile().getIncludeLoc().isValid() &&
          !add(SM.getFileID(Loc)))
        return false;
    }
    return !E.Inputs.empty();
  }

private:
  std::string absolute(StringRef Path) const {
    SmallString<256> P(Path);
    Files.makeAbsolutePath(P);
    return std::string(P);
  }

  bool add(FileID File) {
    SourceLocation Start = SM.getLocForStartOfFile(File);
    StringRef Name = SM.getFilename(Start);
    // The compiler's own buffers, which its flags determine.
    if (Name.empty() || Name.starts_with("<"))
      return true;
    StringRef Text = SM.getBufferData(File);
    InputFile New{absolute(Name), Store::hash(Text),
                  !SM.isInSystemHeader(Start) && !isKernelHeader(Name)};
    // What is looked for in this way leaves no trace.
    if ((New.Users && Text.contains("__has_include")) ||
        !json::isUTF8(New.Path))
      return false;
    lookFor(includeName(SM.getCharacterData(SM.getIncludeLoc(File))),
            SM.getFilename(SM.getIncludeLoc(File)), Name);
    if (Seen.insert(New.Path).second)
      E.Inputs.push_back(std::move(New));
    return true;
  }

  /// Notes where \p Include was looked for before it was \p Found.
  void lookFor(StringRef Include, StringRef Includer, StringRef Found) {
    bool Quoted = Include.consume_front("\"");
    if (!Quoted)
      Include.consume_front("<");
    Include = Include.drop_back(!Include.empty());
    if (Include.empty() || sys::path::is_absolute(Include))
      return;
    auto IsFound = [&](StringRef Folder) {
      SmallString<256> Path(Folder);
      sys::path::append(Path, Include);
      std::string Try = absolute(Path);
      if (absolutePath(Try) == absolutePath(absolute(Found)))
        return true;
      if (Seen.insert(Try).second)
        E.Absent.push_back(std::move(Try));
      return false;
    };
    if (Quoted && IsFound(sys::path::parent_path(Includer)))
      return;
    for (auto It = Quoted ? Search.search_dir_begin()
                          : Search.angled_dir_begin();
         It != Search.search_dir_end(); ++It)
      if (It->isNormalDir() && IsFound(It->getName()))
        return;
  }

  const SourceManager &SM;
  FileManager &Files;
  const HeaderSearch &Search;
  Entry &E;
  StringSet<> Seen;
};

class Writer : public GeneratePCHAction {
public:
  Writer(Entry &E, bool &Done) : E(E), Done(Done) {}

protected:
  void EndSourceFileAction() override {
    CompilerInstance &CI = getCompilerInstance();
    Done = !CI.getDiagnostics().hasErrorOccurred() &&
           Dependencies(CI, E).collect();
    GeneratePCHAction::EndSourceFileAction();
  }

private:
  Entry &E;
  bool &Done;
};

/// A compiler that reads through \p Files and reports to \p Consumer. Newer
/// releases are told what to compile as they are made. A template, so that what
/// this release has not is not compiled.
template <typename Compiler>
std::unique_ptr<Compiler>
makeCompiler(std::shared_ptr<CompilerInvocation> Invocation, FileManager &Files,
             std::shared_ptr<PCHContainerOperations> Containers,
             DiagnosticConsumer *Consumer) {
  constexpr bool IsTold =
      std::is_constructible_v<Compiler, decltype(Invocation),
                              decltype(Containers)>;
  std::unique_ptr<Compiler> CI;
  if constexpr (IsTold) {
    CI = std::make_unique<Compiler>(std::move(Invocation),
                                    std::move(Containers));
    CI->setVirtualFileSystem(Files.getVirtualFileSystemPtr());
  } else {
    CI = std::make_unique<Compiler>(std::move(Containers));
    CI->setInvocation(std::move(Invocation));
  }
  CI->setFileManager(&Files);
  CI->createDiagnostics(Consumer, /*ShouldOwnClient=*/false);
  if constexpr (IsTold)
    CI->createSourceManager();
  else
    CI->createSourceManager(Files);
  return CI;
}

/// Compiles as clang-tidy's engine does, but another text and to a file.
class Action : public tooling::ToolAction {
public:
  Action(StringRef Source, Entry &E) : Source(Source), E(E) {}

  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation,
                     FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> Containers,
                     DiagnosticConsumer *Consumer) override {
    FrontendOptions &Front = Invocation->getFrontendOpts();
    PreprocessorOptions &Pre = Invocation->getPreprocessorOpts();
    if (Front.Inputs.size() != 1)
      return false;
    // Beside the file, for what it includes; in its own name the includes of
    // all files that begin alike could not be one.
    SmallString<256> Name(
        sys::path::parent_path(Front.Inputs.front().getFile()));
    sys::path::append(Name, "bpf-tidy-includes.c");
    Front.Inputs = {FrontendInputFile(Name, Front.Inputs.front().getKind())};
    Front.ProgramAction = frontend::GeneratePCH;
    Front.OutputFile = E.Header;
    Front.IncludeTimestamps = false;
    Pre.addRemappedFile(Name, MemoryBuffer::getMemBufferCopy(Source).release());
    Pre.GeneratePreamble = true;
    Pre.SetUpStaticAnalyzer = true;

    std::unique_ptr<CompilerInstance> CI = makeCompiler<CompilerInstance>(
        std::move(Invocation), *Files, std::move(Containers), Consumer);
    bool Done = false;
    Writer W(E, Done);
    return CI->ExecuteAction(W) && Done;
  }

private:
  StringRef Source;
  Entry &E;
};

} // namespace

bool precompile(const Job &J, StringRef Source,
                const std::vector<std::string> &Before,
                const std::vector<std::string> &After, Entry &E) {
  OneCommand Commands(J);
  tooling::ClangTool Tool(Commands, {J.File});
  Tool.appendArgumentsAdjuster(tooling::getInsertArgumentAdjuster(
      Before, tooling::ArgumentInsertPosition::BEGIN));
  Tool.appendArgumentsAdjuster(tooling::getInsertArgumentAdjuster(
      After, tooling::ArgumentInsertPosition::END));
  Tool.appendArgumentsAdjuster(tooling::getStripPluginsAdjuster());
  IgnoringDiagConsumer Silent;
  Tool.setDiagnosticConsumer(&Silent);
  Tool.setPrintErrorMessage(false);
  Action A(Source, E);
  return Tool.run(&A) == 0;
}

} // namespace cli
} // namespace bpftidy
