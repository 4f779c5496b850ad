#!/usr/bin/env python3
"""bounded.py - functions made to keep the walk over paths busy

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: bounded.py --tidy BPF-TIDY --folder DIR [--seconds N] -- FLAGS

Writes programs with more paths, deeper nesting or longer chains than any walk
can follow, and broken ones, and runs the tool on each: it must come to an end
by itself within N seconds, without a crash. Prints what each run took.
"""
import argparse
import os
import subprocess
import sys
import time

HEAD = """#include "bpf_test.h"
KEEP(struct task_struct)
struct value { struct task_struct __kptr *p; long n; };
HASH_MAP(map, struct value);
int out;
"""
BEGIN = """SEC("tc")
int prog(struct __sk_buff *skb)
{
	int key = 0, n = skb->len, m = skb->mark;
	struct value *v = bpf_map_lookup_elem(&map, &key);
	struct task_struct *t = NULL;

	if (!v)
		return 0;
"""
END = "\treturn 0;\n}\n"


def chain(count):
    """Static functions that call one another down to a load."""
    text = "static int f0(struct value *v) { struct task_struct *t = v->p; return t ? t->pid : 0; }\n"
    for i in range(1, count):
        text += f"static int f{i}(struct value *v) {{ return v->n > {i} ? f{i - 1}(v) : f{i - 1}(v) + 1; }}\n"
    return text


def cases():
    branches = "".join(f"\tif (skb->len == {i}) t = bpf_kptr_xchg(&v->p, t);\n"
                       for i in range(1000))
    yield "branches", HEAD + BEGIN + branches + "\tif (t) bpf_task_release(t);\n" + END
    yield "independent", HEAD + BEGIN + "".join(
        f"\tbool b{i} = bpf_get_prandom_u32() > {i};\n" for i in range(300)) + "".join(
        f"\tif (b{i}) out += {i};\n" for i in range(300)) + END
    yield "nested-ifs", HEAD + BEGIN + "\tt = bpf_task_from_pid(1);\n" + "".join(
        f"\tif (skb->len != {i}) {{\n" for i in range(200)) + "\tout = 1;\n" + "\t}\n" * 200 + \
        "\tif (t) bpf_task_release(t);\n" + END
    loops = "".join(f"\tfor (int i{i} = 0; i{i} < n; i{i}++) {{\n\t\tt = bpf_kptr_xchg(&v->p, t);\n"
                    for i in range(12))
    yield "nested-loops", HEAD + BEGIN + loops + "\t}\n" * 12 + END
    yield "held", HEAD + BEGIN + "".join(
        f"\tstruct task_struct *t{i} = bpf_task_from_pid({i});\n" for i in range(200)) + "".join(
        f"\tif (t{i}) bpf_task_release(t{i});\n" for i in range(200)) + END
    yield "switch", HEAD + BEGIN + "\tswitch (n) {\n" + "".join(
        f"\tcase {i}: t = bpf_task_from_pid({i}); if (t) bpf_task_release(t); break;\n"
        for i in range(1000)) + "\t}\n" + END
    yield "conditions", HEAD + BEGIN + "\tif (" + " || ".join(
        f"(n > {i} && m == {i})" for i in range(800)) + ")\n\t\tout = 1;\n" + END
    yield "calls", HEAD + chain(400) + BEGIN + "\tout = f399(v);\n" + END
    yield "recursion", HEAD + "static int b(struct value *v, int n);\n" \
        "static int a(struct value *v, int n) { struct task_struct *t = v->p; return n ? b(v, n - 1) : t->pid; }\n" \
        "static int b(struct value *v, int n) { return n ? a(v, n - 1) : 1; }\n" + BEGIN + \
        "\tout = a(v, n);\n" + END
    yield "gotos", HEAD + BEGIN + "".join(
        f"l{i}:\n\tif (skb->len == {i}) goto l{(i * 7) % 300};\n\tout += {i};\n" for i in range(300)) + END
    yield "expression", HEAD + BEGIN + "\tout = " + "(" * 150 + "n" + "".join(
        f" + {i})" for i in range(150)) + ";\n" + END
    yield "sum", HEAD + BEGIN + "\tout = " + " + ".join(f"v->n * {i}" for i in range(2000)) + ";\n" + END
    yield "aggregate", HEAD + BEGIN + "\tstruct { struct task_struct *t[64]; } s = {};\n" + "".join(
        f"\ts.t[{i}] = bpf_task_from_pid({i});\n" for i in range(64)) + "".join(
        f"\tif (s.t[{i}]) bpf_task_release(s.t[{i}]);\n" for i in range(64)) + END
    whole = HEAD + BEGIN + branches[:4000] + END
    for cut in (len(HEAD) + 60, len(HEAD) + 300, len(whole) - 40):
        yield f"cut-{cut}", whole[:cut]
    yield "undeclared", HEAD + BEGIN + "\tt = none(v->p, missing);\n\tif (t->nothing) { out = t->pid }\n" + END


def main():
    at = sys.argv.index("--")
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--tidy", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--seconds", type=int, default=240)
    args = parser.parse_args(sys.argv[1:at])
    os.makedirs(args.folder, exist_ok=True)
    failed = 0
    for name, text in cases():
        source = os.path.join(args.folder, name + ".bpf.c")
        with open(source, "w") as out:
            out.write(text)
        begin = time.monotonic()
        try:
            run = subprocess.run([args.tidy, "--kernel=6.18", source, *sys.argv[at:]],
                                 capture_output=True, text=True, timeout=args.seconds)
            what = f"exit {run.returncode}"
            bad = run.returncode not in (0, 1, 2) or "crashed" in run.stderr
        except subprocess.TimeoutExpired:
            what, bad = "no end", True
        failed += bad
        print(f"{'FAILED ' if bad else ''}{name}: {what}, {time.monotonic() - begin:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
