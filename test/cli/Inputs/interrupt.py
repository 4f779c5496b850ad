# interrupt.py - sends a signal to a command at work, and demands that nothing of it stays.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: interrupt.py SIGNAL COMMAND...
import signal
import subprocess
import sys
import time
from pathlib import Path

LIMIT = 60  # seconds, on a machine with much else to do
which = signal.Signals["SIG" + sys.argv[1]]


def children(pid):
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


def lives(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in "ZX"
    except OSError:
        return False


def wait_for(what, condition):
    end = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"interrupt.py: waited {LIMIT} seconds for {what}")
        time.sleep(0.05)


# Whoever runs the tests in the background has it ignored.
signal.signal(signal.SIGINT, signal.SIG_DFL)
with subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as tool:
    wait_for("two workers", lambda: len(children(tool.pid)) == 2)
    workers = children(tool.pid)
    tool.send_signal(which)
    if tool.wait(LIMIT) != -which:
        sys.exit(f"interrupt.py: exit status {tool.returncode}, not that of {which.name}")
wait_for("the workers to end", lambda: not any(lives(pid) for pid in workers))
