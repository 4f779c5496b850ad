# access_cases.py - generated programs that touch kptrs in all sorts of ways.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""case(seed) is an object of several programs, each with one access (access_kinds.py).

Deterministic by seed. The value has kptrs in all sorts of places, and is reached through maps of
several types, globals, callbacks and functions that forward. What crashes some kernels (a store of
a number or stack address to an untrusted kptr) is made only where safe_stores says so.
"""

import os
import random
from dataclasses import dataclass, field

import access_kinds
from access_kinds import Field

PROGRAMS = 12

_HEAD = '''#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct bpf_cpumask)
KEEP(struct cgroup)

struct part {
	long a;
};

struct object {
	long a;
	struct part __kptr *part;
	long b;
};

struct counter {
	long n;
};

struct shared_with_user {
	struct counter __uptr *user;
};

struct inner {
	long n;
	struct task_struct __kptr *deep;
};
KEEP(struct part)
KEEP(struct object)
KEEP(struct counter)

'''

# After the value: maps, and functions that programs share.
_CLEAR = "static inline void clear(void **slot)"
_SHARED = '''ARRAY_MAP(other, struct value);
TASK_STORAGE_MAP(users, struct shared_with_user);

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__uint(value_size, 8);
} queue SEC(".maps");

TASK_STORAGE_MAP(notes, long);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

long out;
unsigned int cursor;
volatile unsigned int ticket;
static unsigned int never;

static struct value *alias(void *v)
{
	return v;
}

%s
{
	*(void *volatile *)slot = NULL;
}

static __attribute__((noinline)) int static_function(struct value *v)
{
	v->last = 2;
	return 0;
}

__attribute__((noinline)) int global_value(struct value *p)
{
	if (!p)
		return 0;
	bpf_ktime_get_ns();
	return p->last;
}

__attribute__((noinline)) int global_counter(struct counter *p)
{
	if (!p)
		return 0;
	bpf_ktime_get_ns();
	return p->n;
}

''' % _CLEAR

_TYPES = '''typedef struct task_struct __kptr *pointer_t;
typedef struct task_struct task_t;

'''

# Mistakes that cost a field, and none of the others.
_WRONG = ["struct task_struct *__kptr wrong;", "struct task_struct *wrong __kptr;", "pointer_t wrong;",
          "struct task_struct *wrong __attribute__((btf_decl_tag(\"kptr\")));"]

# How a program comes by `v`: declarations in front of it, and what it does first.
_LOOKUP = "struct value *v = bpf_map_lookup_elem(&values, &key);\n"
_CHECK = "\n\tif (!v)\n\t\treturn 0;\n"


@dataclass
class Program:
    name: str
    first: int = 0  # lines in the file
    last: int = 0
    known_miss: str = ""
    shared: str = ""  # the function in _SHARED that it calls
    declared: int = 0  # the line of the declaration that explains a refusal


@dataclass
class Case:
    text: str
    programs: list = field(default_factory=list)

    def is_about(self, program, line):
        """Whether what is found at LINE is found in PROGRAM, or in what it calls."""
        if program.first <= line <= program.last:
            return True
        lines = self.text.splitlines()
        begin = next((n for n, l in enumerate(lines, 1)
                      if program.shared and l.startswith(program.shared)), 0)
        return bool(begin) and begin <= line <= lines.index("}", begin) + 1


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
        members = [("struct task_struct __kptr_untrusted *seen;", Field("seen", "task_struct", "kptr_untrusted")),
                   ("struct bpf_cpumask __kptr *mask;", Field("mask", "bpf_cpumask")),
                   ("struct object __kptr *object;", Field("object", "object")),
                   ("struct cgroup __kptr *cgroup;", Field("cgroup", "cgroup")),
                   ("struct counter __percpu_kptr *percpu;", Field("percpu", "counter", "percpu_kptr")),
                   ("struct inner inner;", Field("inner.deep", "task_struct"))]
        self.wrong = wrong = r.choice(_WRONG) if r.random() < 0.2 else None
        chosen = members[:1] + [m for m in members[1:] if r.random() < 0.5]
        r.shuffle(chosen)
        self.fields = [Field("first", "task_struct")] + [f for _, f in chosen]
        lines = [text for text, _ in chosen]
        lines.insert(r.randrange(len(lines) + 1), "long count[4];")
        # A record has 11 fields at most, and arrays take one for each element.
        self.array = len(chosen) < 4 and r.random() < 0.6
        if self.array:
            lines += ["struct task_struct __kptr *slot[4];", "struct inner pair[2];"]
            self.fields.append(Field("slot[1]", "task_struct"))
        if wrong:
            lines.append(wrong)
            self.fields += [Field("wrong", "task_struct", "lost", wrong)] * 2
        lines = ["struct task_struct __kptr *first;"] + lines + ["struct counter counted;", "long last;"]
        return _TYPES + "struct value {\n" + "".join(f"\t{l}\n" for l in lines) + "};\n\n"

    def access(self, holder):
        """(field, the statements of one access)"""
        r = self.random
        f = r.choice(self.fields)
        # Their map is for programs that trace.
        if holder == "storage" and r.random() < 0.3:
            f = Field("user", "counter", "uptr")
        kinds = access_kinds.OF[f.kind]
        if f.kind in ("kptr", "kptr_untrusted", "percpu_kptr"):
            kinds = access_kinds.EVERYWHERE + kinds
            if self.array:
                kinds = kinds + [access_kinds.indexed] * 3
        if f.kind == "kptr_untrusted" and self.safe:
            kinds = kinds + [access_kinds.bad_store]
        place = r.choice(["v", "((struct value *)p)", "alias(v)", "same"])
        return f, r.choice(kinds)(r, f, f"{place}->{f.path}")

    def holder(self, number):
        """(declarations in front of the program, its first lines, section)."""
        r = self.random
        section = r.choices(["tp_btf/sys_enter", "tc", "xdp", "syscall", "perf_event", "raw_tp/sys_enter",
                             "cgroup_skb/egress"], [10, 8, 2, 2, 1, 1, 1])[0]
        kind = r.choices(["lookup", "global", "function", "callback", "storage", "percpu"],
                         [8, 3, 3, 2, 2, 1])[0]
        if kind == "storage":
            section = "tp_btf/sys_enter"
        return kind, section

    def program(self, number):
        """(field, name, text) of one program"""
        kind, section = self.holder(number)
        field, statements = self.access(kind)
        if kind in ("function", "callback"):
            # These are not given the program's context.
            statements = statements.replace("(void *)ctx", "(void *)same")
        name = f"use_{number}"
        key = "\tint key = 0;\n\tunsigned int random = bpf_get_prandom_u32();\n"
        rest = f"\tvoid *p = v;\n\tstruct value *same = v;\n\n\t{statements}\n\treturn 0;\n}}\n\n"
        head = f'SEC("{section}")\nint {name}(void *ctx)\n{{\n'
        look = {"lookup": f"\t{_LOOKUP}{_CHECK}", "global": "\tstruct value *v = &shared;\n\n",
                "storage": "\tstruct value *v = bpf_task_storage_get(&stored, bpf_get_current_task_btf(), NULL,\n"
                           "\t\t\t\t\t\tBPF_LOCAL_STORAGE_GET_F_CREATE);\n" + _CHECK,
                "percpu": f"\tstruct value *v = bpf_map_lookup_percpu_elem(&each, &key, 0);\n{_CHECK}"}
        if kind in look:
            return field, name, head + key + look[kind] + rest
        if kind == "function":
            return field, name, (f"static int do_{number}(struct value *v)\n{{\n{key}{rest}{head}"
                          f"\tint key = 0;\n\t{_LOOKUP}{_CHECK}\n\treturn do_{number}(v);\n}}\n\n")
        return field, name, (f"static long each_{number}(struct bpf_map *map, int *index, struct value *v, void *data)\n"
                      f"{{\n{key}{rest}{head}"
                      f"\tbpf_for_each_map_elem(&values, each_{number}, NULL, 0);\n\treturn 0;\n}}\n\n")


def case(seed):
    """The object of SEED."""
    maker = _Maker(seed)
    kind = maker.random.choice(["ARRAY", "HASH", "LRU_HASH"])
    text = _HEAD + maker.value() + f"{kind}_MAP(values, struct value);\n"
    text += "TASK_STORAGE_MAP(stored, struct value);\nPERCPU_ARRAY_MAP(each, struct value);\n"
    text += "private(shared) struct value shared;\n"
    text += _SHARED
    made = Case(text)
    for number in range(PROGRAMS):
        first = made.text.count("\n") + 1
        field, name, text = maker.program(number)
        made.text += text
        made.programs.append(Program(name, first, made.text.count("\n"), access_kinds.known_miss(text) or (
                                         "what is beside a field that is lost" if maker.wrong else ""),
                                     _CLEAR if "clear((void" in text else "",
                                     made.text[:made.text.index(field.declaration)].count("\n") + 1
                                     if field.declaration else 0))
    return made
