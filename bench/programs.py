# programs.py - writes BPF programs of any size, to see what grows with what.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Each generator gives the text of a program for a size. Unless they say
otherwise the programs are right: what is measured is the way to no finding."""

_HEAD = """#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#define kptr __attribute__((btf_type_tag("kptr")))
#define kptr_untrusted __attribute__((btf_type_tag("kptr_untrusted")))
extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
"""
_MAP = """struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct value%(n)s);
} map%(n)s SEC(".maps");
"""
_EXCHANGE = """	v = bpf_map_lookup_elem(&map, &key);
	if (v) {
		old = bpf_kptr_xchg(&v->task, 0);
		if (old)
			bpf_task_release(old);
	}
"""


def fields(size, pointer="kptr *"):
    """Maps with ten fields each, every other one a kptr."""
    text = [_HEAD]
    for number in range(max(size // 10, 1)):
        text.append(f"struct value{number} {{\n")
        for member in range(min(size, 10)):
            text.append(f"\tstruct task_struct {pointer}task{member};\n" if member % 2 else
                        f"\tlong number{member};\n")
        text.append("};\n" + _MAP % {"n": number})
    # A function that mentions the type, so that clang emits it.
    return "".join([*text, _VALUE, _function("program", 10)])


def mistakes(size):
    """That many fields whose tags stand in the wrong place, a finding each."""
    return fields(2 * size, "*kptr ")


def _function(name, statements):
    body = _EXCHANGE * max(statements // 5, 1)
    return (f'SEC("tc")\nint {name}(void *ctx)\n{{\n\tstruct task_struct *old;\n'
            f"\tstruct value *v;\n\tint key = 0;\n\n{body}\treturn 0;\n}}\n")


_VALUE = "struct value {\n\tstruct task_struct kptr *task;\n};\n" + _MAP % {"n": ""}


def statements(size):
    """One function of that many statements."""
    return _HEAD + _VALUE + _function("program", size)


def functions(size):
    """That many functions of ten statements."""
    return _HEAD + _VALUE + "".join(_function(f"program{n}", 10) for n in range(size))


def nesting(size):
    """Blocks in blocks; clang itself takes no more than 256."""
    inner = _EXCHANGE
    for _ in range(min(size, 200)):
        inner = "if (key) {\n" + inner + "}\n"
    return _HEAD + _VALUE + _function("program", 5).replace(_EXCHANGE, inner)


def branches(size):
    """That many branches one behind the other: twice as many paths with each."""
    body = "".join(f"\tif (key & {1 << n % 31})\n\t\tkey += {n};\n" for n in range(size))
    return _HEAD + _VALUE + _function("program", 5).replace(
        "\treturn 0;", body + _EXCHANGE + "\treturn key;")


def initialiser(size):
    """A table of that many numbers."""
    return _HEAD + _VALUE + f"long table[{size}] = {{\n" + "".join(
        f"\t{n},\n" for n in range(1, size + 1)) + "};\n" + _function("program", 10)


def _static(name, body=_EXCHANGE, result="0"):
    return _function(name, 5).replace('SEC("tc")', "static __attribute__((noinline))").replace(
        _EXCHANGE, body).replace("return 0;", f"return {result};")


def chain(size):
    """A function that calls one that calls one, that many."""
    return _HEAD + _VALUE + "".join(
        _static(f"f{n}", result=f"f{n - 1}(ctx)" if n else "0") for n in range(size)
    ) + _function("program", 5).replace("return 0;", f"return f{size - 1}(ctx);")


def shared(size):
    """That many programs, each of which calls the same 20 functions."""
    calls = " + ".join(f"f{n}(ctx)" for n in range(20))
    return _HEAD + _VALUE + "".join(_static(f"f{n}") for n in range(20)) + "".join(
        _function(f"program{n}", 5).replace("return 0;", f"return {calls};") for n in range(size))


def unchecked(size):
    """That many loads without a check, a finding each."""
    load = ("\tv = bpf_map_lookup_elem(&map, &key);\n"
            "\tif (v)\n\t\tkey += v->task->pid;\n")
    return _HEAD + _VALUE + _function("program", 5).replace(
        "\tstruct task_struct *old;\n", "").replace(_EXCHANGE, load * size)


def crowd(size):
    """One struct with that many kptrs, more than a kernel records."""
    text = "".join(f"\tstruct task_struct kptr *task{n};\n" for n in range(size))
    return _HEAD + f"struct value0 {{\n{text}}};\n" + _MAP % {"n": 0} + _VALUE + _function(
        "program", 5)


def variables(size):
    """That many variables of the program, each counted up."""
    return _HEAD + _VALUE + "".join(f"static long v{n};\n" for n in range(size)) + _function(
        "program", 5).replace("\treturn 0;", "".join(f"\tv{n}++;\n" for n in range(size)) +
                              "\treturn v0;")
