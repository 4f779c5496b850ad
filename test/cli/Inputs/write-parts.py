# write-parts.py - writes every part of the tests in test/checks as a file.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: write-parts.py TEST-FOLDER OUTPUT-FOLDER
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(sys.argv[1]) / "lib"))
import parts  # noqa: E402

out = Path(sys.argv[2])
out.mkdir(parents=True, exist_ok=True)
for file in sorted((Path(sys.argv[1]) / "checks").glob("*" + parts.SUFFIX)):
    for part in parts.read_parts(file):
        name = f"{file.name.removesuffix(parts.SUFFIX)}.{part.name}{parts.SUFFIX}"
        (out / name).write_text("".join(part.lines))
