# exits.py - runs a command and demands its exit status.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: exits.py STATUS COMMAND...
import subprocess
import sys

status = subprocess.run(sys.argv[2:], check=False).returncode
if status != int(sys.argv[1]):
    sys.exit(f"exits.py: exit status {status}, not {sys.argv[1]}: {' '.join(sys.argv[2:])}")
