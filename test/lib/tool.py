# tool.py - runs the compiler and bpf-tidy on a part.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

TIME_LIMIT = 120


class Failure(Exception):
    """The part fails, for the reason given."""


@dataclass
class Site:
    """The programs that CMake knows and the tests use."""

    clang: str
    bpf_tidy: str
    judge: str
    include: str  # test/include


@dataclass
class Note:
    message: str
    file: str
    line: int
    fixes: list = field(default_factory=list)


@dataclass
class Finding:
    """One finding of the tool's JSON."""

    check: str
    effect: str
    message: str
    file: str
    line: int
    notes: list
    fixes: list
    kernels: str = ""  # ranges that it holds for, "6.1-6.10,6.12"; "" for all
    effects: dict = field(default_factory=dict)  # effect -> ranges, where kernels differ

    @property
    def key(self):
        """What stays the same when a fix moves lines."""
        return (self.check, self.message)


def run(command, **options):
    try:
        return subprocess.run([str(c) for c in command], capture_output=True, text=True,
                              timeout=TIME_LIMIT, errors="replace", check=False, **options)
    except FileNotFoundError:
        raise Failure(f"{command[0]} does not exist: build it first") from None
    except subprocess.TimeoutExpired:
        raise Failure(f"{command[0]} did not end in {TIME_LIMIT} seconds") from None


def compile_flags(site, part):
    return ["-target", "bpf", "-g", "-O2", "-mcpu=v3", "-D__TARGET_ARCH_x86",
            "-I", site.include, *part.cflags]


def compiler_of(site, part):
    """The clang that builds PART, None if it is not installed."""
    return shutil.which(f"clang-{part.compiler}") if part.compiler else site.clang


def compile_part(site, part, source):
    """Compiles SOURCE beside itself, in want of its compiler with another; returns the object's
    path."""
    target = source.with_name(source.name.removesuffix(".c") + ".o")
    done = run([compiler_of(site, part) or site.clang, *compile_flags(site, part), "-c", source,
                "-o", target])
    if done.returncode:
        raise Failure(f"{source.name} does not compile:\n{done.stderr}")
    return target


def _tool_options(part):
    return [f"--{key}={part.options[key]}" for key in ("kernel", "checks", "compiler")
            if key in part.options]


def _location(data):
    place = data.get("location") or {}
    return place.get("file", ""), place.get("line", 0)


def _finding(data):
    notes = [Note(n["message"], *_location(n), n.get("fixes", [])) for n in data.get("notes", [])]
    return Finding(data["check"], data.get("effect", ""), data["message"], *_location(data),
                   notes, data.get("fixes", []), data.get("kernels") or "",
                   data.get("effects") or {})


def findings_of(site, part, source):
    """The findings of bpf-tidy in SOURCE; raises Failure if it could not check."""
    done = run([site.bpf_tidy, "--format=json", *_tool_options(part), source, "--",
                *compile_flags(site, part)])
    try:
        document = json.loads(done.stdout)
        findings = [_finding(f) for f in document["findings"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Failure(f"bpf-tidy gave no JSON that can be read ({error}), exit status "
                      f"{done.returncode}\n{done.stdout[:2000]}\n{done.stderr}") from None
    if document.get("errors"):
        raise Failure("bpf-tidy could not check: "
                      + "; ".join(e["message"] for e in document["errors"]))
    if done.returncode != (1 if findings else 0):
        raise Failure(f"bpf-tidy has {len(findings)} findings and exit status {done.returncode}"
                      f"\n{done.stderr}")
    return findings


def apply_fixes(site, part, findings, directory):
    """Has the tool fix a copy of PART in DIRECTORY; returns its path."""
    copy = part.write(directory)
    for finding in findings:
        for fix in finding.fixes:
            if Path(fix["file"]).name != copy.name:
                raise Failure(f"a fix edits another file: {fix['file']}")
    done = run([site.bpf_tidy, "--fix", *_tool_options(part), copy, "--",
                *compile_flags(site, part)])
    if done.returncode not in (0, 1):
        raise Failure(f"bpf-tidy --fix: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return copy


def apply_edits(text, edits):
    """TEXT (bytes) after the edits of one fix, as the JSON gives them."""
    for edit in sorted(edits, key=lambda e: -e["offset"]):
        start = edit["offset"]
        text = text[:start] + edit["text"].encode() + text[start + edit["length"]:]
    return text


def _difference(after, before):
    return Counter(f.key for f in after) - Counter(f.key for f in before)


def check_fixes(site, part, findings, directory):
    """Applies the fixes of the warnings, and each fix of a note alone; raises Failure.

    The result must compile, have no new finding and none of the fixed ones, and
    a second application must change nothing.
    """
    fixable = [f for f in findings if f.fixes]
    if fixable:
        copy = apply_fixes(site, part, findings, directory / "fixed")
        fixed = copy.read_text()
        if fixed == part.text:
            raise Failure("bpf-tidy --fix changed nothing, though findings have fixes")
        compile_part(site, part, copy)
        left = findings_of(site, part, copy)
        surplus = _difference(left, [f for f in findings if not f.fixes])
        if surplus:
            raise Failure("after --fix these findings are left or new:\n"
                          + "\n".join(f"{m} [{c}]" for c, m in surplus) + "\n" + fixed.strip())
        run([site.bpf_tidy, "--fix", *_tool_options(part), copy, "--",
             *compile_flags(site, part)])
        if copy.read_text() != fixed:
            raise Failure("a second --fix changed the file again:\n" + copy.read_text().strip())
    _check_note_fixes(site, part, findings, directory)


def note_fixes(part, findings, directory):
    """Each fix of a note, alone: (finding, note, a copy of PART that it was made to)."""
    fixable = [(f, n) for f in findings for n in f.notes if n.fixes]
    for number, (finding, note) in enumerate(fixable, 1):
        copy = part.write(directory / f"note-{number}")
        copy.write_bytes(apply_edits(copy.read_bytes(), note.fixes))
        yield finding, note, copy


def _check_note_fixes(site, part, findings, directory):
    for finding, note, copy in note_fixes(part, findings, directory):
        compile_part(site, part, copy)
        left = findings_of(site, part, copy)
        if Counter(f.key for f in left)[finding.key] >= \
                Counter(f.key for f in findings)[finding.key]:
            raise Failure(f"the fix of the note '{note.message}' does not remove the finding "
                          f"'{finding.message}':\n{copy.read_text().strip()}")
        if _difference(left, findings):
            raise Failure(f"the fix of the note '{note.message}' makes new findings:\n"
                          + "\n".join(f.message for f in left))
