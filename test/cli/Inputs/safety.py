# safety.py - a fix loses nothing, whatever happens meanwhile.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""safety.py TOOL WORK INCLUDE [CASE...]"""

import os
import subprocess
import sys
import time
from pathlib import Path

TOOL, WORK, INCLUDE = sys.argv[1], Path(sys.argv[2]).resolve(), sys.argv[3]
FLAGS = ["-target", "bpf", "-g", "-O2", "-D__TARGET_ARCH_x86", f"-I{INCLUDE}"]
HEADER = "struct %s {\n\tstruct task_struct *__kptr task;\n};\n"
PROGRAM = """#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
%sstruct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct value);
} stash SEC(".maps");
SEC("raw_tracepoint/sys_enter")
int first(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return task->pid;
}
"""
BAD = PROGRAM % (HEADER % "value")
WRONG, RIGHT = "*__kptr task", "__kptr *task"


def run(folder, *arguments, flags=(), **options):
    return subprocess.run([TOOL, "--no-cache", *arguments, "--", *FLAGS, *flags], cwd=folder,
                          capture_output=True, text=True, timeout=120, check=False, **options)


def fixed(folder, name, text=BAD, **options):
    """NAME with TEXT is fixed, and nothing else about it changes."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    done = run(folder, "--fix", name, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    assert path.read_bytes() == text.replace(WRONG, RIGHT).encode(), path.read_bytes()


def case_line_ends(folder):
    fixed(folder, "crlf.bpf.c", BAD.replace("\n", "\r\n"))


def case_mark(folder):
    fixed(folder, "bom.bpf.c", "\ufeff" + BAD)


def case_no_last_newline(folder):
    fixed(folder, "end.bpf.c", BAD.rstrip("\n"))


def case_names(folder):
    fixed(folder, "a folder/with 'quotes' and ünïcode.bpf.c")


def case_links(folder):
    (folder / "real.bpf.c").write_text(BAD)
    (folder / "link.bpf.c").symlink_to("real.bpf.c")
    (folder / "real.bpf.c").chmod(0o640)
    assert run(folder, "--fix", "link.bpf.c").returncode == 0
    assert (folder / "link.bpf.c").is_symlink()
    assert RIGHT in (folder / "real.bpf.c").read_text()
    assert (folder / "real.bpf.c").stat().st_mode & 0o777 == 0o640


def case_read_only(folder):
    """What the user may not write stays, and the tool says so."""
    user = {"user": 65534, "group": 65534} if os.geteuid() == 0 else {}
    os.chmod(WORK, 0o755)
    file = folder / "mine.bpf.c"
    file.write_text(BAD)
    file.chmod(0o444)
    if user:
        os.chown(folder, 65534, 65534)
    done = run(folder, "--fix", "mine.bpf.c", **user)
    assert done.returncode == 2 and "cannot write 'mine.bpf.c': Permission denied" in done.stderr
    file.chmod(0o666)
    folder.chmod(0o555)
    done = run(folder, "--fix", "mine.bpf.c", **user)
    folder.chmod(0o755)
    assert done.returncode == 2 and "cannot write 'mine.bpf.c'" in done.stderr, done.stderr
    assert file.read_text() == BAD and [p.name for p in folder.iterdir()] == ["mine.bpf.c"]


def case_unreadable(folder):
    user = {"user": 65534, "group": 65534} if os.geteuid() == 0 else {}
    os.chmod(WORK, 0o755)
    (folder / "secret.h").write_text(HEADER % "value")
    (folder / "secret.h").chmod(0)
    (folder / "a.bpf.c").write_text(PROGRAM % '#include "secret.h"\n')
    done = run(folder, "--fix", "a.bpf.c", **user)
    (folder / "secret.h").chmod(0o600)
    assert done.returncode == 2 and "secret.h" in done.stderr, done.stderr


def case_full_disk(folder):
    """A disk that is full leaves the file as it was."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        return "skipped: no tmpfs can be mounted"
    try:
        (folder / "a.bpf.c").write_text(BAD)
        try:
            (folder / "rest").write_bytes(b"x" * 65536)
        except OSError:
            pass
        done = run(folder, "--fix", "a.bpf.c")
        assert done.returncode == 2 and "No space left on device" in done.stderr, done.stderr
        assert (folder / "a.bpf.c").read_text() == BAD
        assert sorted(p.name for p in folder.iterdir()) == ["a.bpf.c", "rest"]
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    return "ok"


def case_others(folder):
    """Neither a header outside of the project, nor one that a link leads out to."""
    project, outside = folder / "project", folder / "outside"
    for path in (project / ".git", outside):
        path.mkdir(parents=True)
    (outside / "far.h").write_text(HEADER % "value")
    (outside / "linked.h").write_text(HEADER % "second")
    (project / "near.h").symlink_to(outside / "linked.h")
    (project / "a.bpf.c").write_text(PROGRAM % (
        '#include "far.h"\n#include "near.h"\n' + HEADER % "third"))
    done = run(project, "--fix", "a.bpf.c", flags=[f"-I{outside}"])
    assert (outside / "far.h").read_text() == HEADER % "value"
    assert (outside / "linked.h").read_text() == HEADER % "second"
    assert "far.h is outside of the project" in done.stderr, done.stderr
    assert RIGHT in (project / "a.bpf.c").read_text()
    # Without version control the project is the current folder.
    (project / ".git").rmdir()
    run(folder, "--fix", "project/a.bpf.c", flags=[f"-I{outside}"])
    assert RIGHT in (outside / "far.h").read_text()


def case_system(folder):
    """Of a header of the system, or of the kernel's types, nothing is changed."""
    (folder / ".git").mkdir()
    (folder / "system").mkdir()
    (folder / "system/sys.h").write_text(HEADER % "value")
    (folder / "vmlinux_mine.h").write_text(HEADER % "second")
    (folder / "a.bpf.c").write_text(PROGRAM % (
        '#include <sys.h>\n#include "vmlinux_mine.h"\n' + HEADER % "third"))
    run(folder, "--fix", "a.bpf.c", flags=["-isystem", "system"])
    assert (folder / "system/sys.h").read_text() == HEADER % "value"
    assert (folder / "vmlinux_mine.h").read_text() == HEADER % "second"
    assert RIGHT in (folder / "a.bpf.c").read_text()


def case_killed(folder):
    """An end at any moment leaves each file old or new, never half."""
    names = [f"{n}.bpf.c" for n in range(4)]
    long = BAD + "// padding\n" * 50000
    new = long.replace(WRONG, RIGHT)
    outcomes = set()
    for step in range(14):
        for name in names:
            (folder / name).write_text(long)
        process = subprocess.Popen([TOOL, "--no-cache", "--fix", *names, "--", *FLAGS], cwd=folder,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        # When the first is being replaced, or a little later.
        end = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < end and not any(
                p.name.endswith(".tmp") for p in folder.iterdir()):
            time.sleep(0.0005)
        time.sleep(0.001 * (step % 7))
        os.killpg(process.pid, 9)
        process.wait()
        for name in names:
            text = (folder / name).read_text()
            assert text in (long, new), f"{name} is neither old nor new"
            outcomes.add(text == new)
    assert False in outcomes, "no run was ended before it was done"


def main():
    wanted = sys.argv[4:]
    for name, case in list(globals().items()):
        if name.startswith("case_") and (not wanted or name[5:] in wanted):
            folder = WORK / name[5:]
            folder.mkdir(parents=True)
            print(name[5:], case(folder) or "ok", flush=True)


main()
