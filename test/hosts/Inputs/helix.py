# helix.py - Helix on a terminal: shows the finding, takes its fix, saves.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""helix.py FILE:LINE:COLUMN TEXT"""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

_ESCAPE = re.compile(rb"\x1b(\[[0-9;?<>=]*[A-Za-z]|\][^\x07\x1b]*(\x07|\x1b\\\\)|[()=>].?|P[^\x1b]*\x1b\\\\)")


class Terminal:
    """A program on a terminal of 40 lines."""

    def __init__(self, command):
        self.seen = b""
        pid, self.end = pty.fork()
        if pid == 0:
            os.execvp(command[0], command)
        self.pid = pid
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))

    def read(self, seconds):
        if select.select([self.end], [], [], seconds)[0]:
            try:
                self.seen += os.read(self.end, 65536)
            except OSError:  # the program has ended
                pass

    def wait_for(self, text):
        """Until TEXT has been shown since the last keys."""
        end = time.monotonic() + 30
        while text not in _ESCAPE.sub(b"", self.seen).decode(errors="replace"):
            if time.monotonic() > end:
                sys.exit(f"'{text}' is not shown: {_ESCAPE.sub(b'', self.seen)[-2000:]}")
            self.read(0.2)
        print("shown:", text)

    def press(self, keys):
        self.seen = b""
        os.write(self.end, keys)


def main():
    place, text = sys.argv[1:]
    helix = Terminal(["hx", place])
    helix.wait_for(text)
    helix.press(b" a")
    helix.wait_for(text[0].lower() + text[1:])
    helix.press(b"\r")
    helix.wait_for("[+]")  # the text has changed
    helix.press(b":wq\r")
    print("exit status", os.waitstatus_to_exitcode(os.waitpid(helix.pid, 0)[1]))


main()
