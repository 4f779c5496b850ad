//===- DumpBtf.cpp - prints the BTF that the checks reckon with -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For the project's own tests: they hold the prediction against the object that
// the same clang emits.
//
//===----------------------------------------------------------------------===//

#include "DumpBtf.h"
#include "Options.h"
#include "Program.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace clang;

namespace bpftidy {
namespace cli {

static StringRef kindName(btf::Kind K) {
  static constexpr llvm::StringLiteral Names[] = {
      "VOID",       "INT",     "PTR",      "ARRAY",    "STRUCT", "UNION",
      "ENUM",       "FWD",     "TYPEDEF",  "VOLATILE", "CONST",  "RESTRICT",
      "FUNC_PROTO", "DATASEC", "TYPE_TAG", "OTHER"};
  return Names[unsigned(K)];
}

static StringRef emissionName(btf::Emission E) {
  return E == btf::Emission::Full      ? "full"
         : E == btf::Emission::Forward ? "forward"
                                       : "unknown";
}

static void print(json::OStream &Out, const btf::Member &M) {
  Out.object([&] {
    Out.attribute("name", M.Name);
    Out.attribute("type", M.Type);
    Out.attribute("bit_offset", int64_t(M.BitOffset));
    Out.attribute("bit_size", M.BitSize);
    Out.attributeArray("decl_tags", [&] {
      for (const std::string &Tag : M.DeclTags)
        Out.value(Tag);
    });
  });
}

static void print(json::OStream &Out, const btf::Type &T) {
  Out.object([&] {
    Out.attribute("kind", kindName(T.K));
    Out.attribute("name", T.Name);
    Out.attribute("emitted", emissionName(T.Emitted));
    Out.attribute("of_kernel", T.OfKernel);
    Out.attribute("type", T.Ref);
    Out.attribute("size", int64_t(T.Size));
    Out.attribute("count", int64_t(T.Count));
    Out.attributeArray("members", [&] {
      for (const btf::Member &M : T.Members)
        print(Out, M);
    });
  });
}

static void print(const Program &P) {
  json::OStream Out(outs());
  Out.object([&] {
    Out.attributeArray("maps", [&] {
      for (const kernel::MapSpec &M : P.maps())
        Out.object([&] {
          Out.attribute("name", M.Name);
          Out.attribute("section", M.IsSection);
          Out.attribute("key", M.Key);
          Out.attribute("value", M.Value);
        });
    });
    Out.attributeArray("types", [&] {
      for (btf::TypeId Id = 0; Id != P.graph().size(); ++Id)
        print(Out, P.graph()[Id]);
    });
  });
  outs() << '\n';
}

namespace {
class Consumer : public ASTConsumer {
public:
  explicit Consumer(btf::Compiler Build) : Build(Build) {}

  void HandleTranslationUnit(ASTContext &Ctx) override {
    print(Program(Ctx, Build));
  }

private:
  btf::Compiler Build;
};

/// Makes consumers for ClangTool.
struct Factory {
  std::unique_ptr<ASTConsumer> newASTConsumer() {
    return std::make_unique<Consumer>(Build);
  }
  btf::Compiler Build;
};
} // namespace

int dumpBtf(ArrayRef<Job> Jobs, btf::Compiler Build) {
  if (Jobs.size() != 1)
    return fail("option '--dump-btf' takes one file");
  OneCommand Commands(Jobs.front());
  tooling::ClangTool Tool(Commands, {Jobs.front().File});
  Factory Consumers{Build};
  return Tool.run(tooling::newFrontendActionFactory(&Consumers).get())
             ? CouldNotCheck
             : Clean;
}

} // namespace cli
} // namespace bpftidy
