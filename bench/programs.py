# programs.py - writes BPF programs of any size, to see what grows with what.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Each generator gives the text of a program for a size. The programs are right:
what is measured is the way to no finding."""

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


def fields(size):
    """Maps with ten fields each, every other one a kptr."""
    text = [_HEAD]
    for number in range(max(size // 10, 1)):
        text.append(f"struct value{number} {{\n")
        for member in range(min(size, 10)):
            text.append(f"\tstruct task_struct kptr *task{member};\n" if member % 2 else
                        f"\tlong number{member};\n")
        text.append("};\n" + _MAP % {"n": number})
    # A function that mentions the type, so that clang emits it.
    return "".join([*text, _VALUE, _function("program", 10)])


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
