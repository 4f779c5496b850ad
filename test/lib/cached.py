# cached.py - every part of every rule's test, with and without precompiled headers.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""cached.py --tool PROGRAM --include DIR --tests DIR --work DIR

The JSON of both must be the same to the last character. Parts with the same
options stand in one folder, so that the same headers serve many of them.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import parts

_FLAGS = ["-target", "bpf", "-g", "-O2", "-mcpu=v3", "-D__TARGET_ARCH_x86"]


def _run(arguments, group, options, cflags, cache):
    environment = dict(os.environ, XDG_CACHE_HOME=str(arguments.work / "cache"))
    command = [arguments.tool, "--format=json", "--verbose", "--unused-nolint", f"--cache={cache}",
               *options, group, "--", *_FLAGS, "-I", arguments.include, *cflags]
    done = subprocess.run([str(c) for c in command], env=environment, capture_output=True,
                          text=True, timeout=600, check=False)
    return json.loads(done.stdout), done.stderr.count("were precompiled")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", required=True)
    for name in ("include", "tests", "work"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()

    groups = defaultdict(list)
    for file in sorted(arguments.tests.glob("*" + parts.SUFFIX)):
        for part in parts.read_parts(file):
            options = [f"--{k}={part.options[k]}" for k in ("kernel", "checks")
                       if k in part.options]
            groups[tuple(options), tuple(part.cflags)].append(part)

    files = findings = used = differences = 0
    for number, ((options, cflags), members) in enumerate(groups.items()):
        group = arguments.work / str(number)
        group.mkdir(parents=True)
        for part in members:
            rule = part.file.name.removesuffix(parts.SUFFIX)
            (group / f"{rule}-{part.name}{parts.SUFFIX}").write_text(part.text)
        plain, none = _run(arguments, group, options, cflags, "off")
        cached, count = _run(arguments, group, options, cflags, "always")
        files += len(members)
        findings += len(plain["findings"])
        used += count
        if plain != cached or none:
            differences += 1
            print(f"{group}: options {options}, flags {cflags}: not the same")
    print(f"{files} parts, {findings} findings, {used} with precompiled headers, "
          f"{differences} differences")
    return not findings or differences or used < 0.8 * files


sys.exit(main())
