"""flow_author.py - what the author of a random program knows and does

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

NONE, OWNED, MAYBE, BORROWED, LOADED, GONE = range(6)


class Author:
    """One function: text, and what its variables hold as its author sees it."""

    KINDS = []  # Of statements, each as often as it is to be chosen.

    def __init__(self, rng, mistakes, sleepable):
        self.rng = rng
        self.sleepable = sleepable
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

    def any_name(self):
        """Some variable, where a mistake is made; else none."""
        return self.rng.choice(self.names) if self.names and self.slip() else None

    def new(self, prefix):
        """A name that nothing has yet."""
        self.fresh += 1
        return f"{prefix}{self.fresh}"

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
        self.budget -= 1
        kind = self.rng.choice(self.KINDS)
        getattr(self, "do_" + kind.replace(" ", "_"))(depth, loop)

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
