#!/usr/bin/env python3
"""flow-gen.py - random functions over references, judged twice

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

Makes small programs that acquire, exchange, load, check, use and release kptrs
through branches, loops, gotos, switches, inlined and out-of-line functions,
most of them right and some with a mistake; compiles them, asks the running
kernel through bpf-judge and the checks, and compares program by program. The
same seed makes the same programs.

A false alarm is a finding in a program that the kernel accepts: the exit code
is 1 if there is one. A miss is a refused program without a finding.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

from flow_prelude import PRELUDE
from flow_programs import programs

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--per-file", type=int, default=50)
    parser.add_argument("--clang", default="clang-19")
    parser.add_argument("--judge", default="bpf-judge")
    parser.add_argument("--tidy", default="clang-tidy-19")
    parser.add_argument("--module", required=True, help="the clang-tidy module")
    parser.add_argument("--keep", help="folder to keep sources and logs in")
    parser.add_argument("--show", type=int, default=5, help="misses to print")
    args = parser.parse_args()

    flags = ["-target", "bpf", "-g", "-O2", "-mcpu=v3", "-Wno-everything"]
    flags += ["-I" + os.path.join(HERE, "..", "include")]
    folder = args.keep or tempfile.mkdtemp(prefix="flow-gen-")
    os.makedirs(folder, exist_ok=True)
    tally = collections.Counter()
    rules = collections.Counter()
    missed_why = collections.Counter()
    shown = 0
    for part in range((args.count + args.per_file - 1) // args.per_file):
        texts = list(programs(f"{args.seed}.{part}",
                              min(args.per_file, args.count - part * args.per_file)))
        source = os.path.join(folder, f"flow{args.seed}_{part}.bpf.c")
        lines, starts = PRELUDE.count("\n") + 1, []
        with open(source, "w") as out:
            out.write(PRELUDE)
            for text in texts:
                starts.append(lines)
                out.write(text)
                lines += text.count("\n")
        obj = source[:-2] + ".o"
        subprocess.run([args.clang, *flags, "-c", source, "-o", obj], check=True)
        judged = subprocess.run([args.judge, "--json", obj], capture_output=True,
                                text=True)
        answer = json.loads(judged.stdout)
        if "skipped" in answer:
            print("skipped:", answer["skipped"])
            return 0
        verdicts = {p["name"]: p for p in answer["programs"]}
        tidy = subprocess.run(
            [args.tidy, f"-load={args.module}", "-checks=-*,bpf-kptr-reference-leaked,"
             "bpf-kptr-unchecked-null,bpf-kptr-use-after-release,"
             "bpf-kptr-release-of-borrowed,bpf-kptr-wrong-release,"
             "bpf-kptr-rcu-expired,bpf-kptr-load-outside-rcu,"
             "bpf-kptr-release-with-offset,bpf-kptr-call-under-lock", source, "--", *flags],
            capture_output=True, text=True)
        if tidy.returncode != 0:
            sys.exit(f"{source}: {tidy.stdout}{tidy.stderr}")
        found = collections.defaultdict(list)
        # A finding in a helper function belongs to the program of its notes.
        for block in re.split(r"(?m)^(?=\S+:\d+:\d+: warning: )", tidy.stdout):
            head = re.match(r"\S+:(\d+):\d+: warning: (.*) \[bpf-([a-z-]+)", block)
            if not head:
                continue
            at = [int(line) for line in re.findall(r"(?m)^\S+:(\d+):\d+: (?:warning|note)", block)]
            inside = [line for line in at if line >= starts[0]]
            number = max(i for i, s in enumerate(starts) if inside and s <= inside[0])
            found[number].append((head[3], int(head[1]), head[2]))
            rules[head[3]] += 1
        for number, text in enumerate(texts):
            verdict = verdicts[f"prog{number}"]
            accepted = verdict["verdict"] == "success"
            hits = found.get(number, [])
            what = (("agree: accepted", "FALSE ALARM")[bool(hits)] if accepted
                    else ("miss", "agree: refused")[bool(hits)])
            tally[what] += 1
            log = verdict.get("log") or ""
            why = [l for l in log.splitlines() if l and not l.startswith(("processed", ";"))]
            if what == "FALSE ALARM" or (what == "miss" and shown < args.show):
                shown += what == "miss"
                print(f"--- {what}: {source} prog{number}, line {starts[number]}")
                for rule, line, message in hits:
                    print(f"    {line}: {message} [{rule}]")
                if what == "miss":
                    print("    " + " / ".join(why[-2:])[-300:])
            if what == "miss":
                missed_why[re.sub(r"\d+", "N", why[-1] if why else "?")[:90]] += 1
    total = sum(tally.values())
    print(f"programs: {total}")
    for what, number in sorted(tally.items()):
        print(f"  {what}: {number}")
    for rule, number in sorted(rules.items()):
        print(f"  {rule}: {number} findings")
    for why, number in missed_why.most_common(12):
        print(f"  missed: {number} x {why}")
    return 1 if tally["FALSE ALARM"] else 0


if __name__ == "__main__":
    sys.exit(main())
