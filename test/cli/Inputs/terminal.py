# terminal.py - runs a command on a terminal and prints what is to be seen there.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: terminal.py COMMAND...
import os
import pty
import sys

seen = bytearray()


def read(descriptor):
    data = os.read(descriptor, 4096)
    seen.extend(data)
    return b"\0" if data else b""  # an empty answer would end it


sys.stdout.flush()
saved = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
status = os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], read))
os.dup2(saved, 1)
text = seen.decode(errors="replace").replace("\r", "\n").replace("\033[K", "")
print("\n".join(line for line in text.split("\n") if line))
sys.exit(status)
