# declared.py - what a part says that the kernel will do.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lines of a part, each optionally for a range of kernels, `// kernel[6.12-]: ...`:

    // kernel: btf EINVAL                 errno of BPF_BTF_LOAD
    // kernel: load EINVAL                errno of loading the object without programs
    // kernel: map m EOPNOTSUPP           errno of the first BPF_MAP_CREATE
    // kernel: map m stripped             created, but without BTF
    // kernel: map m record none          or valid
    // kernel: map m mmap ENOTSUPP        errno of mmap(2) of a mmapable map
    // kernel: field m.p plain            or referenced, untrusted, percpu, uptr
    // kernel: program p EACCES           or success, failure; instead of __failure
    // kernel: clean                      no deviation, though there are findings
    // kernel: skip REASON                nothing is asked of this kernel

What is not declared is expected to be fine: see verdict.py.
"""

import re
from dataclasses import dataclass, field

from parts import TestFileError

_LINE = re.compile(r"//\s*kernel(?:\[(?P<range>[^\]]*)\])?:\s*(?P<words>.*?)\s*(?:\*/)?$")
_LOOKALIKE = re.compile(r"//\s*[Kk]ernel\s*(?:\[[^\]]*\]\s*)?:")
_CLASSES = {"plain", "referenced", "untrusted", "percpu", "uptr"}
_ERRNO = re.compile(r"^E[A-Z0-9]+$")


def release(text):
    """(6, 18) of "6.18.44-something"."""
    match = re.match(r"(\d+)\.(\d+)", text)
    if not match:
        raise ValueError(f"'{text}' is no kernel release")
    return int(match[1]), int(match[2])


def in_range(kernel, text):
    """Whether KERNEL is in a range such as 6.12, 6.1-6.12, 6.6-, -6.3."""
    if not text:
        return True
    first, dash, last = text.partition("-")
    if not dash:
        return release(kernel) == release(first)
    if first and release(kernel) < release(first):
        return False
    return not last or release(kernel) <= release(last)


@dataclass
class MapDeclaration:
    create: str = "ok"
    stripped: bool = False
    record: str = ""  # "" if not declared
    mmap: str = "ok"


@dataclass
class Declared:
    btf: str = "ok"
    load: str = "ok"
    maps: dict = field(default_factory=dict)
    fields: dict = field(default_factory=dict)  # "m.p" -> class
    programs: dict = field(default_factory=dict)
    clean: bool = False
    skip: str = ""

    def map(self, name):
        return self.maps.get(name, MapDeclaration())


def _declare_map(found, name, rest):
    entry = found.maps.setdefault(name, MapDeclaration())
    if rest == ["stripped"]:
        entry.stripped = True
    elif len(rest) == 1 and _ERRNO.match(rest[0]):
        entry.create = rest[0]
    elif len(rest) == 2 and rest[0] == "record" and rest[1] in ("valid", "none"):
        entry.record = rest[1]
    elif len(rest) == 2 and rest[0] == "mmap" and _ERRNO.match(rest[1]):
        entry.mmap = rest[1]
    else:
        return False
    return True


def _declare(found, words):
    """Enters one declaration; false if it is none."""
    what, rest = words[0], words[1:]
    if what in ("btf", "load") and len(rest) == 1 and _ERRNO.match(rest[0]):
        setattr(found, what, rest[0])
    elif what == "map" and len(rest) >= 2:
        return _declare_map(found, rest[0], rest[1:])
    elif what == "field" and len(rest) == 2 and rest[1] in _CLASSES:
        found.fields[rest[0]] = rest[1]
    elif what == "program" and len(rest) == 2:
        if rest[1] not in ("success", "failure") and not _ERRNO.match(rest[1]):
            return False
        found.programs[rest[0]] = rest[1]
    elif what == "clean":
        found.clean = True
    elif what == "skip" and rest:
        found.skip = " ".join(rest)
    else:
        return False
    return True


def read_declared(part, kernel):
    """What PART declares for KERNEL; raises TestFileError."""
    found = Declared()
    for number, line in enumerate(part.lines, part.line):
        match = _LINE.search(line.rstrip("\n"))
        try:
            if match and not in_range(kernel, match["range"]):
                continue
        except ValueError as error:
            raise TestFileError(f"{part.file.name}:{number}: {error}") from None
        if match and match["words"] and _declare(found, match["words"].split()):
            continue
        if match or _LOOKALIKE.search(line):
            raise TestFileError(f"{part.file.name}:{number}: cannot read this declaration")
    return found
