# tables.py - rows with release ranges, and the .def files made of them.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How facts seen in single releases become rows, and how files of rows look."""

from typing import NamedTuple

UNKNOWN = "unknown"   # nobody could look whether the release has it
FIRST_KPTR = (5, 19)  # no release before this one has kptrs
NOW = (99, 0)
_LAST_MINOR = {5: 19, 6: 19}


class Row(NamedTuple):
    value: object
    since: tuple
    until: tuple
    history: bool  # nobody looked at `since`: history.tsv says so


def before(release):
    """The mainline release before one."""
    major, minor = release
    return (major, minor - 1) if minor else (major - 1, _LAST_MINOR[major - 1])


def after(release):
    """The mainline release after one."""
    major, minor = release
    return (major + 1, 0) if _LAST_MINOR.get(major) == minor else (major, minor + 1)


def rows(states, since=None):
    """Rows of a fact from {release: value, None or UNKNOWN}.

    A row goes on through releases nobody could look at. Where a value was
    followed by another one, the old one is taken to hold until the new one was seen.
    `since` moves the beginning of the first row back.
    """
    found, newest = [], max(states)
    open_row = False
    for release in sorted(states):
        value = states[release]
        if value == UNKNOWN and open_row:
            found[-1][2] = release
        elif value is None or value == UNKNOWN:
            open_row = False
        elif open_row and found[-1][0] == value:
            found[-1][2] = release
        else:
            if open_row:
                found[-1][2] = before(release)
            found.append([value, release, release])
            open_row = True
    out = []
    for i, (value, first, last) in enumerate(found):
        history = not i and since is not None and since < first
        out.append(Row(value, since if history else first, NOW if last == newest else last, history))
    return out


def macro(name, row, *arguments):
    """One line of a table."""
    numbers = "%d, %d, %d, %d" % (*row.since, *row.until)
    return f"{name}({', '.join(arguments)}, {numbers})" + (" // hist" if row.history else "")


_RANGE = """The release range is that of the kernels looked at, which are listed above: the
row holds in every one of them from Since to Until, and not in the one before
and the one after. Until 99,0: in the newest one, too. Nobody looked at the
releases between those listed: a row that begins with one of them may hold a
few releases earlier, and one that begins with the oldest, long before it.
"""
_HIST = """A comment "hist": nobody looked at the first release of the row; its source
is in history.tsv beside the script.
"""

STRUCT_HEAD = ("StructNames.def - names of structs in vmlinux BTF", """\
KERNEL_STRUCT(Name, SinceMajor, SinceMinor, UntilMajor, UntilMinor)
Each struct with a name in the BTF of Debian's cloud kernels (x86-64), sorted
as strcmp sorts; a name that went and came again has several rows.
""" + _RANGE + """Names that only another configuration or architecture has, and those of
modules, are not here: a name that is missing may well exist somewhere.
Let no macro stand between Name and '#': some names may be macros.
""")

KFUNC_HEAD = ("Kfuncs.def - kfuncs, their flags, pointers and callers", """\
All release ranges end in SinceMajor, SinceMinor, UntilMajor, UntilMinor.

KFUNC(Name, Flags, Since.., Until..)
  Flags is NoFlags or an or-ed list of Acquire, ArenaArg1, ArenaArg2, ArenaRet,
  Destructive, Fastcall, ImplicitArgs, IterDestroy, IterNew, IterNext, KptrGet,
  Perfmon, Rcu, RcuProtected, Release, RetNull, Sleepable, SpinlockSafe,
  TrustedArgs: the kernel's KF_ flags. TrustedArgs also stands where the kernel
  implies it: with Release, and from 7.0 with everything that is not Rcu.
  In a row marked hist the flags are those first seen, or history.tsv's.
KFUNC_RESULT(Name, Struct), KFUNC_ARG(Name, Index, Struct)
  The result, and the arguments (from 0), that are pointers to a struct, in
  the newest kernel looked at that has the kfunc.
KFUNC_NULLABLE(Name, Index)
  An argument that may be NULL.
KFUNC_SET(Name, Hook, Since.., Until..)
  The hooks that the kfunc is registered for; some sets have a filter besides.
  In a row marked hist the hook is one of those first seen.
KFUNC_HOOK(ProgType, Hook, Since.., Until..)
  Which hook a BPF_PROG_TYPE_ asks. COMMON is asked for all types, and its
  ProgType is UNSPEC.
HELPER(Name, Flags, Since.., Until..)
  The helpers that return a reference or take one over.

""" + _RANGE + _HIST)

DESTRUCTOR_HEAD = ("Destructors.def - kernel types that a kptr may own or lend", """\
DESTRUCTOR(Struct, ReleaseKfunc, SinceMajor, SinceMinor, UntilMajor, UntilMinor)
  The kernel can free a referenced kptr to Struct by itself: the destructor
  registered for it does what ReleaseKfunc does. Other kfuncs may release it too.
RCU_PROTECTED(Struct, SinceMajor, SinceMinor, UntilMajor, UntilMinor)
  A kptr to Struct, loaded in an RCU critical section, is an RCU pointer.

Configuration decides besides: cgroup needs CGROUPS, bpf_crypto_ctx CRYPTO,
sk_buff NET_SCH_BPF; bpf_testmod_ctx is in the selftests' module, the two
prog_test_ types are in every kernel with networking.
""" + _RANGE + _HIST)


def write(path, head, looked, *sections):
    """Writes a .def file; sections are lists of macro lines."""
    title, about = head
    used = list(dict.fromkeys(line.partition("(")[0] for section in sections for line in section))
    lines = [f"//===- {title} {'-' * (67 - len(title))}===//", "//",
             "// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception", "//",
             "// Generated by scripts/kernel-facts/make-tables; do not edit.",
             *(f"// Kernel {what}s: {versions}" for what, versions in looked.items()), "//"]
    lines += [("// " + line).rstrip() for line in about.splitlines()]
    lines += ["//", "//===" + "-" * 70 + "===//", ""]
    for name in used:
        lines += [f"#ifndef {name}", f"#define {name}(...)", "#endif"]
    for section in sections:
        lines += [""] + section
    lines += [""] + [f"#undef {name}" for name in used]
    path.write_text("\n".join(lines) + "\n")
