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
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
sys.dont_write_bytecode = True
import against_kernel  # noqa: E402
import agreement  # noqa: E402
import declarations  # noqa: E402


def compare(name, case, verdict, findings, tally):
    result = agreement.Agreement(case, verdict, findings)
    tally.update(result.tally)
    return [f"{name}: {mistake}" for mistake in result.mistakes]


if __name__ == "__main__":
    sys.exit(against_kernel.main(declarations.case, compare, count=300, broken=0.1))
