#!/usr/bin/env python3
"""flow-gen.py - random functions over references, judged twice

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

Makes small programs that acquire, exchange, load, check, use and release kptrs
through branches, loops, gotos, switches, inlined and out-of-line functions, in
and out of RCU read sections and locks, most of them right and some with a
mistake; compiles them, asks the running kernel through bpf-judge and the
checks, and compares program by program. The same seed makes the same programs.

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

# What the verifier says, and the rule that is about it; the first that fits.
REASONS = [
    ("Unreleased reference|reference leak", "kptr-reference-leaked"),
    ("calls are not allowed while holding", "kptr-call-under-lock"),
    ("region|is missing", "section-left-open"),
    ("must be held for", "graph-call-without-lock"),
    ("Possibly NULL|_or_null", "kptr-unchecked-null, kptr-unchecked-load, kptr-loaded-twice"),
    ("expected pointer to STRUCT", "kptr-wrong-release"),
    ("must have zero offset|fixed offset", "kptr-release-with-offset"),
    ("must be a rcu pointer", "kptr-rcu-expired, kptr-load-outside-rcu"),
    ("must be referenced|expects referenced", "kptr-release-of-borrowed"),
    ("'scalar'|must point to scalar", "kptr-use-after-release"),
]
RULES = sorted({rule for _, rules in REASONS for rule in rules.split(", ")})


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--per-file", type=int, default=50)
    parser.add_argument("--clang", default="clang-19")
    parser.add_argument("--judge", default="bpf-judge")
    parser.add_argument("--tidy", default="clang-tidy-19")
    parser.add_argument("--module", required=True, help="the clang-tidy module")
    parser.add_argument("--keep", help="folder to keep sources and logs in")
    parser.add_argument("--show", type=int, default=5, help="misses to print")
    parser.add_argument("--json", help="file for the numbers that are printed")
    return parser.parse_args()


class Batch:
    """Some programs in one file: what the kernel and the checks say of them."""

    def __init__(self, args, folder, part):
        self.args = args
        count = min(args.per_file, args.count - part * args.per_file)
        self.texts = list(programs(f"{args.seed}.{part}", count))
        self.source = os.path.join(folder, f"flow{args.seed}_{part}.bpf.c")
        self.flags = ["-target", "bpf", "-g", "-O2", "-mcpu=v3", "-Wno-everything",
                      "-I" + os.path.join(HERE, "..", "include")]
        self.starts = []
        line = PRELUDE.count("\n") + 1
        with open(self.source, "w", encoding="utf-8") as out:
            out.write(PRELUDE)
            for text in self.texts:
                self.starts.append(line)
                out.write(text)
                line += text.count("\n")

    def verdicts(self):
        """What the kernel says of each program, by name."""
        target = self.source[:-2] + ".o"
        subprocess.run([self.args.clang, *self.flags, "-c", self.source, "-o", target], check=True)
        judged = subprocess.run([self.args.judge, "--json", target], capture_output=True,
                                text=True, check=False)
        answer = json.loads(judged.stdout)
        if "skipped" in answer:
            print("skipped:", answer["skipped"])
            sys.exit(0)
        return {p["name"]: p for p in answer["programs"]}

    def findings(self):
        """(rule, line, message) of the findings in each program, by number."""
        checks = ",".join("bpf-" + rule for rule in RULES)
        tidy = subprocess.run(
            [self.args.tidy, f"-load={self.args.module}", f"-checks=-*,{checks}", self.source,
             "--", *self.flags], capture_output=True, text=True, check=False)
        if tidy.returncode != 0:
            sys.exit(f"{self.source}: {tidy.stdout}{tidy.stderr}")
        found = collections.defaultdict(list)
        # A finding in a helper function belongs to the program of its notes.
        for block in re.split(r"(?m)^(?=\S+:\d+:\d+: warning: )", tidy.stdout):
            head = re.match(r"\S+:(\d+):\d+: warning: (.*) \[bpf-([a-z-]+)", block)
            if not head:
                continue
            at = [int(line)
                  for line in re.findall(r"(?m)^\S+:(\d+):\d+: (?:warning|note)", block)]
            inside = [line for line in at if line >= self.starts[0]]
            number = max(i for i, s in enumerate(self.starts) if inside and s <= inside[0])
            found[number].append((head[3], int(head[1]), head[2]))
        return found


def reason(log):
    """The last word of the verifier, and the rule that is about it."""
    lines = [one for one in log.splitlines() if one and not one.startswith(("processed", ";"))]
    last = " / ".join(lines[-2:])
    rule = next((rule for pattern, rule in REASONS if re.search(pattern, last)), "no rule")
    return last[-300:], rule


class Score:
    """What agrees and what does not."""

    def __init__(self, show):
        self.show = show
        self.tally = collections.Counter()
        self.rules = collections.defaultdict(collections.Counter)

    def add(self, batch):
        verdicts, found = batch.verdicts(), batch.findings()
        for number in range(len(batch.texts)):
            verdict, hits = verdicts[f"prog{number}"], found.get(number, [])
            accepted = verdict["verdict"] == "success"
            what = (("agree: accepted", "FALSE ALARM")[bool(hits)] if accepted
                    else ("miss", "agree: refused")[bool(hits)])
            self.tally[what] += 1
            for rule in {rule for rule, _, _ in hits}:
                self.rules[rule]["false alarm" if accepted else "agree"] += 1
            last, rule = reason(verdict.get("log") or "")
            if what == "miss":
                self.rules[rule]["miss"] += 1
                self.show -= 1
            if what == "FALSE ALARM" or (what == "miss" and self.show >= 0):
                print(f"--- {what}: {batch.source} prog{number}, line {batch.starts[number]}")
                for rule, line, message in hits:
                    print(f"    {line}: {message} [{rule}]")
                if what == "miss":
                    print(f"    {last} [{rule}]")


def main():
    args = parse_arguments()
    folder = args.keep or tempfile.mkdtemp(prefix="flow-gen-")
    os.makedirs(folder, exist_ok=True)
    score = Score(args.show)
    for part in range((args.count + args.per_file - 1) // args.per_file):
        score.add(Batch(args, folder, part))
    print(f"programs: {sum(score.tally.values())}")
    for what, number in sorted(score.tally.items()):
        print(f"  {what}: {number}")
    for rule, counts in sorted(score.rules.items()):
        print(f"  {rule}: " + ", ".join(f"{counts[what]} {what}"
                                        for what in ("agree", "miss", "false alarm")))
    if args.json:
        with open(args.json, "w", encoding="utf-8") as out:
            json.dump({"seed": args.seed, "programs": sum(score.tally.values()),
                       "tally": score.tally, "rules": score.rules}, out, indent=1)
    return 1 if score.tally["FALSE ALARM"] else 0


if __name__ == "__main__":
    sys.exit(main())
