# measure.py - runs commands in turn and compares their medians.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field


@dataclass
class Sample:
    """What the runs of one command took: processor seconds, seconds, kilobytes."""

    cpu: list = field(default_factory=list)
    user: list = field(default_factory=list)
    wall: list = field(default_factory=list)
    memory: list = field(default_factory=list)

    def median(self, what="cpu"):
        return statistics.median(getattr(self, what))


def run_once(command, folder, environment):
    """One run of COMMAND; children that it waited for are included."""
    start = time.perf_counter()
    with subprocess.Popen([str(c) for c in command], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    # Findings are no failure.
    if process.returncode not in ((0, 1) if str(command[0]).endswith("bpf-tidy") else (0,)):
        raise RuntimeError(f"status {process.returncode}: {' '.join(map(str, command))}")
    return used.ru_utime, used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss


def interleave(commands, rounds, folder, environment=None):
    """A Sample for each of COMMANDS, a dict by name: each runs once in each
    round, so that what else the machine does meets all of them alike. One round
    more, at the beginning, does not count."""
    samples = {name: Sample() for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            user, cpu, wall, memory = run_once(command, folder, {**os.environ,
                                                                **(environment or {})})
            if number:
                sample = samples[name]
                sample.user.append(user)
                sample.cpu.append(cpu)
                sample.wall.append(wall)
                sample.memory.append(memory)
    return samples


def ratio(sample, base, what):
    """The median, over the rounds, of SAMPLE against BASE."""
    pairs = zip(getattr(sample, what), getattr(base, what))
    return statistics.median(a / max(b, 1e-4) for a, b in pairs)


class Table:
    """Rows of text that line up."""

    def __init__(self, *head):
        self.rows = [head, tuple("-" * len(cell) for cell in head)]

    def add(self, *cells):
        self.rows.append(tuple(str(cell) for cell in cells))

    def text(self):
        widths = [max(len(row[i]) for row in self.rows) for i in range(len(self.rows[0]))]
        return "".join("| " + " | ".join(cell.ljust(width, "-" if number == 1 else " ")
                                         for cell, width in zip(row, widths)) + " |\n"
                       for number, row in enumerate(self.rows))
