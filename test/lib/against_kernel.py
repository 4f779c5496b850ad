# against_kernel.py - holds the tool against the kernel on generated programs.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the generators share: their command line, and running compiler, kernel and tool.

A generator makes an object of each seed, the same one each time. Where the tool and the
running kernel disagree, the seed is printed, and the exit status is 1.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BATCH = 100


def _options(count):
    parser = argparse.ArgumentParser(description="holds bpf-tidy against the running kernel")
    parser.add_argument("--tidy", default="bpf-tidy")
    parser.add_argument("--judge", default="bpf-judge")
    parser.add_argument("--clang", default="clang")
    parser.add_argument("--include", default=str(Path(__file__).parent.parent / "include"))
    parser.add_argument("--first", type=int, default=1, help="first seed")
    parser.add_argument("--count", type=int, default=count, help="number of seeds")
    parser.add_argument("--keep", help="folder that keeps the disagreeing objects")
    parser.add_argument("--show", action="store_true", help="print the first seed's object")
    parser.add_argument("--json", type=Path, help="file for the numbers that are printed")
    return parser.parse_args()


def _run(command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True,
                          timeout=600, errors="replace", check=False)


def _flags(args):
    return ["-target", "bpf", "-g", "-O2", "-mcpu=v3", "-D__TARGET_ARCH_x86", "-w",
            "-I", args.include]


def _judged(args, source):
    """The kernel's verdict on SOURCE; None if it does not compile."""
    target = source.with_suffix(".o")
    done = _run([args.clang, *_flags(args), "-c", source, "-o", target])
    if done.returncode:
        print(done.stderr[:2000], file=sys.stderr)
        return None
    return json.loads(_run([args.judge, "--json", target]).stdout)


def _tidied(args, sources):
    """Findings of each of SOURCES, by file name."""
    kernel = ".".join(os.uname().release.split(".")[:2])
    done = _run([args.tidy, "--format=json", "--config={}", f"--kernel={kernel}", *sources, "--",
                 *_flags(args)])
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


def _batch(args, cases, compare, tally):
    """Adds the agreement about CASES to TALLY; returns the disagreements."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        for name, case in cases.items():
            (directory / name).write_text(case.text)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            verdicts = dict(zip(cases, pool.map(lambda n: _judged(args, directory / n), cases)))
        good = [name for name, verdict in verdicts.items() if verdict]
        tally["did not compile"] += len(cases) - len(good)
        found = _tidied(args, [directory / name for name in good])
    for name in good:
        more = compare(name, cases[name], verdicts[name], found.get(name, []), tally)
        if more and args.keep:
            Path(args.keep).mkdir(parents=True, exist_ok=True)
            (Path(args.keep) / name).write_text(cases[name].text)
        wrong += more
    return wrong


def main(make, compare, count, programs=1, broken=0.0):
    """Compares COUNT objects, MAKE(seed) each, by COMPARE; returns the exit status.

    COMPARE(name, case, verdict, findings, tally) returns a line for each disagreement.
    PROGRAMS is how many there are in an object, BROKEN the part of all objects that need
    not compile.
    """
    args = _options(count)
    if args.show:
        print(make(args.first).text, end="")
        return 0
    probe = _run([args.judge, __file__])
    if probe.returncode == 3:
        print("skipped:", json.loads(probe.stdout)["skipped"])
        return 0
    tally, wrong = Counter(), []
    for start in range(args.first, args.first + args.count, BATCH):
        seeds = range(start, min(start + BATCH, args.first + args.count))
        cases = {f"seed-{seed}.bpf.c": make(seed) for seed in seeds}
        wrong += _batch(args, cases, compare, tally)
    for line in wrong:
        print(line)
    for name, number in sorted(tally.items()):
        print(f"{number:6} {name}")
    compiled = args.count - tally["did not compile"]
    print(f"{compiled} objects, {compiled * programs} programs, {len(wrong)} disagreements")
    if args.json:
        args.json.write_text(json.dumps({
            "first": args.first, "count": args.count, "objects": compiled,
            "programs": compiled * programs, "disagreements": len(wrong), "tally": tally}))
    return 1 if wrong or compiled < args.count * (1 - broken) else 0
