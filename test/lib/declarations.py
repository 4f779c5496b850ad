# declarations.py - small BPF objects made by chance, one for each seed.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""case(seed) is a program with maps and globals, and what its author means.

Every dimension of a declaration is drawn by itself: the tags and their place,
the pointee and what makes the compiler emit it, qualifiers, typedefs, arrays,
nesting, unions, bit-fields, packing, the other special fields, map types, flags
and sections. A case is more or less bad; about one in four has no mistake.

Each declaration has a line of its own, so that a finding tells what it is about.
"""

from generated_pointers import Meant, Node, Source, fields_of, meanings

_LOCKS = {"bpf_spin_lock", "bpf_res_spin_lock"}
_SPECIAL = ["bpf_spin_lock", "bpf_timer", "bpf_wq", "bpf_refcount", "bpf_res_spin_lock",
            "bpf_task_work"]


class Case(Source):
    """Structs, maps and globals around the pointers."""

    # Members

    def plain(self):
        n = self.new("n")
        return self.r.choice(["long {}", "int {}", "char {}", "__u64 {}", "char {}[5]",
                              "void *{}", "struct task_struct *{}", "long {}[2]",
                              "struct {{ int x; }} {}"]).format(n)

    def special(self, name):
        free = [s for s in _SPECIAL if s not in self.single]
        kind = self.draw(free or _SPECIAL, _SPECIAL)
        self.single |= {kind} | (_LOCKS if kind in _LOCKS else set())
        node = Node(name, meant=kind)
        form = self.draw(["struct {k} {n}"], ["const struct {k} {n}", "T struct {k} {n}",
                                              "struct {k} {n}[2]", "volatile struct {k} {n}",
                                              "struct {k} {n}[1]", "struct {k} {n}[0]",
                                              "struct {k} *{n}"])
        if form.endswith("[2]"):
            node.dims = (2,)
        elif form.endswith("[1]"):
            node.dims = (1,)
        elif form.endswith("[0]"):
            node.dims = (0,)
        elif "*" in form:
            node.meant = ""
        if form.startswith("T "):
            alias = self.new("alias_")
            self.emit(f"typedef struct {kind} {alias};")
            return node, f"{alias} {name}"
        return node, form.format(k=kind, n=name)

    def graph(self):
        """Members: a lock and a list head or tree root."""
        obj, root = self.new("node_"), self.r.choice(["list_head", "rb_root"])
        sort = "bpf_list_node" if root == "list_head" else "bpf_rb_node"
        self.emit(f"struct {obj} {{ long d; struct {sort} link; }};")
        self.keep(f"struct {obj}")
        contains = self.draw([f"__contains({obj}, link)"],
                             ["", f"__contains({obj}, d)", "__contains(nowhere, link)",
                              f"__contains({obj}, nolink)"])
        head = Node(self.new("h"), meant="bpf_" + root)
        both = [(head, f"struct bpf_{root} {head.name} {contains}")]
        if (not self.single & _LOCKS) ^ self.bad():
            self.single |= _LOCKS
            lock = Node(self.new("l"), meant="bpf_spin_lock")
            both.insert(self.r.randrange(2), (lock, f"struct bpf_spin_lock {lock.name}"))
        return both

    def bitfields(self):
        a, b = self.new("b"), self.new("b")
        return self.draw(
            [[f"unsigned {a} : 3"], [f"unsigned {a} : 8", f"unsigned {b} : 8"],
             [f"union {{ struct {{ unsigned {a} : 3, {b} : 5; }}; int raw{a}; }}"],
             [f"unsigned {a} : 3", "unsigned : 0", f"unsigned {b} : 5"],
             [f"unsigned {a} : 3", "unsigned : 5", f"unsigned {b} : 4"]],
            [[f"unsigned {a} : 3", f"unsigned {b} : 5"],
             [f"struct {{ char {a} : 1, {b} : 1; }} in{a}"],
             ["struct iphdr ip" + a]])

    def struct_body(self, depth, uptr=False):
        """The members of a struct: [(Node or None, text)]; emits what they need."""
        body, r = [], self.r
        for _ in range(r.choice([1, 1, 2, 3])):
            kind = r.random()
            if uptr and kind < 0.6:
                body.append(self.pointer(self.new("u"), ("uptr", "kptr"), arrays=False))
            elif kind < 0.45:
                body.append(self.pointer(self.new("p")))
            elif kind < 0.6:
                body.append(self.special(self.new("s")))
            elif kind < 0.66:
                body += self.graph()
            elif kind < 0.72:
                body += [(None, text) for text in self.bitfields()]
            elif kind < 0.85 and depth < 3:
                body.append(self.nested(depth + 1))
            else:
                body.append((None, self.plain()))
        if any(n and 0 in n.dims for n, _ in body):
            body.append((None, f"long {self.new('n')}"))
        if r.random() < 0.4:
            body.insert(r.randrange(len(body) + 1), (None, self.plain()))
        return body

    def attributes(self):
        return self.draw([""] * 8 + [" __attribute__((aligned(16)))"],
                         [" __attribute__((packed))"], 0.7)

    def write_struct(self, head, body, tail):
        """Emits a struct, one member a line; returns its member Nodes."""
        self.emit(head + " {")
        nodes = []
        for node, text in body:
            if isinstance(text, tuple):  # an inline struct: (head, body, tail)
                node.first_line = len(self.lines) + 1
                node.members = self.write_struct(*text)
                node.line = len(self.lines)
            else:
                line = self.emit(f"\t{text};")
                if node:
                    node.line = line
            if node:
                nodes.append(node)
                self.nodes.append(node)
        self.emit(f"}}{tail};")
        return nodes

    def nested(self, depth):
        """A member that is a struct, or the like."""
        body = self.struct_body(depth)
        name = self.new("in")
        node = Node(name)
        if self.r.random() < 0.35:  # inline
            word = self.draw(["struct"], ["union", "const struct"])
            if self.r.random() < 0.5:
                node.name = ""
            after = f" {name}" if node.name else ""
            return node, (word, body, self.attributes() + after)
        tag = self.new("t_")
        word = self.draw(["struct"], ["union"], 0.7)
        node.members = self.write_struct(f"{word} {tag}", body, self.attributes())
        spelling = f"{word} {tag}"
        form = self.draw(["{s} {n}"] * 3 + ["{s} {n}[2]"],
                         ["A {n}", "const {s} {n}", "{s} *{n}", "volatile {s} {n}", "{s} {n}[0]",
                          "A {n}[2]", "{s} {n}[6]"])
        if any(m.startswith("bpf_") for m in meanings(node.members)) and not self.bad():
            form = "{s} {n}"
        if form.startswith("A "):
            alias = self.new("alias_")
            self.emit(f"typedef {spelling} {alias};")
            form = form.replace("A ", alias + " ", 1)
        if "[" in form:
            node.dims = (int(form[form.index("[") + 1:-1]),)
        if "*" in form:
            node.members = []
        return node, form.format(s=spelling, n=name)

    def value(self, uptr=False):
        """(spelling of a value type, its member Nodes)"""
        if self.bad(0.4):
            return self.odd_value()
        tag = self.new("value_")
        self.single = set()
        body = self.struct_body(0, uptr)
        if self.r.random() < 0.1:
            nodes = self.write_struct("typedef struct", body, self.attributes() + " " + tag)
            return tag, nodes
        nodes = self.write_struct(f"struct {tag}", body, self.attributes())
        return f"struct {tag}", nodes

    def odd_value(self):
        kind = self.r.choice(["pointer", "union", "array", "deep"])
        if kind == "pointer":
            t = self.pointee("kptr")
            return f"typeof({t} __kptr *)", [Node("", meant="referenced")]
        node, text = self.pointer(self.new("p"), arrays=False)
        tag = self.new("value_")
        if kind == "deep":
            # The resolver of all BTF counts typedefs and the like as levels, too.
            t, node = self.pointee("kptr"), Node(node.name, meant="referenced")
            text = f"{t} __kptr *{node.name}"
            levels = self.r.choice([30, 31, 32])
            nodes = self.write_struct(f"struct {tag}_0", [(node, text)], "")
            for i in range(1, levels):
                inner = Node("d", self.emit(f"struct {tag}_{i} {{ struct {tag}_{i - 1} d; }};"))
                inner.members = nodes
                nodes = [inner]
            return f"struct {tag}_{levels - 1}", nodes
        word = "union" if kind == "union" else "struct"
        nodes = self.write_struct(f"{word} {tag}", [(node, text)], "")
        if kind == "array":
            return f"typeof(struct {tag}[2])", [Node("", members=nodes, dims=(2,))]
        return f"{word} {tag}", nodes

    # Maps

    def key(self, name):
        if self.bad(0.4):
            node, text = self.pointer(self.new("kp"), arrays=False)
            tag = self.new("key_")
            nodes = self.write_struct(f"struct {tag}", [(node, text)], "")
            self.in_key += fields_of(name, nodes)
            return [f"__type(key, struct {tag})"]
        return self.draw([["__type(key, int)"], ["__type(key, __u32)"]],
                         [["__uint(key_size, 4)"]], 0.5)

    def map(self):
        name = self.new("map")
        kinds = ["HASH", "ARRAY", "HASH", "ARRAY", "LRU_HASH", "PERCPU_ARRAY", "PERCPU_HASH",
                 "LRU_PERCPU_HASH", "TASK_STORAGE", "SK_STORAGE", "CGRP_STORAGE", "INODE_STORAGE"]
        kind = self.draw(kinds, ["LPM_TRIE", "QUEUE", "STACK", "BLOOM_FILTER", "TASK_STORAGE"])
        value, nodes = self.value(uptr=kind == "TASK_STORAGE" and self.r.random() < 0.6)
        held = set(meanings(nodes))
        if any(m.startswith("bpf_") for m in held) and not self.bad():
            kind = self.r.choice(["HASH", "ARRAY"])
        storage = kind.endswith("_STORAGE")
        keyed = kind in ("HASH", "LRU_HASH", "PERCPU_HASH", "LRU_PERCPU_HASH")
        parts = [f"__uint(type, BPF_MAP_TYPE_{kind})"]
        if kind == "LPM_TRIE":
            self.emit("struct lpm_key_%s { __u32 bits; __u32 address; };" % name)
            parts += [f"__type(key, struct lpm_key_{name})", "__uint(map_flags, BPF_F_NO_PREALLOC)"]
        elif storage:
            parts += ["__type(key, int)", "__uint(map_flags, BPF_F_NO_PREALLOC)"]
        elif keyed:
            parts += self.key(name)
        elif kind in ("ARRAY", "PERCPU_ARRAY"):
            parts += self.draw([["__type(key, int)"]], [["__uint(key_size, 4)"]], 0.4)
        if not storage:
            parts.append("__uint(max_entries, 4)")
        if kind in ("HASH", "ARRAY"):
            flag = self.draw(["", "", "", "NO_PREALLOC" if kind == "HASH" else ""],
                             ["RDONLY_PROG", "WRONLY_PROG", "RDONLY",
                              "MMAPABLE" if kind == "ARRAY" else "NO_PREALLOC"], 0.6)
            if flag:
                parts.append(f"__uint(map_flags, BPF_F_{flag})")
        by_size = self.bad(0.3) and not storage
        parts.append(f"__uint(value_size, sizeof({value}))" if by_size
                     else f"__type(value, {value})")
        if self.r.random() < 0.3:
            parts.reverse()
        self.emit("struct {")
        for part in parts:
            self.emit(f"\t{part};")
        line = self.emit(f"}} {name} SEC(\".maps\");")
        if self.r.random() < 0.15:
            other = self.new("map")
            self.emit("struct {")
            for part in parts:
                self.emit(f"\t{part};")
            at = self.emit(f"}} {other} SEC(\".maps\");")
            self.meant += fields_of(other, nodes, lines=frozenset([at]))
            self.in_key += [Meant(other, m.path, m.what, m.lines) for m in self.in_key
                            if m.map == name]
        self.meant += fields_of(name, nodes, lines=frozenset([line]))

    def variable(self):
        """Globals that hold special fields."""
        name = self.new("g")
        if self.r.random() < 0.6:
            node, text = self.pointer(name)
            if 0 in node.dims:  # libbpf does not open an object with a variable of no size
                node, text = self.pointer(name, arrays=False)
        elif self.r.random() < 0.4:
            node, text = self.special(name)
            if 0 in node.dims:
                node, text = Node(name, meant="bpf_timer"), f"struct bpf_timer {name}"
        else:
            value, members = self.value()
            node, text = Node(name, members=members), f"{value} {name}"
        link = self.draw(["static", "static", "hidden", "private"], ["exported"])
        section, init = "", self.draw([""] * 6 + [" = {}"], [""], 0)
        if "]" in text or "(*" in text or node.members or "," in text or "int" in text[:4]:
            init = ""
        elif init:
            init = " = 0" if "*" in text or "ptr_" in text else ""
        if self.r.random() < 0.3:
            section = self.r.choice([".bss.", ".data."]) + self.r.choice("AB")
        if link == "private":
            section = ".data.P"
            self.emit(f"private(P) {text};")
        else:
            place = f' SEC("{section}")' if section else ""
            word = "static " if link == "static" else ""
            hidden = " __hidden" if link == "hidden" else ""
            # attributes of a pointer's declarator must not come in front of it
            self.emit(f"{word}{text}{place}{hidden}{init};" if not place and not hidden
                      else f"__attribute__((unused)){place}{hidden} {word}{text}{init};")
        node.line = len(self.lines)
        self.nodes.append(node)
        const = "*const" in text or text.startswith(("const struct bpf", "const ptr_"))
        if link == "static" and not section and self.r.random() < 0.15:
            return  # not used, and so not there
        self.used.append(name)
        where = section or (".rodata" if const else ".bss")
        self.meant += fields_of(where, [node])

    def stray(self):
        """Structs in no map, and other variables."""
        kind = self.r.random()
        if kind < 0.4:
            tag = self.new("stray_")
            self.write_struct(f"struct {tag}", self.struct_body(1), self.attributes())
            self.keep(f"struct {tag}")
        elif kind < 0.7:
            name = self.new("count")
            self.emit(f"static long {name} = 3;")
            self.used.append(name)
        elif self.bad(2):
            self.emit(f"long {self.new('seen')};")

    def finish(self):
        self.emit('SEC("tc")')
        self.emit("int prog(struct __sk_buff *ctx)")
        self.emit("{")
        for name in self.used:
            self.emit(f'\tasm volatile("" :: "r"(&{name}));')
        self.emit("\treturn 0;")
        self.emit("}")


def case(seed):
    """The Case of SEED, always the same."""
    made = Case(seed)
    for _ in range(made.r.choice([1, 1, 1, 2])):
        if made.r.random() < 0.7:
            made.map()
        else:
            made.variable()
            if made.r.random() < 0.3:
                made.variable()
    if made.r.random() < 0.25:
        made.stray()
    made.finish()
    return made
