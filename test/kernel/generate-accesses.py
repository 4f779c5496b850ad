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
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
sys.dont_write_bytecode = True
import access_cases  # noqa: E402
import against_kernel  # noqa: E402


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
        said = [f for f in findings if case.is_about(program, f["location"]["line"])]
        refusals = [f for f in said if f["effect"] == "program-refused"]
        got = verdicts[program.name]
        checks = ", ".join(sorted({f["check"] for f in said}))
        if got["verdict"] == "success" and refusals:
            tally[f"FALSE   {checks}"] += 1
            wrong.append(f"{name}:{program.first}: {program.name} loads, found: {checks}")
        elif got["verdict"] != "success" and not refusals and program.declared and \
                any(f["location"]["line"] == program.declared for f in findings):
            tally["agree   a finding at the declaration"] += 1
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


if __name__ == "__main__":
    sys.exit(against_kernel.main(access_cases.case, compare, count=90,
                                 programs=access_cases.PROGRAMS))
