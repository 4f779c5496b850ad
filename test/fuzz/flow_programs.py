"""flow_programs.py - random programs over references, most of them right

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""
import random

NONE, OWNED, MAYBE, BORROWED, LOADED, GONE = range(6)


class Program:
    """One function: text, and what its variables hold as its author sees it."""

    def __init__(self, rng, mistakes):
        self.rng = rng
        self.mistakes = mistakes
        self.lines, self.indent = [], 1
        self.names = ["a", "b"]
        self.held = dict.fromkeys(self.names, NONE)
        self.fresh = 0
        self.budget = rng.randint(4, 14)

    def slip(self):
        """True where the author makes a mistake."""
        return self.rng.random() < self.mistakes

    def emit(self, text):
        self.lines.append("\t" * self.indent + text)

    def name(self, *states):
        fit = [n for n in self.names if self.held[n] in states]
        return self.rng.choice(fit) if fit else None

    def scalar(self):
        r = self.rng
        return r.choice([
            f"n > {r.randint(0, 30)}", f"n == {r.randint(0, 9)}",
            f"n < {r.randint(1, 40)}", f"m != {r.randint(0, 5)}", "m", "!m",
            f"m & {1 << r.randint(0, 3)}", f"skb->mark == {r.randint(0, 4)}",
            f"skb->len > {r.randint(0, 99)}", "n > m", "f", "!f", "v->n",
            f"bpf_get_prandom_u32() > {r.randint(1, 9)}",
            f"__builtin_expect(n > {r.randint(0, 9)}, 0)",
            f"n > {r.randint(0, 9)} && m < {r.randint(1, 9)}",
            f"n == {r.randint(0, 9)} || skb->mark",
        ])

    def acquire(self, n):
        self.emit(self.rng.choice([
            f"{n} = bpf_kptr_xchg(&v->p, NULL);",
            f"{n} = bpf_kptr_xchg(&v->q, NULL);",
            f"{n} = bpf_task_from_pid({self.rng.randint(1, 9)});",
            f"{n} = take(v);",
        ]))
        self.held[n] = MAYBE

    def drop(self, n):
        """Ends whatever n holds."""
        state = self.held[n]
        if state == OWNED:
            if self.slip():
                return
            self.emit(self.rng.choice([f"bpf_task_release({n});",
                                       f"put({n});", f"put_apart({n});"]))
        elif state == MAYBE:
            if self.slip():
                if self.rng.random() < 0.5:
                    self.emit(f"bpf_task_release({n});")
                return
            self.emit(self.rng.choice([
                f"if ({n}) bpf_task_release({n});", f"put({n});",
                f"put_apart({n});",
                f"if ({n} != NULL) {{ bpf_task_release({n}); {n} = NULL; }}"]))
        self.held[n] = GONE if state in (OWNED, MAYBE) else self.held[n]

    def clear(self):
        for n in self.names:
            self.drop(n)

    def statement(self, depth, loop):
        r = self.rng
        self.budget -= 1
        kind = r.choice(["acquire", "acquire", "load", "check", "check", "use", "use",
                         "drop", "move", "put back", "branch", "branch",
                         "loop", "switch", "flag", "correlated", "return", "error code",
                         "again", "cleanup", "call", "acquire rcu", "swap", "copy",
                         "ternary", "wrong", "spill", "nested call"])
        if kind == "acquire":
            n = self.name(NONE, GONE, BORROWED, LOADED) or (self.slip() and r.choice(self.names))
            if n:
                self.acquire(n)
        elif kind == "load" and self.name(NONE, GONE, BORROWED, LOADED):
            n = self.name(NONE, GONE, BORROWED, LOADED)
            self.emit(f"{n} = v->{r.choice('pq')};")
            self.held[n] = LOADED
        elif kind == "check":
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
        elif kind == "use":
            n = self.name(OWNED, BORROWED) or (self.slip() and r.choice(self.names))
            if n:
                self.emit(r.choice([
                    f"out = {n}->pid;", f"out += {n}->tgid;", f'bpf_printk("%d", {n}->pid);',
                    f"if ({n}->pid == {r.randint(1, 9)}) bpf_printk(\"pid\");"]))
        elif kind == "drop" and self.name(OWNED, MAYBE):
            self.drop(self.name(OWNED, MAYBE))
        elif kind == "move":
            n = self.name(OWNED)
            o = self.name(NONE, GONE)
            if n and o and n != o:
                self.emit(f"{o} = bpf_kptr_xchg(&v->{r.choice('pq')}, {n});")
                self.held[n], self.held[o] = GONE, MAYBE
        elif kind == "put back" and self.name(OWNED):
            n = self.name(OWNED)
            self.emit(f"{n} = bpf_kptr_xchg(&v->{r.choice('pq')}, {n});")
            self.held[n] = MAYBE
        elif kind == "branch" and depth < 3:
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
        elif kind == "loop" and depth < 2:
            before = dict(self.held)
            i = f"i{self.fresh}"
            self.fresh += 1
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
        elif kind == "switch" and depth < 2:
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
        elif kind == "flag":
            self.emit(f"f = {self.scalar()};")
        elif kind == "correlated":
            n = self.name(NONE, GONE)
            if n:
                f = f"g{self.fresh}"
                self.fresh += 1
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
        elif kind == "return" and depth > 0:
            saved = dict(self.held)
            self.emit(f"if ({self.scalar()}) {{")
            self.indent += 1
            self.clear()
            self.emit(f"return {r.randint(0, 2)};" if r.random() < 0.7 else "goto done;")
            self.indent -= 1
            self.emit("}")
            self.held = saved
        elif kind == "error code":
            n = self.name(NONE, GONE)
            if n:
                self.emit(f"err = 0; {n} = bpf_task_from_pid(5); if (!{n}) err = -2; else if ({self.scalar()}) err = -1;")
                if not self.slip():
                    self.emit(r.choice([
                        f"if (err != -2) bpf_task_release({n});",
                        f"if (err == -1 || !err) bpf_task_release({n});",
                        f"if (err == -2) {{ out = 1; }} else {{ bpf_task_release({n}); }}"]))
                self.held[n] = GONE
        elif kind == "again":
            self.emit(r.choice(["if (v->p) out = v->p->pid;",
                                "if (v->p && v->p->pid == 3) out = 5;"]))
            if self.slip():
                self.emit('if (v->p) { bpf_printk("again"); out = v->p->pid; }')
        elif kind == "cleanup" and depth < 2:
            n = f"c{self.fresh}"
            self.fresh += 1
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
        elif kind == "call":
            self.emit(r.choice(['bpf_printk("x");', "v->n++;", "m = skb->mark;",
                                "n = skb->len;", "v->n = n;", "out = m;"]))
        elif kind == "acquire rcu":
            n, o = self.name(BORROWED, OWNED), self.name(NONE, GONE)
            if n and o and n != o:
                self.emit(f"{o} = bpf_task_acquire({n});")
                self.held[o] = MAYBE
        elif kind == "swap":
            n = self.name(OWNED, NONE)
            if n:
                if self.held[n] == NONE:
                    self.emit(f"{n} = NULL;")
                self.emit(f"if (swap(v, &{n})) bpf_task_release({n});")
                self.held[n] = GONE
        elif kind == "copy":
            n, o = self.name(BORROWED, OWNED), self.name(NONE, GONE)
            if n and o and n != o:
                self.emit(f"{o} = {n};")
                self.held[o], self.held[n] = self.held[n], GONE
                if self.slip():
                    self.emit(f"put({n});")
        elif kind == "ternary" and self.name(LOADED, MAYBE):
            n = self.name(LOADED, MAYBE)
            self.emit(f"out = {n} ? {n}->pid : {r.randint(0, 9)};")
        elif kind == "spill" and depth < 3:
            s = f"s{self.fresh}"
            self.fresh += 1
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
        elif kind == "nested call":
            n = self.name(NONE, GONE)
            if n:
                self.emit(f"{n} = NULL;")
                self.emit(f"err = fetch(v, n > {r.randint(0, 9)}, &{n});")
                if not self.slip():
                    self.emit(r.choice([f"if (!err) bpf_task_release({n});",
                                        f"if ({n}) bpf_task_release({n});", f"put({n});"]))
                self.held[n] = GONE
        elif kind == "wrong" and self.names and self.slip():
            n = r.choice(self.names)
            self.emit(r.choice([f"bpf_task_release({n});", f"out = {n}->pid;",
                                f"if ({n}) bpf_task_release({n});",
                                f"{n} = bpf_kptr_xchg(&v->p, {n});"]))

    def nest(self, depth, loop):
        self.indent += 1
        for _ in range(self.rng.randint(1, 3)):
            if self.budget > 0:
                self.statement(depth + 1, loop)
        if loop and self.rng.random() < 0.2 and depth < 2:
            self.emit(f"if ({self.scalar()}) {{")
            self.indent += 1
            saved = dict(self.held)
            for n in self.names:
                self.drop(n)
            self.emit(self.rng.choice(["break;", "continue;"]))
            self.held = saved
            self.indent -= 1
            self.emit("}")

    def settle(self, before):
        """Brings a branch back to what its end must be."""
        for n in self.names:
            if before[n] in (OWNED, MAYBE):
                if self.held[n] != before[n] and not self.slip():
                    # Otherwise it is possibly NULL behind the branch.
                    if self.held[n] not in (OWNED, MAYBE):
                        self.emit(f"{n} = NULL;")
            else:
                self.drop(n)
                if self.held[n] == GONE and self.rng.random() < 0.7:
                    self.emit(f"{n} = NULL;")

    def weakest(self, before):
        return {n: (MAYBE if s in (OWNED, MAYBE) else GONE) for n, s in before.items()}

    def text(self, number):
        map_name = self.rng.choice(["map", "array"])
        head = ['SEC("tc")', f"int prog{number}(struct __sk_buff *skb)", "{",
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
        yield Program(rng, mistakes).text(number)
