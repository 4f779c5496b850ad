# lit.cfg.py - the test suites of bpf-tidy.
#
# checks/ and kernel/ have a format of their own (lib/bpfformat.py); every other
# folder holds ordinary tests with RUN lines.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import re
import shutil
import sys

import lit.formats

config.name = "bpf-tidy"
config.test_source_root = os.path.dirname(os.path.abspath(__file__))
config.test_exec_root = os.path.join(config.project_binary_dir, "test")
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".test", ".c"]
config.excludes = ["include", "lib", "Inputs"]

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(config.test_source_root, "lib"))

include = os.path.join(config.test_source_root, "include")
config.bpf_flags = f"-target bpf -g -O2 -mcpu=v3 -D__TARGET_ARCH_x86 -I {include}"
config.part_site = {
    "clang": config.clang,
    "bpf_tidy": config.bpf_tidy,
    "judge": config.bpf_judge,
    "include": include,
}

config.environment["PATH"] = os.pathsep.join([config.llvm_tools_dir, os.environ["PATH"]])
config.environment["LC_ALL"] = "C"

substitutions = {
    "%bpf-tidy": config.bpf_tidy,
    "%clang-tidy": config.clang_tidy,
    "%clangd": config.bpf_clangd,
    "%clang": config.clang,
    "%module": config.bpf_tidy_module,
    "%plugin": config.bpf_clang_plugin,
    "%judge": config.bpf_judge,
    "%FileCheck": os.path.join(config.llvm_tools_dir, "FileCheck"),
    "%python": f'"{sys.executable}"',
    "%bpf_flags": config.bpf_flags,
    "%include": include,
    "%project": config.project_source_dir,
    "%build": config.project_binary_dir,
    "%llvm_major": str(config.llvm_major),
}
for name, text in substitutions.items():
    # %clang must not be found in %clang-tidy
    config.substitutions.append((re.escape(name) + r"(?![-\w])", text))

config.available_features.add(f"llvm-{config.llvm_major}")
for feature, path in (("clang-tidy", config.clang_tidy), ("module", config.bpf_tidy_module),
                      ("plugin", config.bpf_clang_plugin), ("clangd", config.bpf_clangd),
                      ("judge", config.bpf_judge)):
    if path:
        config.available_features.add(feature)
if os.access("/sys/kernel/btf/vmlinux", os.R_OK):
    config.available_features.add("kernel-btf")
for program in ("bpftool", "git", "python3", "clang-14", "clang-15", "clang-16", "clang-19"):
    if shutil.which(program):
        config.available_features.add(program)
