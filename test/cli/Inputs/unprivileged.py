# unprivileged.py - runs a command that may read only what its user may; root may read all.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: unprivileged.py COMMAND...
import os
import sys

command = sys.argv[1:]
if os.geteuid() == 0:
    command = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *command]
os.execvp(command[0], command)
