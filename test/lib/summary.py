#!/usr/bin/env python3
# summary.py - runs lit and ends with one line of numbers.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""summary.py --lit LIT.PY [TEST ...] [-- LIT-OPTION ...]

Runs lit on the given folders (with a lit.site.cfg.py) and prints what lit prints,
then the reasons of skipped tests, known misses and advisories, and last

    N passed, N failed, N skipped

The exit status is 0 only if nothing failed and something passed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

PASSED = {"PASS", "FLAKYPASS", "XFAIL"}
SKIPPED = {"UNSUPPORTED"}


def reason(test):
    lines = [line for line in test["output"].splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def summarize(tests):
    """The last lines of the output, and whether all is well."""
    counts = Counter("passed" if t["code"] in PASSED else
                     "skipped" if t["code"] in SKIPPED else "failed" for t in tests)
    lines = []
    for text, count in Counter(reason(t) for t in tests if t["code"] in SKIPPED).most_common():
        lines.append(f"skipped {count}: {text}")
    numbers = Counter()
    for test in tests:
        numbers.update({k: v for k, v in test.get("metrics", {}).items() if isinstance(v, int)})
    lines.append(f"{numbers['known_misses']} known misses, {numbers['advisories']} advisories")
    lines.append(f"{counts['passed']} passed, {counts['failed']} failed, "
                 f"{counts['skipped']} skipped")
    return lines, counts["failed"] == 0 and counts["passed"] > 0


def main():
    arguments = sys.argv[1:]
    options = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, options = arguments[:at], arguments[at + 1:]
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lit", required=True, help="path of lit.py")
    parser.add_argument("tests", nargs="+", help="folders or tests, as lit takes them")
    args = parser.parse_args(arguments)

    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        done = subprocess.run([sys.executable, args.lit, "-sv", "--no-progress-bar", "--output", str(report),
                               *options, *args.tests], check=False)
        tests = json.loads(report.read_text())["tests"] if report.exists() else []
    lines, well = summarize(tests)
    sys.stdout.flush()
    print("\n".join(lines), flush=True)
    return 0 if well and done.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
