# access_cases.py - generated programs that touch kptrs in all sorts of ways.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""case(seed) is an object of several programs, each with one access.

Deterministic by seed. What crashes some kernels (kernel-verdicts of a store of a number
or stack address to an untrusted kptr) is made only where safe_stores says so.
"""

import os
import random
from dataclasses import dataclass, field

PROGRAMS = 12

_HEAD = '''#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct bpf_cpumask)

struct part {
	long a;
};

struct object {
	long a;
	struct part __kptr *part;
};

struct inner {
	long n;
	struct task_struct __kptr *deep;
};
KEEP(struct part)
KEEP(struct object)

'''

_RELEASE = {"task_struct": "bpf_task_release", "bpf_cpumask": "bpf_cpumask_release",
            "object": "bpf_obj_drop"}
_MAKE = {"task_struct": "bpf_task_from_pid(1)", "bpf_cpumask": "bpf_cpumask_create()",
         "object": "bpf_obj_new(struct object)"}


@dataclass
class Field:
    path: str
    struct: str
    owned: bool


@dataclass
class Program:
    name: str
    first: int = 0  # lines in the file
    last: int = 0
    known_miss: str = ""


@dataclass
class Case:
    text: str
    programs: list = field(default_factory=list)


def safe_stores(release=None):
    """Whether the verifier of RELEASE survives a bad store to an untrusted kptr."""
    numbers = [int(n) for n in (release or os.uname().release).split("-")[0].split(".")[:3]]
    numbers += [0] * (3 - len(numbers))
    if tuple(numbers[:2]) == (6, 18):
        return numbers[2] >= 44
    return not (6, 13) <= tuple(numbers[:2]) < (7, 0)


class _Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.safe = safe_stores()

    def value(self):
        """The value struct; fills self.fields."""
        r = self.random
        members = [("struct task_struct __kptr *task;", Field("task", "task_struct", True)),
                   ("struct task_struct __kptr_untrusted *seen;", Field("seen", "task_struct", False)),
                   ("struct bpf_cpumask __kptr *mask;", Field("mask", "bpf_cpumask", True)),
                   ("struct object __kptr *object;", Field("object", "object", True)),
                   ("struct inner inner;", Field("inner.deep", "task_struct", True))]
        chosen = members[:2] + [m for m in members[2:] if r.random() < 0.6]
        lines = [text for text, _ in chosen]
        self.fields = [f for _, f in chosen]
        lines.insert(r.randrange(len(lines) + 1), "long count[4];")
        self.array = r.random() < 0.5
        if self.array:
            lines.append("struct task_struct __kptr *slot[4];")
            self.fields.append(Field("slot[1]", "task_struct", True))
        lines.append("long last;")
        return "struct value {\n" + "".join(f"\t{l}\n" for l in lines) + "};\n\n"

    def access(self):
        """(statements, what is known to be missed)."""
        r = self.random
        f = r.choice(self.fields)
        place = self.place(f)
        owned = [self.owned, self.owned, self.exchange, self.exchange, self.exchange]
        kinds = [self.plain, self.part, self.whole, self.memory, self.atomic, self.load]
        kinds += owned if f.owned else [self.untrusted, self.untrusted]
        if self.array:
            kinds.append(self.indexed)
        kinds.append(self.local)
        return r.choice(kinds)(f, place)

    def place(self, f):
        v = self.random.choice(["v", "((struct value *)p)", "alias(v)", "same"])
        return f"{v}->{f.path}"

    def plain(self, f, place):
        return self.random.choice([
            f"out = !!{place};", f"out = !!*(void *volatile *)&{place};", "v->last = 1;",
            "__builtin_memset(v->count, 0, sizeof(v->count));", f"v->count[1] = (long){place};",
            "out = v->count[ctx_len & 3];"]), ""

    def part(self, f, place):
        kind = self.random.choice(["char", "short", "int", "long"])
        size = {"char": 1, "short": 2, "int": 4, "long": 8}[kind]
        at = self.random.choice([0, size, -size, 1, 4, 8, -8])
        where = f"*(volatile {kind} *)((char *)&{place} + {at})"
        if self.outside(f, at):
            where = f"*(volatile {kind} *)&{place}"
        return self.random.choice([f"out = {where};", f"{where} = 0;"]), ""

    def outside(self, f, at):
        """Whether the bytes may lie outside of the value."""
        return at < 0 and f.path == self.fields[0].path

    def whole(self, f, place):
        return self.random.choice([
            "__builtin_memset(v, 0, sizeof(*v));", "__builtin_memset(p, 0, 8);",
            "*v = (struct value){ .last = 1 };",
            f"__builtin_memset(&{place}, 0, 8);",
            "struct value *w = bpf_map_lookup_elem(&other, &key);\n\tif (w)\n\t\t*v = *w;"]), ""

    def memory(self, f, place):
        call = self.random.choice([
            "bpf_get_current_comm({0}, {1});", "bpf_probe_read_kernel({0}, {1}, 0);",
            "bpf_ringbuf_output(&events, {0}, {1}, 0);"])
        what = self.random.choice([("v", "sizeof(*v)"), (f"&{place}", "8"), ("&v->last", "8"),
                                   ("v->count", "sizeof(v->count)"), ("v", "4")])
        return call.format(*what), ""

    def atomic(self, f, place):
        return self.random.choice([
            f"__sync_fetch_and_add((long *)&{place}, 1);",
            f"__sync_lock_test_and_set((long *)&{place}, 0);",
            "__sync_fetch_and_add(&v->count[2], 1);"]), ""

    def load(self, f, place):
        member = {"task_struct": "pid", "object": "a"}.get(f.struct)
        if not member:
            return f"struct {f.struct} *x = {place};\n\tout = !!x;", ""
        return self.random.choice([
            f"struct {f.struct} *x = {place};\n\tif (x)\n\t\tout = x->{member};",
            f"if ({place})\n\t\tout = {place}->{member};",
            f"if (v->{f.path}) {{\n\t\tbpf_ktime_get_ns();\n\t\tout = v->{f.path}->{member};\n\t}}",
            f"if (!v->{f.path})\n\t\treturn 0;\n\tbpf_ktime_get_ns();\n\tout = v->{f.path}->{member};",
        ]), ""

    def owned(self, f, place):
        return self.random.choice([
            f"{place} = NULL;", f"*(void *volatile *)&{place} = NULL;",
            f"{self.taken(f, place)}", f"bpf_kptr_xchg(&{place}, NULL);",
            f"{self.drop(f, f'bpf_kptr_xchg(&{place}, NULL)')}"]), ""

    def taken(self, f, place):
        return (f"struct {f.struct} *x = bpf_kptr_xchg(&{place}, NULL);\n\tif (x)\n\t\t"
                f"{_RELEASE[f.struct]}(x);")

    def drop(self, f, call):
        return (f"struct {f.struct} *x;\n\tif ((x = {call}))\n\t\t{_RELEASE[f.struct]}(x);")

    def exchange(self, f, place):
        """An exchange for something that is right, or wrong in one way."""
        r = self.random
        other = r.choice([s for s in _MAKE if s != f.struct])
        made = (f"struct {{0}} *x = {{1}};\n\tif (!x)\n\t\treturn 0;\n\tvoid *old = "
                f"bpf_kptr_xchg(&{place}, x);\n\tif (old)\n\t\t{_RELEASE[f.struct]}(old);")
        return r.choice([
            made.format(f.struct, _MAKE[f.struct]),
            made.format(f.struct, _MAKE[f.struct]),
            made.format(other, _MAKE[other]),
            made.format(f.struct, f"v->{f.path}"),
            self.drop(f, f"bpf_kptr_xchg(&{place}, {_MAKE[f.struct]})"),
            self.drop(f, f"bpf_kptr_xchg(&{place}, &key)"),
            self.drop(f, f"bpf_kptr_xchg(&{place}, (void *)8)"),
            self.drop(f, "bpf_kptr_xchg(&v->count[1], NULL)"),
            f"void *tmp = NULL;\n\t{self.drop(f, 'bpf_kptr_xchg(&tmp, NULL)')}",
        ]), ""

    def untrusted(self, f, place):
        choices = [f"{place} = NULL;", f"{place} = bpf_get_current_task_btf();",
                   f"{place} = v->task;", f"{place} = (void *)v;",
                   f"bpf_kptr_xchg(&{place}, NULL);",
                   f"{self.drop(f, f'bpf_kptr_xchg(&{place}, NULL)')}"]
        if self.safe:
            choices += [f"{place} = (void *)16;", f"{place} = (void *)&key;"]
        return self.random.choice(choices), ""

    def indexed(self, f, place):
        f = Field("slot", "task_struct", True)
        return self.random.choice([
            self.taken(f, "v->slot[ctx_len & 3]"), self.taken(f, "v->slot[2]"),
            "out = !!v->slot[ctx_len & 3];",
            "for (int i = 0; i < 4; i++)\n\t\tout += !!v->slot[i];"]), ""

    def local(self, f, place):
        use = self.random.choice([
            "o->a = 1;", "o->part = NULL;", "out = !!*(void *volatile *)&o->part;",
            "struct part *x = bpf_kptr_xchg(&o->part, NULL);\n\tif (x)\n\t\tbpf_obj_drop(x);"])
        return (f"struct object *o = bpf_obj_new(struct object);\n\tif (!o)\n\t\treturn 0;\n\t{use}\n"
                "\tbpf_obj_drop(o);"), ""


def case(seed):
    """The object of SEED."""
    maker = _Maker(seed)
    kind = maker.random.choice(["ARRAY", "HASH", "LRU_HASH"])
    text = _HEAD + maker.value() + f"{kind}_MAP(values, struct value);\n"
    text += "ARRAY_MAP(other, struct value);\n\n"
    text += ('struct {\n\t__uint(type, BPF_MAP_TYPE_RINGBUF);\n\t__uint(max_entries, 4096);\n'
             '} events SEC(".maps");\n\nlong out;\n\n'
             "static struct value *alias(void *v)\n{\n\treturn v;\n}\n\n")
    made = Case(text)
    for number in range(PROGRAMS):
        statements, miss = maker.access()
        program = Program(f"use_{number}", made.text.count("\n") + 1, known_miss=miss)
        made.text += (f'SEC("tp_btf/sys_enter")\nint {program.name}(unsigned long long *ctx)\n{{\n'
                      "\tint key = 0;\n\tunsigned long ctx_len = bpf_get_prandom_u32();\n"
                      "\tstruct value *v = bpf_map_lookup_elem(&values, &key);\n"
                      "\tvoid *p = v;\n\tstruct value *same = v;\n\n"
                      f"\tif (!v)\n\t\treturn 0;\n\t{statements}\n"
                      "\treturn 0;\n}\n\n")
        program.last = made.text.count("\n")
        made.programs.append(program)
    return made
