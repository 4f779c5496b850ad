# seeds.py - the programs of the tests, each in a file, for the fuzzer to begin with.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""seeds.py TESTS CORPUS"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))

import parts  # noqa: E402

tests, corpus = Path(sys.argv[1]), Path(sys.argv[2])
for file in sorted(tests.glob("*" + parts.SUFFIX)):
    for part in parts.read_parts(file):
        (corpus / f"{file.name.removesuffix(parts.SUFFIX)}-{part.name}").write_text(
            "".join(part.lines))
