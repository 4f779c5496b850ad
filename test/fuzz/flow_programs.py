"""flow_programs.py - random programs over references, most of them right

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""
import random

from flow_author import BORROWED, GONE, LOADED, MAYBE, NONE, OWNED
from flow_statements import Statements


class Program(Statements):
    """A function of a program's section."""

    KINDS = ["acquire", "acquire", "load", "check", "check", "use", "use", "drop", "move",
             "put back", "branch", "branch", "loop", "switch", "flag", "correlated", "return",
             "error code", "again", "cleanup", "call", "acquire rcu", "swap", "copy", "ternary",
             "wrong", "spill", "nested call", "read section", "locked", "backwards"]

    def do_check(self, depth, loop):
        r = self.rng
        n = self.name(MAYBE, LOADED)
        if not n:
            return
        state = OWNED if self.held[n] == MAYBE else BORROWED
        how = r.randint(0, 3)
        if how == 0 or depth > 2:
            others = [o for o in self.names if o != n]
            self.emit(f"if (!{n}) {{")
            saved = dict(self.held)
            self.indent += 1
            for o in others:
                self.drop(o)
            self.emit("return 0;")
            self.indent -= 1
            self.emit("}")
            self.held = saved
            self.held[n] = state
        else:
            extra, keep = f" && {self.scalar()}" if how == 3 else "", self.held[n]
            self.emit(f"if ({n}{extra}) {{")
            self.held[n] = state
            self.nest(depth, loop)
            self.drop(n)
            self.indent -= 1
            if extra:
                self.emit("} else {")
                self.indent += 1
                self.held[n] = keep
                self.drop(n)
                self.indent -= 1
            self.emit("}")
            self.held[n] = GONE

    def do_branch(self, depth, loop):
        if depth >= 3:
            return
        r = self.rng
        self.emit(f"if ({self.scalar()}) {{")
        before = dict(self.held)
        self.nest(depth, loop)
        self.settle(before)
        self.indent -= 1
        if r.random() < 0.5:
            self.emit("} else {")
            self.held = dict(before)
            self.nest(depth, loop)
            self.settle(before)
            self.indent -= 1
        self.emit("}")
        self.held = self.weakest(before)

    def do_loop(self, depth, loop):
        if depth >= 2:
            return
        r = self.rng
        before = dict(self.held)
        i = self.new("i")
        self.emit(r.choice([
            f"for (int {i} = 0; {i} < {r.randint(1, 9)}; {i}++) {{",
            f"int {i}; bpf_for({i}, 0, {r.randint(1, 20)}) {{",
            f"int {i} = {r.randint(1, 4)}; while ({i}--) {{"]))
        self.held = {n: (NONE if s in (NONE, GONE) else s)
                     for n, s in self.held.items()}
        inside = [n for n in self.names if before[n] in (NONE, GONE)]
        saved, self.names = self.names, inside
        self.nest(depth, True)
        for n in inside:
            self.drop(n)
        self.names = saved
        self.indent -= 1
        self.emit("}")
        self.held = self.weakest(before)

    def do_switch(self, depth, loop):
        if depth >= 2:
            return
        r = self.rng
        before = dict(self.held)
        self.emit(f"switch ({r.choice(['n', 'm', 'skb->mark'])}) {{")
        for case in ("case 1:", "case 3:", "default:"):
            # Before C23 no declaration may stand behind a label.
            self.emit(case + ";")
            self.held = dict(before)
            self.nest(depth, False)
            self.settle(before)
            self.emit("break;")
            self.indent -= 1
        self.emit("}")
        self.held = self.weakest(before)

    def do_correlated(self, depth, loop):
        r = self.rng
        n = self.name(NONE, GONE)
        if n:
            f = self.new("g")
            how, condition = r.randint(0, 4), self.scalar()
            if how == 0:
                self.emit(f"bool {f} = false; if ({condition}) {{ {n} = bpf_task_from_pid(2); {f} = {n} != NULL; }}")
            elif how == 1:
                self.emit(f"int {f} = 0; {n} = bpf_kptr_xchg(&v->p, NULL); if ({n}) {f} = 1;")
            elif how == 2:
                self.emit(f"{n} = NULL; bool {f} = {condition}; if ({f}) {n} = bpf_task_from_pid(3);")
            elif how == 3:
                k = r.randint(0, 9)
                self.emit(f"{n} = NULL; if (n > {k + 3}) {n} = bpf_task_from_pid(3); bool {f} = n > {k};")
            else:
                self.emit(f"{n} = bpf_task_from_pid(4); bool {f} = {n} && {condition}; if ({n} && !{f}) bpf_task_release({n});")
            saved, self.names = self.names, [x for x in self.names if x != n]
            if self.names and r.random() < 0.6 and self.budget > 0:
                self.statement(3, loop)
            self.names = saved
            if not self.slip():
                guard = f if how in (0, 1, 4) else f"{f} && {n}"
                self.emit(f"if ({guard}) bpf_task_release({n});")
            self.held[n] = GONE

    def do_return(self, depth, loop):
        if depth > 0:
            return
        r = self.rng
        saved = dict(self.held)
        self.emit(f"if ({self.scalar()}) {{")
        self.indent += 1
        self.clear()
        self.emit(f"return {r.randint(0, 2)};" if r.random() < 0.7 else "goto done;")
        self.indent -= 1
        self.emit("}")
        self.held = saved

    def do_cleanup(self, depth, loop):
        if depth >= 2:
            return
        r = self.rng
        n = self.new("c")
        self.emit("{")
        self.indent += 1
        self.emit(f"struct task_struct *{n} __attribute__((cleanup(put_cleanup))) = bpf_kptr_xchg(&v->p, NULL);")
        self.emit(f"if ({self.scalar()} && {n}) out = {n}->pid;")
        if r.random() < 0.4:
            others = dict(self.held)
            self.emit(f"if (!{n}) {{")
            self.indent += 1
            self.clear()
            self.emit("return 3;")
            self.indent -= 1
            self.emit("}")
            self.held = others
        self.indent -= 1
        self.emit("}")

    def do_spill(self, depth, loop):
        if depth >= 3:
            return
        r = self.rng
        s = self.new("s")
        take = r.choice(["bpf_kptr_xchg(&v->p, NULL)", "bpf_task_from_pid(6)", "take(v)"])
        how = r.randint(0, 3)
        held = f"{s}.t[1]" if how == 1 else f"{s}.t"
        kind_of = "*t[2]" if how == 1 else "*t"
        self.emit(f"struct {{ struct task_struct {kind_of}; int n; }} {s} = {{}};")
        self.emit(f"{held} = {take}; {s}.n = m;")
        if r.random() < 0.4:
            self.emit(f"if ({held} && {self.scalar()}) out = {held}->pid;")
        elif self.slip():
            self.emit(f"out = {held}->pid;")
        if how == 2:
            self.emit(f"struct task_struct **at{s} = &{s}.t;")
            held = f"(*at{s})"
        if r.random() < 0.4:
            others = dict(self.held)
            self.emit(f"if ({self.scalar()}) {{")
            self.indent += 1
            self.clear()
            if not self.slip():
                self.emit(f"put({held});")
            self.emit("return 4;")
            self.indent -= 1
            self.emit("}")
            self.held = others
        if not self.slip():
            self.emit(r.choice([f"put({held});", f"put_apart({held});",
                                f"if ({held}) bpf_task_release({held});"]))

    def do_backwards(self, depth, loop):
        """A loop that a goto makes."""
        if depth > 1:
            return
        again, i = self.new("again"), self.new("j")
        before = dict(self.held)
        inside = [n for n in self.names if before[n] in (NONE, GONE)]
        # Before C23 no declaration may stand behind a label.
        self.emit(f"int {i} = 0; {again}:;")
        self.emit("{")
        self.held = {n: (NONE if s == GONE else s) for n, s in self.held.items()}
        saved, self.names = self.names, inside
        self.nest(depth, False)
        for n in inside:
            self.drop(n)
        self.names = saved
        self.indent -= 1
        self.emit(f"}} if ({i}++ < {self.rng.randint(1, 5)} && {self.scalar()}) goto {again};")
        self.held = self.weakest(before)

    def text(self, number):
        map_name = self.rng.choice(["map", "array"])
        section, context = (("syscall", "struct arguments") if self.sleepable
                            else ("tc", "struct __sk_buff"))
        head = [f'SEC("{section}")', f"int prog{number}({context} *skb)", "{",
                "\tint key = 0, err = 0, n = skb->len & 0xffff, m = skb->mark;",
                "\tbool f = false;",
                f"\tstruct value *v = bpf_map_lookup_elem(&{map_name}, &key);",
                "\tstruct task_struct *a = NULL, *b = NULL;", "", "\tif (!v)", "\t\treturn 0;"]
        while self.budget > 0:
            self.statement(0, False)
        self.clear()
        return "\n".join(head + self.lines + ["done:", "\tout = err;", "\treturn f;", "}", ""])


def programs(seed, count):
    rng = random.Random(seed)
    for number in range(count):
        mistakes = rng.choice([0, 0, 0, 0.1, 0.25])
        yield Program(rng, mistakes, rng.random() < 0.25).text(number)
