# mutations.py - what becomes of a program while someone types, and worse.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import random
import re
from dataclasses import dataclass

_TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|\w+|//[^\n]*|/\*.*?\*/|\s+|.', re.S)


@dataclass
class Mutant:
    name: str
    text: str


def truncated(lines):
    """LINES cut off behind each line but the last."""
    for number in range(1, len(lines)):
        yield Mutant(f"cut-{number}", "".join(lines[:number]))


def without_a_line(lines):
    """LINES without each of them."""
    for number in range(len(lines)):
        yield Mutant(f"line-{number + 1}", "".join(lines[:number] + lines[number + 1:]))


def _tokens(text):
    tokens = _TOKEN.findall(text)
    return tokens, [i for i, token in enumerate(tokens)
                    if not token.isspace() and not token.startswith(("//", "/*"))]


def shaken(lines, seed, count):
    """LINES, COUNT times, with some tokens dropped, doubled, exchanged, or cut off at one."""
    tokens, solid = _tokens("".join(lines))
    if len(solid) < 2:
        return
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        kind = ("drop", "drop", "double", "exchange", "end")[number % 5]
        changed = list(tokens)
        if kind == "end":
            changed = changed[:chance.choice(solid)]
        else:
            for at in chance.sample(solid, min(len(solid), chance.randint(1, 4))):
                if kind == "drop":
                    changed[at] = ""
                elif kind == "double":
                    changed[at] += " " + tokens[at]
                else:
                    other = chance.choice(solid)
                    changed[at], changed[other] = changed[other], changed[at]
        yield Mutant(f"{kind}-{number}", "".join(changed))


def all_of(lines, seed, count):
    """Every mutant of LINES, COUNT of them by chance."""
    yield from truncated(lines)
    yield from without_a_line(lines)
    yield from shaken(lines, seed, count)
