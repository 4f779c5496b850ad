#!/usr/bin/env python3
# bad-input.py - programs that nobody finished, through bpf-tidy and clang-tidy.
#
#   bad-input.py --tidy BPF-TIDY [--clang-tidy CLANG-TIDY --module MODULE] [--clang CLANG]
#                [--include DIR] [--sample N | --all] [--tokens N] [--seed SEED]
#                [--only TEXT] [--keep DIR]
#
# Each part of each test in test/checks is cut off behind each line, loses each line, and
# has tokens dropped, doubled and exchanged (lib/mutations.py). Nothing may crash or hang.
# bpf-tidy has to check what clang compiles, and to tell clang's own errors of what it
# does not. --sample takes so many mutants of all, the same ones for the same --seed;
# --all takes every one, which is some twenty thousand and takes minutes.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TEST = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TEST / "lib"))
sys.dont_write_bytecode = True
import mutations  # noqa: E402
import parts  # noqa: E402

BATCH = 250
SECONDS = 20  # processor time for one mutant; the slowest take a tenth of one


def options():
    parser = argparse.ArgumentParser(description="feeds programs with mistakes to the hosts")
    parser.add_argument("--tidy", default="bpf-tidy")
    parser.add_argument("--clang-tidy", default="")
    parser.add_argument("--module", default="")
    parser.add_argument("--clang", default="", help="says which mutants compile")
    parser.add_argument("--include", default=str(TEST / "include"))
    parser.add_argument("--sample", type=int, default=1000, help="number of mutants")
    parser.add_argument("--all", action="store_true", help="every mutant")
    parser.add_argument("--tokens", type=int, default=20, help="mutants by chance, of a part")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="tests whose name has this text")
    parser.add_argument("--keep", help="folder that keeps the mutants that went wrong")
    return parser.parse_args()


def mutants(args):
    """The mutants asked for, by file name."""
    found = {}
    for file in sorted((TEST / "checks").glob("*" + parts.SUFFIX)):
        if args.only not in file.name:
            continue
        for part in parts.read_parts(file):
            stem = f"{file.name.removesuffix(parts.SUFFIX)}.{part.name}"
            for mutant in mutations.all_of(part.lines, f"{args.seed} {stem}", args.tokens):
                if mutant.text.strip():
                    found[f"{stem}.{mutant.name}{parts.SUFFIX}"] = mutant.text
    if args.all or len(found) <= args.sample:
        return found
    names = random.Random(args.seed).sample(sorted(found), args.sample)
    return {name: found[name] for name in sorted(names)}


def flags(args):
    return ["-target", "bpf", "-g", "-O2", "-mcpu=v3", "-D__TARGET_ARCH_x86", "-w",
            "-I", args.include]


def run(command, limit):
    """Exit status, output and errors; None as the status of what did not end."""
    try:
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True,
                              timeout=limit, errors="replace", check=False)
        return done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired:
        return None, "", ""


def through_tool(args, files):
    """What went wrong by file name, and the names that did not compile."""
    status, out, err = run([args.tidy, f"-j{os.cpu_count()}", "--format=json", "--config={}",
                            "--kernel=5.19-", f"--time-limit={SECONDS}", *files, "--",
                            *flags(args)], SECONDS * len(files))
    try:
        document = json.loads(out)
    except ValueError:
        return {files[0].name: f"no JSON, exit status {status}: {err[-300:]}"}, set()
    wrong, broken = {}, set()
    for error in document["errors"]:
        name = Path(error["file"]).name
        broken.add(name)
        if not re.match(r"does not compile|'.*' is not found", error["message"]):
            wrong[name] = error["message"]
        elif not error["diagnostics"]:
            wrong[name] = "no word of the compiler's"
    blamed = {Path(f["location"]["file"]).name for f in document["findings"]} & broken
    wrong.update({name: "findings in what does not compile" for name in blamed})
    expected = 2 if broken else 1 if document["findings"] else 0
    if status != expected or document["summary"]["files"] + len(broken) != len(files):
        wrong.setdefault(files[0].name, f"exit status {status}, summary {document['summary']}")
    return wrong, broken


def through_clang_tidy(args, files):
    """What went wrong by file name. One process has all files; what fails is cut in halves."""
    status, out, err = run([args.clang_tidy, "-load", args.module, "--quiet", "--checks=-*,bpf-*",
                            "--config={CheckOptions: {Kernels: '5.19-'}}", *files, "--",
                            *flags(args)], SECONDS * min(len(files), 10))
    if status in (0, 1) and "PLEASE submit a bug report" not in err:
        return {}
    if len(files) == 1:
        said = "does not end" if status is None else f"exit status {status}: {err[-300:]}"
        return {files[0].name: "clang-tidy: " + said}
    half = len(files) // 2
    return {**through_clang_tidy(args, files[:half]), **through_clang_tidy(args, files[half:])}


def rejected(args, file):
    """Whether clang does not compile FILE; it stops before it makes code, as the tool does."""
    return run([args.clang, *flags(args), "-fsyntax-only", file], SECONDS)[0] != 0


def check_batch(args, files, tally):
    wrong, broken = through_tool(args, files)
    if args.clang:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            verdicts = list(pool.map(lambda f: rejected(args, f), files))
        for file, bad in zip(files, verdicts):
            if bad != (file.name in broken):
                wrong.setdefault(file.name, "clang compiles it, bpf-tidy does not" if not bad
                                 else "clang does not compile it, bpf-tidy does")
    if args.clang_tidy and args.module:
        half = (len(files) + 1) // 2
        with ThreadPoolExecutor(2) as pool:
            for more in pool.map(lambda some: through_clang_tidy(args, some),
                                 [some for some in (files[:half], files[half:]) if some]):
                wrong.update(more)
    tally["do not compile"] += len(broken)
    tally["compile"] += len(files) - len(broken)
    return wrong


def main():
    args = options()
    texts = mutants(args)
    names, tally, wrong = list(texts), Counter(), {}
    for start in range(0, len(names), BATCH):
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / name for name in names[start:start + BATCH]]
            for file in files:
                file.write_text(texts[file.name])
            wrong.update(check_batch(args, files, tally))
    for name, what in wrong.items():
        print(f"{name}: {what}")
        if args.keep:
            Path(args.keep).mkdir(parents=True, exist_ok=True)
            (Path(args.keep) / name).write_text(texts[name])
    for name, number in sorted(tally.items()):
        print(f"{number:6} {name}")
    print(f"{len(names)} mutants, {len(wrong)} mistakes")
    return 1 if wrong or not names else 0


if __name__ == "__main__":
    sys.exit(main())
