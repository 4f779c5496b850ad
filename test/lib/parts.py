# parts.py - reads the test of a rule: one file, several programs.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A test file is split by lines `//--- name [key=value ...]`.

Text before the first such line is a comment for the reader. A part is written
to disk with empty lines in front, so that a line number means the same place in
the part and in the test file.
"""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

SUFFIX = ".bpf.c"
_SPLIT = re.compile(r"^//---\s*(.*?)\s*$")
_NAME = re.compile(r"^[a-z0-9][a-z0-9-]*$")
_OPTIONS = {"kernel", "cflags", "checks", "compiler"}


class TestFileError(Exception):
    """The test file itself is wrong."""


@dataclass
class Part:
    """One program of a test file."""

    file: Path
    name: str
    line: int  # of its first line of text, in the test file
    options: dict = field(default_factory=dict)
    lines: list = field(default_factory=list)

    @property
    def text(self):
        """The source, padded to keep the line numbers of the test file."""
        return "\n" * (self.line - 1) + "".join(self.lines)

    @property
    def compiler(self):
        """Release of clang that the part is built with; "" for that of the tests."""
        return self.options.get("compiler", "")

    @property
    def cflags(self):
        return shlex.split(self.options.get("cflags", ""))

    def write(self, directory):
        """Writes the part into DIRECTORY under the name of its file; returns the path."""
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / self.file.name
        path.write_text(self.text)
        return path


def _new_part(file, number, header):
    try:
        words = shlex.split(header)
    except ValueError as error:
        raise TestFileError(f"{file.name}:{number}: {error}") from None
    if not words or not _NAME.match(words[0]):
        raise TestFileError(f"{file.name}:{number}: a part needs a name in lower case and dashes")
    options = {}
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if not equals or key not in _OPTIONS:
            raise TestFileError(f"{file.name}:{number}: unknown option '{word}'")
        options[key] = value
    return Part(file, words[0], number + 1, options)


def read_parts(file):
    """All parts of FILE in their order; raises TestFileError."""
    parts = []
    for number, line in enumerate(file.read_text().splitlines(keepends=True), 1):
        split = _SPLIT.match(line)
        if split:
            parts.append(_new_part(file, number, split.group(1)))
        elif parts:
            parts[-1].lines.append(line)
    if not parts:
        raise TestFileError(f"{file.name}: no part (a line '//--- name')")
    names = [part.name for part in parts]
    for name in names:
        if names.count(name) > 1:
            raise TestFileError(f"{file.name}: two parts are named '{name}'")
    return parts
