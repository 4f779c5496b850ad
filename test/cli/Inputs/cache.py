# cache.py - what the tool keeps for the next run, and when it does not trust it.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""cache.py TOOL WORK [CASE...]"""

import ctypes
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

TOOL, WORK = sys.argv[1], Path(sys.argv[2]).resolve()
FLAGS = ["-target", "bpf", "-g", "-O2"]

# As long as the types of a kernel, for what is too short is not kept.
VMLINUX = ("#ifndef __VMLINUX_H__\n#define __VMLINUX_H__\n"
           "struct task_struct { int pid; };\n"
           + "".join(f"struct kernel_type_{n} {{ int a_member_of_it; long b[{n + 1}]; }};\n"
                     for n in range(10000)) + "#endif\n")
USER_HEADER = """#include "vmlinux.h"
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define SEC(name) __attribute__((section(name), used))
#define __kptr __attribute__((btf_type_tag("kptr")))
struct value {
	struct task_struct *__kptr task;
	// NOLINTNEXTLINE(bpf-kptr-misplaced-tag)
	struct task_struct *__kptr quiet; // NOLINT(bpf-field-in-key)
};
"""
PROGRAM = """// a comment of this file alone
#include "user.h"
struct {
	__uint(type, 2);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct value);
} stash SEC(".maps");
"""


class Project:
    """A program, its headers, and a cache folder, all new."""

    def __init__(self, name):
        self.folder = WORK / name
        self.cache = self.folder / "cache" / "bpf-tidy"
        (self.folder / "late").mkdir(parents=True)
        (self.folder / "early").mkdir()
        (self.folder / "late/vmlinux.h").write_text(VMLINUX)
        (self.folder / "user.h").write_text(USER_HEADER)
        (self.folder / "a.bpf.c").write_text(PROGRAM)
        (self.folder / "b.bpf.c").write_text(PROGRAM.replace("a comment", "another one"))

    def command(self, *options, file="a.bpf.c", flags=()):
        return [TOOL, "--format=json", "--verbose", "--unused-nolint", *options, file, "--",
                *FLAGS, *flags, "-Iearly", "-Ilate"]

    def environment(self, **environment):
        return {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache"),
                "BPF_TIDY_CACHE": "", **environment}

    def run(self, *options, file="a.bpf.c", flags=(), **environment):
        """The findings, and whether a precompiled header was used."""
        done = subprocess.run(self.command(*options, file=file, flags=flags), cwd=self.folder,
                              env=self.environment(**environment), capture_output=True, text=True,
                              timeout=120, check=False)
        assert done.returncode in (0, 1), done.stderr
        document = json.loads(done.stdout)
        assert not document["errors"], document["errors"]
        return document["findings"], "were precompiled" in done.stderr

    def same(self, used, *options, **more):
        """A run finds what one without a cache does; USED tells whether it took one."""
        plain, none = self.run("--no-cache", **more)
        findings, precompiled = self.run(*options, **more)
        assert plain and not none
        assert findings == plain, (findings, plain)
        assert precompiled == used, "precompiled" if precompiled else "not precompiled"

    def kept(self, suffix=".pch"):
        return sorted(self.cache.glob("*" + suffix)) if self.cache.exists() else []

    def wait(self, kept=True):
        """Until the process that a run has left behind is done; it is ours by now."""
        try:
            while True:
                os.waitpid(-1, 0)
        except ChildProcessError:
            assert not kept or self.kept(".json") and not self.kept(".lock"), "nothing was kept"


def case_again(p):
    """The first run leaves a header behind, which serves other files as well."""
    p.same(False)
    p.wait()
    p.same(True)
    p.same(True, file="b.bpf.c")
    assert len(p.kept()) == 1 and len(list(p.cache.iterdir())) == 2
    assert p.cache.stat().st_mode & 0o777 == 0o700


def case_small(p):
    """What is parsed in no time is not kept."""
    (p.folder / "late/vmlinux.h").write_text(VMLINUX[:200].rpartition("\n")[0] + "\n#endif\n")
    p.same(False)
    try:
        p.wait()
    except AssertionError:
        return
    assert False, "something was kept"


def case_off(p):
    for options, environment in ((["--no-cache"], {}), (["--cache=off"], {}),
                                 ([], {"BPF_TIDY_CACHE": "off"})):
        assert p.run(*options, **environment)[1] is False
    assert not p.cache.exists()


def case_stale(p):
    """A change of any header, and one that is found earlier, are seen."""
    p.same(True, "--cache=always")
    text = USER_HEADER.replace("*__kptr task;", "*__kptr task; int more;")
    (p.folder / "user.h").write_text(text)
    p.same(False)
    p.wait()
    p.same(True, "--cache=always")
    (p.folder / "early/vmlinux.h").write_text(VMLINUX.replace("int pid", "int tgid"))
    p.same(False)
    p.same(True, "--cache=always")
    (p.folder / "early/vmlinux.h").unlink()
    p.same(False)


def case_flags(p):
    p.same(True, "--cache=always")
    p.same(False, flags=["-DANOTHER"])
    p.same(False, C_INCLUDE_PATH="/nowhere")
    assert not p.run("--extra-arg=-DONE_MORE")[1]
    (p.folder / ".clang-tidy").write_text("ExtraArgs: [-DTIDY]\n")
    p.same(False)


