# lies.py - checks bad.bpf.c and good.bpf.c with one compile_commands.json after another.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: lies.py FLAG BPF-TIDY
#
# Prints what each is, and what the tool says in few words.
import json
import os
import subprocess
import sys
from pathlib import Path

flag, tool = sys.argv[1:3]
HERE = os.getcwd()
BPF = f"clang -target bpf -g -O2 {flag} -c"
Path("flags.rsp").write_text(f"-target bpf -g {flag}")
Path("link.bpf.c").symlink_to("bad.bpf.c")

CASES = {
    "no JSON": None,
    "no such folder": (f"{BPF} bad.bpf.c", "/nowhere/at/all"),
    "another file": f"{BPF} other.bpf.c",
    "no file": "clang",
    "no command": "",
    "C++": f"clang++ -target bpf {flag} -std=c++20 -x c++ -c bad.bpf.c",
    "another target": f"clang -target x86_64-linux-gnu {flag} -c bad.bpf.c",
    "no target": f"clang -target none-such {flag} -c bad.bpf.c",
    "another compiler's flag": f"gcc -target bpf {flag} -fconserve-stack -c bad.bpf.c",
    "no flags": f"clang -target bpf {flag} @none.rsp -c bad.bpf.c",
    "two files": f"clang -target bpf {flag} bad.bpf.c good.bpf.c",
    "no compilation": f"{BPF} bad.bpf.c --version",
    "flags from a file": "clang @flags.rsp -c bad.bpf.c",
    "through ccache": f"ccache {BPF} bad.bpf.c -o bad.bpf.o -MD -MF bad.d",
    "dependencies only": f"{BPF} bad.bpf.c -M",
    "by another path": f"{BPF} link.bpf.c",
}

for name, case in CASES.items():
    command, folder = case if isinstance(case, tuple) else (case, HERE)
    entries = [{"directory": folder, "file": f"{HERE}/bad.bpf.c", "command": command},
               {"directory": HERE, "file": "good.bpf.c", "command": f"{BPF} good.bpf.c"}]
    Path("compile_commands.json").write_text("no" if case is None else json.dumps(entries))
    done = subprocess.run([tool, "--format=json", "bad.bpf.c", "good.bpf.c"],
                          capture_output=True, text=True, check=False)
    document = json.loads(done.stdout)
    print(name)
    for error in document["errors"]:
        print(f"error: {error['file']}: {error['message']}")
        for diagnostic in error["diagnostics"]:
            print(f"error: {diagnostic['message']}")
    for finding in document["findings"]:
        print(f"warning: {finding['check']}")
    files = document["summary"]["files"]
    print(f"exit status {done.returncode}, {files} file{'s' * (files != 1)}")
