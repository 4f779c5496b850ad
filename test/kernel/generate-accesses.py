#!/usr/bin/env python3
# generate-accesses.py - holds bpf-tidy against the kernel on generated accesses.
#
#   generate-accesses.py --tidy BPF-TIDY --judge BPF-JUDGE --clang CLANG
#                        [--include DIR] [--first SEED] [--count N] [--keep DIR] [--show]
#
# Each seed is one object of several programs (lib/access_cases.py). A program that the
# kernel refuses must have a finding, and one that it accepts must have none, but for one
# that says so (accepted-but-wrong). Anything else is a miss or a false alarm, is printed
# with its seed, and makes the exit status 1. `--show --first SEED` prints one object.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
sys.dont_write_bytecode = True
import access_cases  # noqa: E402

BATCH = 50


def options():
    parser = argparse.ArgumentParser(description="holds bpf-tidy against the running kernel")
    parser.add_argument("--tidy", default="bpf-tidy")
    parser.add_argument("--judge", default="bpf-judge")
    parser.add_argument("--clang", default="clang")
    parser.add_argument("--include", default=str(HERE.parent / "include"))
    parser.add_argument("--first", type=int, default=1, help="first seed")
    parser.add_argument("--count", type=int, default=90, help="number of seeds")
    parser.add_argument("--keep", help="folder that keeps the disagreeing objects")
    parser.add_argument("--show", action="store_true", help="print the first seed's object")
    return parser.parse_args()


def run(command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True,
                          timeout=600, errors="replace", check=False)


def flags(args):
    return ["-target", "bpf", "-g", "-O2", "-mcpu=v3", "-D__TARGET_ARCH_x86", "-w",
            "-I", args.include]


def judged(args, source):
    """The kernel's verdict on SOURCE; None if it does not compile."""
    target = source.with_suffix(".o")
    done = run([args.clang, *flags(args), "-c", source, "-o", target])
    if done.returncode:
        print(done.stderr[:2000], file=sys.stderr)
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


def last_line(log):
    lines = [l for l in log.splitlines() if l.strip() and not l.startswith("processed ")]
    return lines[-1] if lines else ""


def reason(log):
    """The kernel's last sentence without its numbers, which tells misses apart."""
    return re.sub(r"\d+", "N", last_line(log))


def compare(name, case, verdict, findings, tally):
    """Adds the agreement about one object to TALLY; returns the disagreements."""
    wrong = []
    if verdict["btf"] != "ok" or verdict["load"] != "ok":
        return [f"{name}: the object does not load: {verdict['btf']} {verdict['load']}"]
    verdicts = {p["name"]: p for p in verdict["programs"]}
    for program in case.programs:
        said = [f for f in findings
                if program.first <= f["location"]["line"] <= program.last]
        refusals = [f for f in said if f["effect"] == "program-refused"]
        got = verdicts[program.name]
        checks = ", ".join(sorted({f["check"] for f in said}))
        if got["verdict"] == "success" and refusals:
            tally[f"FALSE   {checks}"] += 1
            wrong.append(f"{name}:{program.first}: {program.name} loads, found: {checks}")
        elif got["verdict"] != "success" and not refusals:
            if program.known_miss:
                tally[f"known   {program.known_miss}"] += 1
                continue
            tally[f"MISS    {reason(got['log'])}"] += 1
            wrong.append(f"{name}:{program.first}: {program.name} is refused, nothing found: "
                         f"{last_line(got['log'])}")
        else:
            tally[f"agree   {checks or 'accepted'}"] += 1
    return wrong


def main():
    args = options()
    if args.show:
        print(access_cases.case(args.first).text, end="")
        return 0
    probe = run([args.judge, __file__])
    if probe.returncode == 3:
        print("skipped:", json.loads(probe.stdout)["skipped"])
        return 0
    tally, wrong = Counter(), []
    for start in range(args.first, args.first + args.count, BATCH):
        seeds = range(start, min(start + BATCH, args.first + args.count))
        cases = {f"seed-{seed}.bpf.c": access_cases.case(seed) for seed in seeds}
        with tempfile.TemporaryDirectory() as folder:
            directory = Path(folder)
            for name, case in cases.items():
                (directory / name).write_text(case.text)
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                verdicts = dict(zip(cases, pool.map(lambda n: judged(args, directory / n),
                                                    cases)))
            good = [name for name, verdict in verdicts.items() if verdict]
            tally["did not compile"] += len(cases) - len(good)
            found = tidied(args, [directory / name for name in good])
            for name in good:
                more = compare(name, cases[name], verdicts[name], found.get(name, []), tally)
                if more and args.keep:
                    Path(args.keep).mkdir(parents=True, exist_ok=True)
                    (Path(args.keep) / name).write_text(cases[name].text)
                wrong += more
    for line in wrong:
        print(line)
    for name, number in sorted(tally.items()):
        print(f"{number:6} {name}")
    print(f"{args.count * access_cases.PROGRAMS} programs, {len(wrong)} disagreements")
    return 1 if wrong or tally["did not compile"] else 0


if __name__ == "__main__":
    sys.exit(main())
