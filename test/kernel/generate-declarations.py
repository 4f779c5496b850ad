#!/usr/bin/env python3
# generate-declarations.py - holds bpf-tidy against the kernel on generated declarations.
#
#   generate-declarations.py --tidy BPF-TIDY --judge BPF-JUDGE --clang CLANG
#                            [--include DIR] [--first SEED] [--count N] [--keep DIR] [--show]
#
# Each seed is one small object (lib/declarations.py). An object without findings must be
# just what its author means, in the running kernel; every finding must show there as what
# its effect says. Anything else is a miss or a false alarm, is printed with its seed, and
# makes the exit status 1. `--show --first SEED` prints the program of one seed.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
sys.dont_write_bytecode = True
import agreement  # noqa: E402
import declarations  # noqa: E402

BATCH = 100


def options():
    parser = argparse.ArgumentParser(description="holds bpf-tidy against the running kernel")
    parser.add_argument("--tidy", default="bpf-tidy")
    parser.add_argument("--judge", default="bpf-judge")
    parser.add_argument("--clang", default="clang")
    parser.add_argument("--include", default=str(HERE.parent / "include"))
    parser.add_argument("--first", type=int, default=1, help="first seed")
    parser.add_argument("--count", type=int, default=300, help="number of seeds")
    parser.add_argument("--keep", help="folder that keeps the disagreeing programs")
    parser.add_argument("--show", action="store_true", help="print the first seed's program")
    return parser.parse_args()


def run(command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True,
                          timeout=300, errors="replace", check=False)


def flags(args):
    return ["-target", "bpf", "-g", "-O2", "-mcpu=v3", "-D__TARGET_ARCH_x86", "-w",
            "-I", args.include]


def judged(args, source):
    """The kernel's verdict on SOURCE; None if it does not compile."""
    target = source.with_suffix(".o")
    if run([args.clang, *flags(args), "-c", source, "-o", target]).returncode:
        return None
    return json.loads(run([args.judge, "--json", target]).stdout)


def tidied(args, sources):
    """Findings of each of SOURCES, by file name."""
    kernel = ".".join(os.uname().release.split(".")[:2])
    done = run([args.tidy, "--format=json", "--config={}", f"--kernel={kernel}", *sources, "--",
                *flags(args)])
    try:
        document = json.loads(done.stdout)
    except ValueError:
        sys.exit(f"bpf-tidy gave no JSON, exit status {done.returncode}\n{done.stderr[-2000:]}")
    for error in document["errors"]:
        sys.exit(f"bpf-tidy could not check: {error}")
    found = {}
    for finding in document["findings"]:
        found.setdefault(Path(finding["location"]["file"]).name, []).append(finding)
    return found


def compare_batch(args, seeds, directory, tally):
    """Adds the agreement about SEEDS to TALLY; returns the disagreements."""
    cases = {f"seed-{seed}.bpf.c": declarations.case(seed) for seed in seeds}
    for name, case in cases.items():
        (directory / name).write_text(case.text)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = dict(zip(cases, pool.map(lambda n: judged(args, directory / n), cases)))
    good = [name for name, verdict in verdicts.items() if verdict]
    tally["did not compile"] += len(cases) - len(good)
    found = tidied(args, [directory / name for name in good])
    wrong = []
    for name in good:
        result = agreement.Agreement(cases[name], verdicts[name], found.get(name, []))
        tally.update(result.tally)
        if result.mistakes and args.keep:
            Path(args.keep).mkdir(parents=True, exist_ok=True)
            (Path(args.keep) / name).write_text(cases[name].text)
        wrong += [f"{name}: {m}" for m in result.mistakes]
    return wrong


def main():
    args = options()
    if args.show:
        print(declarations.case(args.first).text, end="")
        return 0
    probe = run([args.judge, __file__])
    if probe.returncode == 3:
        print("skipped:", json.loads(probe.stdout)["skipped"])
        return 0
    tally, wrong = Counter(), []
    for start in range(args.first, args.first + args.count, BATCH):
        seeds = range(start, min(start + BATCH, args.first + args.count))
        with tempfile.TemporaryDirectory() as directory:
            wrong += compare_batch(args, seeds, Path(directory), tally)
    for line in wrong:
        print(line)
    for name, number in sorted(tally.items()):
        print(f"{number:6} {name}")
    compiled = args.count - tally["did not compile"]
    print(f"{compiled} objects, {tally['clean']} of them clean, {len(wrong)} disagreements")
    if compiled * 10 < args.count * 9:
        print("too many objects do not compile")
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
