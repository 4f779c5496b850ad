"""flow_statements.py - random statements without a branch that others are in

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""
from flow_author import BORROWED, GONE, LOADED, MAYBE, NONE, OWNED, Author


class Statements(Author):
    """Each do_ method emits one statement, or none where it does not fit."""

    def do_acquire(self, depth, loop):
        r = self.rng
        n = self.name(NONE, GONE, BORROWED, LOADED) or self.any_name()
        if n:
            self.acquire(n)

    def do_load(self, depth, loop):
        r = self.rng
        if not (self.name(NONE, GONE, BORROWED, LOADED)):
            return
        n = self.name(NONE, GONE, BORROWED, LOADED)
        self.emit(f"{n} = v->{r.choice('pq')};")
        self.held[n] = LOADED

    def do_use(self, depth, loop):
        r = self.rng
        n = self.name(OWNED, BORROWED) or self.any_name()
        if n:
            self.emit(r.choice([
                f"out = {n}->pid;", f"out += {n}->tgid;", f'bpf_printk("%d", {n}->pid);',
                f"if ({n}->pid == {r.randint(1, 9)}) bpf_printk(\"pid\");"]))

    def do_drop(self, depth, loop):
        if not (self.name(OWNED, MAYBE)):
            return
        self.drop(self.name(OWNED, MAYBE))

    def do_move(self, depth, loop):
        r = self.rng
        n = self.name(OWNED)
        o = self.name(NONE, GONE)
        if n and o and n != o:
            self.emit(f"{o} = bpf_kptr_xchg(&v->{r.choice('pq')}, {n});")
            self.held[n], self.held[o] = GONE, MAYBE

    def do_put_back(self, depth, loop):
        r = self.rng
        if not (self.name(OWNED)):
            return
        n = self.name(OWNED)
        self.emit(f"{n} = bpf_kptr_xchg(&v->{r.choice('pq')}, {n});")
        self.held[n] = MAYBE

    def do_flag(self, depth, loop):
        self.emit(f"f = {self.scalar()};")

    def do_error_code(self, depth, loop):
        r = self.rng
        n = self.name(NONE, GONE)
        if n:
            self.emit(f"err = 0; {n} = bpf_task_from_pid(5); if (!{n}) err = -2; else if ({self.scalar()}) err = -1;")
            if not self.slip():
                self.emit(r.choice([
                    f"if (err != -2) bpf_task_release({n});",
                    f"if (err == -1 || !err) bpf_task_release({n});",
                    f"if (err == -2) {{ out = 1; }} else {{ bpf_task_release({n}); }}"]))
            self.held[n] = GONE

    def do_again(self, depth, loop):
        r = self.rng
        self.emit(r.choice(["if (v->p) out = v->p->pid;",
                            "if (v->p && v->p->pid == 3) out = 5;"]))
        if self.slip():
            self.emit('if (v->p) { bpf_printk("again"); out = v->p->pid; }')

    def do_call(self, depth, loop):
        r = self.rng
        self.emit(r.choice(['bpf_printk("x");', "v->n++;", "m = skb->mark;",
                            "n = skb->len;", "v->n = n;", "out = m;"]))

    def do_acquire_rcu(self, depth, loop):
        # What was loaded outside of a read section is not to be acquired.
        fit = (OWNED,) if self.sleepable and not self.slip() else (BORROWED, OWNED)
        n, o = self.name(*fit), self.name(NONE, GONE)
        if n and o and n != o:
            self.emit(f"{o} = bpf_task_acquire({n});")
            self.held[o] = MAYBE

    def do_swap(self, depth, loop):
        n = self.name(OWNED, NONE)
        if n:
            if self.held[n] == NONE:
                self.emit(f"{n} = NULL;")
            self.emit(f"if (swap(v, &{n})) bpf_task_release({n});")
            self.held[n] = GONE

    def do_copy(self, depth, loop):
        n, o = self.name(BORROWED, OWNED), self.name(NONE, GONE)
        if n and o and n != o:
            self.emit(f"{o} = {n};")
            self.held[o], self.held[n] = self.held[n], GONE
            if self.slip():
                self.emit(f"put({n});")

    def do_ternary(self, depth, loop):
        r = self.rng
        if not (self.name(LOADED, MAYBE)):
            return
        n = self.name(LOADED, MAYBE)
        self.emit(f"out = {n} ? {n}->pid : {r.randint(0, 9)};")

    def do_nested_call(self, depth, loop):
        r = self.rng
        n = self.name(NONE, GONE)
        if n:
            self.emit(f"{n} = NULL;")
            self.emit(f"err = fetch(v, n > {r.randint(0, 9)}, &{n});")
            if not self.slip():
                self.emit(r.choice([f"if (!err) bpf_task_release({n});",
                                    f"if ({n}) bpf_task_release({n});", f"put({n});"]))
            self.held[n] = GONE

    def do_wrong(self, depth, loop):
        r = self.rng
        n = self.any_name()
        if not n:
            return
        self.emit(r.choice([f"bpf_task_release({n});", f"out = {n}->pid;",
                            f"bpf_cgroup_release((void *){n});",
                            f"bpf_task_release((void *)&{n}->pid);",
                            # Programs that may sleep have no such map.
                            "out++;" if self.sleepable else "bpf_tail_call(skb, &jumps, 0);",
                            f"if ({n}) bpf_task_release({n});",
                            f"{n} = bpf_kptr_xchg(&v->p, {n});"]))

    def do_read_section(self, depth, loop):
        """A load that is used, or acquired, while RCU keeps it."""
        r = self.rng
        o = self.name(NONE, GONE)
        if not o:
            return
        t = self.new("t")
        self.emit(f"struct task_struct *{t}; {o} = NULL;")
        late = self.slip()
        load = f"{t} = v->{r.choice('pq')};"
        take = f"if ({t}) {o} = bpf_task_acquire({t});"
        if r.random() < 0.3:
            take = f"if ({t} && {self.scalar()}) {{ out = {t}->tgid; {o} = bpf_task_acquire({t}); }}"
        lines = ["bpf_rcu_read_lock();", load, take, "bpf_rcu_read_unlock();"]
        if late:
            lines = r.choice([["bpf_rcu_read_lock();", load, "bpf_rcu_read_unlock();", take],
                              [load, "bpf_rcu_read_lock();", take, "bpf_rcu_read_unlock();"]])
        elif not self.sleepable and r.random() < 0.5:
            lines = [load, take]
        for line in lines:
            self.emit(line)
        self.held[o] = MAYBE

    def do_locked(self, depth, loop):
        """A region with a lock, in which no reference may be released."""
        n = self.name(OWNED)
        self.emit("bpf_spin_lock(&v->lock);")
        self.emit(self.rng.choice(["v->n++;", f"v->n = {self.rng.randint(0, 9)};",
                                   f"if ({self.scalar()}) v->n = 2;"])
                  .replace("bpf_get_prandom_u32()", "n"))
        if n and self.slip():
            self.emit(f"bpf_task_release({n});")
            self.held[n] = GONE
        self.emit("bpf_spin_unlock(&v->lock);")