def case_defines(p):
    """Macros that only headers ask for are precompiled with them; others end what is."""
    (p.folder / "user.h").write_text(USER_HEADER.replace(
        "struct value {", "#if defined(WITH) && WITH == 2\nint with;\n#endif\nstruct value {"))
    file = p.folder / "a.bpf.c"

    def program(lines, more=""):
        file.write_text(PROGRAM.replace("#include", lines + "#include", 1) + more)

    program("#define OTHER // a comment\n#define WITH 2\n")
    p.same(True, "--cache=always")
    program("#define  OTHER\n# define WITH 2 /* another */\n")
    p.same(True)
    program("#define WITH 3\n")
    p.same(False)
    program("#define OTHER\n#define WITH 2\n", "int WITHOUT;\n")
    p.same(True)
    for lines, more in (("#define OTHER\n#define WITH 2\n", "#ifdef WITH\nint more;\n#endif\n"),
                        ("#define OTHER() 1\n", ""), ("#define OTHER 1 + 1\n", ""),
                        ("#define OTHER \\\n 2\n", ""), ("#undef OTHER\n", "")):
        program(lines, more)
        p.same(False, "--cache=always")


def case_damaged(p):
    """No byte of what is kept is trusted."""
    chance = random.Random(7)
    for suffix in (".pch", ".json"):
        for _ in range(6):
            p.same(True, "--cache=always")
            assert len(p.kept()) == 1
            file = p.kept(suffix)[0]
            text = bytearray(file.read_bytes())
            at = chance.randrange(len(text))
            if chance.random() < 0.3:
                del text[at:]
            else:
                text[at] ^= 1 << chance.randrange(8)
            file.write_bytes(text)
            p.same(False)
            p.wait()
    p.same(True, "--cache=always")
    for file in p.cache.iterdir():
        file.write_bytes(b"")
    p.same(True, "--cache=always")


def case_others(p):
    """What others may have written is not taken."""
    p.same(True, "--cache=always")
    for path in (p.cache, p.kept()[0], p.kept(".json")[0]):
        mode = path.stat().st_mode
        path.chmod(mode | 0o022)
        p.same(False)
        p.wait(kept=False)
        if path.exists():  # what the run left behind removes what it does not trust
            path.chmod(mode)
        p.same(True, "--cache=always")
    file = p.kept()[0]
    file.rename(p.folder / "elsewhere.pch")
    file.symlink_to(p.folder / "elsewhere.pch")
    p.same(False)
    if os.geteuid() == 0:
        os.chown(p.cache, 12345, -1)
        p.same(False)
        os.chown(p.cache, 0, -1)


def case_nowhere(p):
    """Without a folder to write to, all is as before."""
    (p.folder / "file").write_text("")
    p.same(False, XDG_CACHE_HOME=str(p.folder / "file"))
    p.same(False, "--cache=always", XDG_CACHE_HOME=str(p.folder / "file"))


def case_full_disk(p):
    """A disk that is full keeps nothing, and nothing else is lost."""
    p.cache.mkdir(parents=True, mode=0o700)
    if os.geteuid() != 0 or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "none", str(p.cache)],
            capture_output=True, check=False).returncode:
        return
    try:
        p.same(False, "--cache=always")
        assert not p.kept() and not p.kept(".tmp")
    finally:
        subprocess.run(["umount", str(p.cache)], check=True)


def case_parallel(p):
    """Many at once make one header, and none sees half of it."""
    plain, _ = p.run("--no-cache")
    for _ in range(2):
        running = [subprocess.Popen(p.command("--cache=always"), cwd=p.folder,
                                    env=p.environment(), stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL) for _ in range(8)]
        for process in running:
            assert json.loads(process.communicate(timeout=120)[0])["findings"] == plain
        p.wait()
        assert len(p.kept()) == 1
        (p.folder / "user.h").write_text(USER_HEADER + "/* changed */\n")


def case_bound(p):
    """The header that was used least recently goes first."""
    p.run("--cache=always", flags=["-DFIRST"])
    size = p.kept()[0].stat().st_size
    bound = {"BPF_TIDY_CACHE_SIZE": str(2 * size // 2**20 + 2)}
    time.sleep(0.05)
    p.run("--cache=always", flags=["-DSECOND"], **bound)
    old = time.time() - 100
    for file in p.kept(".json"):
        os.utime(file, (old, old))
    assert p.run(flags=["-DFIRST"])[1]
    for number in range(2 * 2**20 // size + 3):
        p.run("--cache=always", flags=[f"-DMORE={number}"], **bound)
        assert sum(f.stat().st_size for f in p.kept()) <= int(bound["BPF_TIDY_CACHE_SIZE"]) << 20
    assert not p.run("--cache=auto", flags=["-DSECOND"])[1]
    left = p.cache / "unfinished.tmp"
    left.write_text("")
    os.utime(left, (old - 4000, old - 4000))
    p.run("--cache=always", flags=["-DLAST"])
    assert not left.exists()


def case_killed(p):
    """An end at any moment leaves nothing that is in the way."""
    for delay in range(12):
        process = subprocess.Popen(p.command("--cache=always"), cwd=p.folder, env=p.environment(),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        time.sleep(0.02 * delay)
        os.killpg(process.pid, 9)
        process.wait()
    p.same(True, "--cache=always")


def main():
    subreaper = 36
    ctypes.CDLL(None).prctl(subreaper, 1, 0, 0, 0)
    wanted = sys.argv[3:]
    for name, case in list(globals().items()):
        if name.startswith("case_") and (not wanted or name[5:] in wanted):
            case(Project(name[5:]))
            print(name[5:], "ok")


main()
