# expect.py - expected findings, in the comment syntax of clang's -verify.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""
    expected-warning {{text}}         a finding on this line
    expected-warning@+1 {{text}}      @-1, @12, @file.h:3, @file.h:*, @*:*
    expected-warning 2 {{text}}       twice
    expected-warning-re {{a {{b+}}}}  a regular expression in inner braces
    expected-note {{text}}            a note of a finding
    advisory-warning {{text}}         a finding about what the kernel accepts
    known-miss {{why}}                the kernel minds, the tool does not say so
    expected-no-diagnostics           says that there is none of all that

The list is exact and complete: a surplus finding or note fails as a missing one.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from parts import TestFileError

_DIRECTIVE = re.compile(
    r"(?P<list>expected|advisory)-(?P<kind>warning|note)(?P<re>-re)?"
    r"(?:@(?P<place>[^\s{]+))?\s*(?P<count>\d+)?\s*(?=\{\{)"
)
_MISS = re.compile(r"known-miss\s*(?=\{\{)")
_NONE = "expected-no-diagnostics"
# Anything that looks like a directive must be one: a misspelt one expects nothing.
_LOOKALIKE = re.compile(r"//.*?\b(?:expected|advisory|known)[-_][a-z]+")


@dataclass(frozen=True)
class Expectation:
    """One expected message."""

    kind: str  # "warning" or "note"
    advisory: bool
    file: str  # name without folders, "" for the test itself, "*" for any
    line: int  # 0 for any
    pattern: str  # regular expression
    text: str  # as written
    where: int  # line of the comment

    def matches(self, kind, file, line, message, main):
        """Whether this is about a message at FILE:LINE; MAIN is the test's own path."""
        if kind != self.kind or (self.line and line != self.line):
            return False
        if self.file == "":
            if file and Path(file).resolve() != Path(main).resolve():
                return False
        elif self.file != "*" and Path(file).name != self.file:
            return False
        return re.search(self.pattern, message) is not None


@dataclass
class Expectations:
    """All that the comments of a part say about findings."""

    messages: list
    known_misses: list
    none: bool

    @property
    def warnings(self):
        """Findings that the kernel must confirm."""
        return [m for m in self.messages if m.kind == "warning" and not m.advisory]

    @property
    def advisories(self):
        return [m for m in self.messages if m.kind == "warning" and m.advisory]


def _braced(line, start, where):
    """The text in the {{...}} at START, with inner {{...}} kept, and its end."""
    depth, at = 0, start
    while at < len(line):
        if line.startswith("{{", at):
            depth, at = depth + 1, at + 2
        elif line.startswith("}}", at):
            depth, at = depth - 1, at + 2
            if depth == 0:
                return line[start + 2 : at - 2], at
        else:
            at += 1
    raise TestFileError(f"line {where}: '{{{{' without '}}}}'")


def _pattern(text, regular):
    if not regular:
        return re.escape(text)
    pieces = re.split(r"\{\{(.*?)\}\}", text)
    return "".join(p if i % 2 else re.escape(p) for i, p in enumerate(pieces))


def _place(place, where):
    """(file, line) that an @-suffix means."""
    if not place:
        return "", where
    try:
        if ":" in place:
            file, line = place.rsplit(":", 1)
            return file, 0 if line == "*" else int(line)
        if place[0] in "+-":
            return "", where + int(place)
        return "", int(place)
    except ValueError:
        raise TestFileError(f"line {where}: cannot read '@{place}'") from None


def read_expectations(part):
    """The Expectations of PART; raises TestFileError."""
    found = Expectations([], [], False)
    for number, line in enumerate(part.lines, part.line):
        known = 0
        for match in _DIRECTIVE.finditer(line):
            text, _ = _braced(line, match.end(), number)
            file, at = _place(match["place"], number)
            known += 1
            found.messages += [
                Expectation(match["kind"], match["list"] == "advisory", file, at,
                            _pattern(text, match["re"]), text, number)
            ] * int(match["count"] or 1)
        for match in _MISS.finditer(line):
            found.known_misses.append(_braced(line, match.end(), number)[0])
            known += 1
        if _NONE in line:
            found.none = True
            known += 1
        if not known and _LOOKALIKE.search(line):
            raise TestFileError(f"{part.file.name}:{number}: cannot read this expectation")
    if found.none == bool(found.messages) and not (found.known_misses and not found.messages):
        raise TestFileError(
            f"{part.file.name}: part '{part.name}' must have either expected findings "
            f"or the line '// {_NONE}'"
        )
    return found


def compare(expectations, findings, main):
    """What differs between EXPECTATIONS and FINDINGS, as lines for a human."""
    left = sorted(expectations.messages, key=lambda e: -len(e.text))
    mistakes = []
    for kind, file, line, message in messages_of(findings):
        match = next((e for e in left if e.matches(kind, file, line, message, main)), None)
        if match:
            left.remove(match)
        else:
            mistakes.append(f"{Path(file).name}:{line}: unexpected {kind}: {message}")
    for e in left:
        place = f"{e.file + ':' if e.file else 'line '}{e.line or '*'}"
        mistakes.append(f"line {e.where}: missing {e.kind} at {place}: {e.text}")
    return mistakes


def messages_of(findings):
    """(kind, file, line, message) of each finding and each of its notes."""
    for f in findings:
        yield "warning", f.file, f.line, f"{f.message} [{f.check}]"
        for note in f.notes:
            yield "note", note.file, note.line, note.message
