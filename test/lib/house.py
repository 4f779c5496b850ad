#!/usr/bin/env python3
# house.py - the invariants of the source tree that no compiler checks
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: house.py PROJECT
#
# Prints a line for each breach, "path:line: what", and fails if there is one.
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
breaches = []


def breach(path, line, what):
    where = path.relative_to(ROOT) if isinstance(path, Path) else path
    breaches.append(f"{where}:{line}: {what}")


def tracked(*patterns):
    out = subprocess.run(["git", "-C", ROOT, "ls-files", "-co",
                          "--exclude-standard", "--", *patterns],
                         capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in out.splitlines() if (ROOT / name).exists()]


def rules():
    text = (ROOT / "checks/Rules.def").read_text()
    return re.findall(r'^RULE\((\w+),\s*"([a-z0-9-]+)"', text, re.M)


def camel(name):
    first, *rest = name.split("-")
    return first + "".join(word.capitalize() for word in rest)


def check_rules():
    """Function, file, test, page and changelog line follow from the name."""
    changelog = (ROOT / "CHANGELOG.md").read_text()
    files = set()
    for function, name in rules():
        if function != camel(name):
            breach("checks/Rules.def", 0, f"{name} should be {camel(name)}")
        source = ROOT / f"checks/{function[0].upper()}{function[1:]}.cpp"
        files.add(source)
        for path in (source, ROOT / f"test/checks/{name}.bpf.c",
                     ROOT / f"docs/checks/{name}.md"):
            if not path.exists():
                breach(path, 0, f"rule {name} has no such file")
        if not re.search(rf"\bbpf-{name}\b", changelog):
            breach("CHANGELOG.md", 0, f"no line for bpf-{name}")
    for page in (ROOT / "docs/checks").glob("*.md"):
        if page.stem not in {name for _, name in rules()}:
            breach(page, 0, "page of no rule")
    for test in (ROOT / "test/checks").glob("*.bpf.c"):
        if test.name[: -len(".bpf.c")] not in {name for _, name in rules()}:
            breach(test, 0, "test of no rule")
    return files


def check_coverage():
    """The last column of docs/coverage.md names no check that there is not."""
    known = {name for _, name in rules()}
    text = (ROOT / "docs/coverage.md").read_text()
    for number, line in enumerate(text.splitlines(), 1):
        cells = line.split(" | ")
        for name in re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", cells[-1]):
            if line.startswith("|") and name not in known:
                breach("docs/coverage.md", number, f"no check {name}")


def check_includes(rule_files):
    """plugin -> checks -> {btf, kernel} -> clang AST and LLVM Support."""
    for path in tracked("checks"):
        if path.suffix not in (".cpp", ".h"):
            continue
        kernel = path.parent.name == "kernel"
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'#include ["<]([^">]+)[">]', line)
            if not match:
                continue
            name = match[1]
            if re.match(r"clang-tidy/|clang/(Frontend|Tooling|Driver)/", name):
                breach(path, number, f"checks/ may not include {name}")
            if kernel and name.startswith("clang/"):
                breach(path, number, f"kernel/ may not include {name}")
            if kernel and not re.match(r"kernel/|btf/Graph\.h|llvm/|[a-z]+$",
                                       name):
                breach(path, number, f"kernel/ may not include {name}")
            if path.parent.name == "btf" and name.startswith("kernel/"):
                breach(path, number, f"btf/ may not include {name}")
            if (ROOT / "checks" / name).with_suffix(".cpp") in rule_files:
                breach(path, number, "a rule is included")


def check_facts(rule_files):
    """Releases and tag spellings are the tables', LLVM's are Compat.h's."""
    for path in tracked("*.cpp", "*.h"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if (path.name != "Compat.h" and
                    re.search(r"(LLVM|CLANG)_VERSION_M", line)):
                breach(path, number, "asks for LLVM's release")
    for path in rule_files:
        if not path.exists():
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            code = line.split("//")[0]
            if re.search(r"\b(V|Release)[({]\s*\d+\s*,\s*\d+", code):
                breach(path, number, "a rule holds a kernel release")
            if re.search(r'"(percpu_)?kptr(_\w+)?"|"uptr"', code):
                breach(path, number, "a rule holds a tag's spelling")


def strings(text, call):
    """The format strings of F.warn(...) and its like, literals joined."""
    for match in re.finditer(call, text):
        start, depth, inside, out = match.end(), 1, False, []
        index, literal = start, []
        while index < len(text) and depth:
            char = text[index]
            if inside:
                if char == "\\":
                    literal.append(text[index + 1])
                    index += 1
                elif char == '"':
                    inside = False
                else:
                    literal.append(char)
            elif char == '"':
                inside = True
            elif char in "(":
                depth += 1
            elif char in ")":
                depth -= 1
            elif char == "," and literal:
                out.append("".join(literal))
                literal = []
            index += 1
        if literal:
            out.append("".join(literal))
        # The first text is the map's member with warnMap(), else the format.
        for string in out:
            yield text.count("\n", 0, start) + 1, string


def check_wording(rule_files):
    for path in rule_files:
        if not path.exists():
            continue
        for number, string in strings(path.read_text(),
                                      r"\bF\.(warn|warnMap|note)\("):
            if string.endswith("."):
                breach(path, number, f"message ends in a full stop: {string}")
            if re.match(r"[A-Z][a-z]", string):
                breach(path, number, f"message begins in upper case: {string}")


def check_sources():
    for path in tracked("*.cpp", "*.h", "*.c", "*.py", "*.def", "*.cmake",
                        "CMakeLists.txt"):
        if "examples" in path.parts or "Inputs" in path.parts:
            continue
        text = path.read_text()
        if not path.name.endswith(".bpf.c") and \
                "SPDX-License-Identifier" not in text[:2000]:
            breach(path, 1, "no licence line")
        limited = path.suffix in (".cpp", ".h", ".py")
        if limited and text.count("\n") > 400:
            breach(path, 401, "over 400 lines")
    for path in tracked("."):
        if path.is_symlink() or path.suffix in (".png",):
            continue
        for number, line in enumerate(
                path.read_text(errors="replace").splitlines(), 1):
            # Home folders, build folders of a session, and package hosts.
            if re.search(r"(?<![\w.$}])/(work|farm)/\w|\bdeb\.[a-z]+\.org\b|"
                         r"\bregistry\.\w+\.(org|com)\b", line):
                breach(path, number, "names a machine or a registry")


rule_sources = check_rules()
check_coverage()
check_includes(rule_sources)
check_facts(rule_sources)
check_wording(rule_sources)
check_sources()
print("\n".join(breaches))
sys.exit(1 if breaches else 0)
