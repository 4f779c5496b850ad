# refused.py - loads plugin and module into programs that are not of their LLVM.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""refused.py PLUGIN MODULE SOURCE LLVM... -- FLAGS

LLVM is a folder with clang and maybe clang-tidy. Each has to fail with one line, our
own, whether symbols are bound as they are used or all at once. Prints that line once
for each program.
"""

import os
import re
import subprocess
import sys

_REFUSAL = re.compile(r"bpf-tidy: this module is built for LLVM \d+, the program that loads it"
                      r" is (?:'.*version .*'|not clang)$")


def _refused(command):
    said = None
    for setting in ({}, {"LD_BIND_NOW": "1"}):
        done = subprocess.run(command, env={**os.environ, **setting}, capture_output=True,
                              text=True, timeout=60, check=False)
        said = done.stdout + done.stderr
        lines = said.splitlines()
        if done.returncode != 1 or len(lines) != 1 or not _REFUSAL.match(lines[0]):
            sys.exit(f"{command} {setting}: status {done.returncode}\n{said}")
    return said


def main():
    split = sys.argv.index("--")
    plugin, module, source, *folders = sys.argv[1:split]
    flags = sys.argv[split + 1:]
    for folder in folders:
        clang, tidy = f"{folder}/clang", f"{folder}/clang-tidy"
        print("plugin:", _refused([clang, *flags, f"-fplugin={plugin}", "-c", source, "-o", "none.o"]))
        if os.path.exists(tidy):
            print("module:", _refused([tidy, "-load", module, source, "--", *flags]))
    load = f"import ctypes; ctypes.CDLL({plugin!r})"
    print("plugin:", _refused([sys.executable, "-c", load]))


main()
