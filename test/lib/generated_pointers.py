# generated_pointers.py - pointers and what they point to, made by chance.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The lower half of declarations.py."""

import random
from dataclasses import dataclass, field

CLASSES = {"kptr": "referenced", "kptr_untrusted": "untrusted", "percpu_kptr": "percpu",
           "uptr": "uptr", "kptr_ref": "referenced", "Kptr": "referenced", "kptrs": "referenced"}
_MACROS = {"kptr": "__kptr", "kptr_untrusted": "__kptr_untrusted",
           "percpu_kptr": "__percpu_kptr", "uptr": "__uptr", "kptr_ref": "__kptr_ref"}


@dataclass
class Node:
    """A member or variable: what it is, and what the author means it to be."""

    name: str
    line: int = 0
    first_line: int = 0  # of an inline struct, where that begins
    meant: str = ""  # class of a pointer, name of a special struct
    members: list = field(default_factory=list)
    dims: tuple = ()
    known_miss: bool = False  # the checker's pages say that it does not see this


@dataclass
class Meant:
    """A field that has to be special: where, what, and the lines that declare it."""

    map: str
    path: str
    what: str
    lines: frozenset


def meanings(nodes):
    """What NODES and their members are meant to be."""
    for node in nodes:
        if node.meant:
            yield node.meant
        yield from meanings(node.members)


def fields_of(map_name, nodes, path="", lines=frozenset()):
    """The Meant of NODES, in the words of bpf-judge."""
    for node in nodes:
        base = path + ("." if path and node.name else "") + node.name
        paths = [base]
        for dim in node.dims:
            paths = [f"{p}[{i}]" for p in paths for i in range(max(dim, 1))]
        here = lines | {node.line, node.first_line or node.line}
        for one in paths:
            if node.meant:
                yield Meant(map_name, one, node.meant, here)
            yield from fields_of(map_name, node.members, one, here)


class Source:
    """One program in the making: its text, and how its pointers are drawn."""

    def __init__(self, seed):
        self.seed = seed
        self.r = random.Random(seed)
        self.bad_share = self.r.choice([0, 0.04, 0.1, 0.25])
        self.lines = ["// seed %d" % seed, '#include "bpf_test.h"']
        self.tail = []
        self.meant = []
        self.in_key = []
        self.nodes = []
        self.used = []
        self.count = 0
        self.pointees = {}
        self.single = set()  # fields that a value has once

    # Helpers

    def bad(self, share=1.0):
        return self.r.random() < self.bad_share * share

    def draw(self, good, bad, share=1.0):
        return self.r.choice(bad if self.bad(share) else good)

    def new(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def emit(self, text):
        """Adds a line; returns its number."""
        self.lines.append(text)
        return len(self.lines)

    @property
    def text(self):
        return "\n".join(self.lines + self.tail) + "\n"

    # What a pointer points to

    def keep(self, spelling):
        how = self.draw(["function", "function", "type-id", "kfunc", "pointer-function"],
                        ["none", "unused", "inline", "local"], 1.5)
        name = self.new("keep")
        if how == "function":
            self.tail.append(f"__attribute__((noinline)) int {name}({spelling} *p) "
                             '{ asm volatile(""); return !p; }')
        elif how == "type-id":
            self.tail.append(f"int {name}(void) "
                             f"{{ return bpf_core_type_id_local({spelling}); }}")
        elif how == "kfunc":
            self.tail += [f"extern void {name}_k({spelling} *p) __ksym __weak;",
                          f"int {name}(void) {{ if ({name}_k) {name}_k(0); return 0; }}"]
        elif how == "pointer-function":
            self.tail.append(f"{spelling} *{name}(void) {{ return 0; }}")
        elif how == "unused":
            self.tail.append(f"static {spelling} *{name};")
        elif how == "inline":
            self.tail.append(f"static inline int {name}({spelling} *p) {{ return !p; }}")
        elif how == "local":
            self.tail.append(f"int {name}(void) {{ {spelling} *p = 0; return !p; }}")

    def local_struct(self, body="int a;", name=None, packed=""):
        name = name or self.new("obj_")
        self.emit(f"struct {name} {{ {body} }}{packed};")
        return f"struct {name}"

    def pointee(self, tag):
        """(spelling, whether clang must be made to emit it)"""
        local = tag in ("percpu_kptr", "uptr") or self.r.random() < 0.35
        kind = self.draw(["local" if local else "kernel"],
                         ["local", "kernel", "no-dtor", "name-clash", "undefined", "int", "void",
                          "union", "enum", "anonymous", "flavour", "owner", "huge", "empty"])
        if kind in self.pointees and self.r.random() < 0.5:
            return self.pointees[kind]
        spelling = self._make_pointee(kind, tag)
        if kind not in ("undefined", "int", "void"):
            self.keep(spelling)
        if self.r.random() < 0.15 and kind not in ("int", "void"):
            name = self.new("alias_")
            self.emit(f"typedef {spelling} {name};")
            spelling = name
        self.pointees[kind] = spelling
        return spelling

    def _make_pointee(self, kind, tag):
        if kind == "kernel":
            return self.r.choice(["struct task_struct", "struct cgroup", "struct bpf_cpumask",
                                  "struct bpf_crypto_ctx"])
        if kind == "no-dtor":
            return self.r.choice(["struct file", "struct sock", "struct inode", "struct mm_struct",
                                  "struct pid", "struct cpumask", "struct nf_conn"])
        if kind == "name-clash":
            return self.local_struct("int mine;", self.r.choice(["node", "key", "bio", "user"])) \
                if "name-clash" not in self.pointees else self.pointees["name-clash"]
        if kind == "undefined":
            name = self.new("nowhere_")
            self.emit(f"struct {name};")
            return f"struct {name}"
        if kind in ("int", "void"):
            return kind
        if kind == "union":
            name = self.new("both_")
            self.emit(f"union {name} {{ int a; long b; }};")
            return f"union {name}"
        if kind == "enum":
            name = self.new("one_of_")
            self.emit(f"enum {name} {{ {name}_a }};")
            return f"enum {name}"
        if kind == "anonymous":
            name = self.new("anon_")
            self.emit(f"typedef struct {{ int a; }} {name};")
            return name
        if kind == "flavour":
            return self.local_struct("int pid;", "task_struct___" + self.new("f"))
        if kind == "owner":
            inner = self.local_struct("int a;")
            self.keep(inner)
            return self.local_struct(f"long n; {inner} __kptr *inner;")
        if kind == "huge":
            return self.local_struct("char page[4097];")
        if kind == "empty":
            return self.local_struct("")
        return self.local_struct(self.r.choice(["int a;", "long a, b;", "char c[40];"]))

    # Pointers

    def tags(self, classes):
        good = [[c] for c in classes]
        return self.draw(good, [["kptr", "rcu"], ["kptr", "kptr"], ["rcu", "kptr"], ["kptr_ref"],
                                ["kptr", "kptr_untrusted"], ["Kptr"], ["kptrs"], ["rcu"], ["user"],
                                ["percpu"], ["uptr"], ["percpu_kptr"], ["kptr_untrusted"]])

    def spell(self, tag):
        if tag in _MACROS and self.r.random() < 0.8:
            return _MACROS[tag]
        return f'__attribute__((btf_type_tag("{tag}")))'

    def pointer(self, name, classes=("kptr", "kptr", "kptr_untrusted", "percpu_kptr"),
                arrays=True):
        """(Node, declaration without its semicolon); may emit lines in front."""
        tags = self.tags(classes)
        meant = next((CLASSES[t] for t in tags if t in CLASSES), "")
        t, tag = self.pointee(tags[0]), " ".join(self.spell(x) for x in tags)
        dims = self._dims() if arrays else ()
        after = "".join(f"[{d}]" for d in dims)
        good = ["{t} {g} *{n}{a}"] * 4 + [
            "{g} {t} *{n}{a}", "const {t} {g} *{n}{a}", "{t} const {g} *{n}{a}",
            "typeof({t} {g} *) {n}{a}", "typeof({t}) {g} *{n}{a}", "{t} {g} (*{n}{a})",
            "{t} volatile {g} *{n}{a}", "{t} {g} *volatile {n}{a}", "{t}{g}*{n}{a}",
            "__typeof__({t}) {g} *{n}{a}", "{t} {g} const *{n}{a}"]
        bad = ["{t} *{g} {n}{a}", "{t} *{n}{a} {g}", "P:{t} *|{q} {g} {n}{a}",
               "P:{t} *|{g} {q} {n}{a}", "P:{t} {g} *|{q} {n}{a}", "P:{t} {g}|{q} *{n}{a}",
               "P:{t}|{q} {g} *{n}{a}", "{t} {g} *const {n}{a}", "{t} {g} *restrict {n}{a}",
               "{t} {g} *const volatile {n}{a}", "{t} {g} **{n}{a}", "{t} *{g} *{n}{a}",
               "{t} {g} (*{n})[4]", "void {g} (*{n}{a})(void)", "int {g} {n}{a}",
               '{t} __attribute__((btf_decl_tag("kptr"))) *{n}{a}',
               "struct body_{n} {{ int a; }} {g} *{n}{a}", "P:{t} {g} *|const {q} {n}{a}",
               "{t} *first_{n}, {g} *{n}{a}", "A:{t} {g} *|{q} {n}",
               "{t} {g} *{g} {n}{a}", "typeof({t} {g} *const) {n}{a}"]
        shape = self.draw(good, bad)
        head, bar, tail = shape.partition("|")
        q = self.new("ptr_")
        if shape.startswith("A:"):  # a typedef of an array of kptrs
            after = after or "[2]"
            dims = dims or (2,)
            self.emit("typedef " + head[2:].format(t=t, g=tag) + q + after + ";")
        elif bar:
            self.emit("typedef " + head[2:].format(t=t, g=tag) + " " + q + ";")
        text = (tail if bar else shape).format(t=t, g=" " + tag + " " if "}{g}" in shape else tag,
                                               n=name, a=after, q=q)
        if "decl_tag" in shape:
            meant = "referenced"
        node = Node(name, meant=meant, dims=dims if "(*{n})[4]" not in shape else ())
        # A tag behind a struct's body is nowhere in the AST; one that is both misspelt and
        # lost is two mistakes.
        node.known_miss = "body_" in shape or \
            (shape in bad and not any(t in _MACROS for t in tags))
        return node, text

    def _dims(self):
        kind = self.r.random()
        if kind < 0.8:
            return ()
        if self.bad(0.5):
            return self.r.choice([(12,), (4, 3), (0,), (11,)])
        return self.r.choice([(1,), (2,), (3,), (2, 2)])
