# access_kinds.py - the accesses that generated programs make.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Each kind is a function (random, field, place) that returns the statements of one access,
right or wrong in one way. `v` points to the value, `p` and `same` do, too; `place` is the
field, reached in some way. EVERYWHERE has those for any field, OF those for a kind of field.
"""

from dataclasses import dataclass


@dataclass
class Field:
    path: str
    struct: str
    kind: str = "kptr"  # or kptr_untrusted, percpu_kptr, uptr, lost: declared in vain
    declaration: str = ""  # of a lost one


RELEASE = {"task_struct": "bpf_task_release", "bpf_cpumask": "bpf_cpumask_release",
           "cgroup": "bpf_cgroup_release", "object": "bpf_obj_drop", "counter": "bpf_percpu_obj_drop"}
MAKE = {"task_struct": "bpf_task_from_pid(1)", "bpf_cpumask": "bpf_cpumask_create()",
        "cgroup": "bpf_cgroup_from_id(1)", "object": "bpf_obj_new(struct object)",
        "counter": "(void *)bpf_percpu_obj_new(struct counter)"}
MEMBER = {"task_struct": "pid", "object": "a", "cgroup": "level"}
ACQUIRE = {"task_struct": "bpf_task_acquire", "bpf_cpumask": "bpf_cpumask_acquire",
           "cgroup": "bpf_cgroup_acquire"}
OTHER = {"task_struct": "cgroup", "bpf_cpumask": "task_struct", "cgroup": "task_struct"}


def _drop(field, call):
    return (f"struct {field.struct} *x;\n\tif ((x = {call}))\n\t\t{RELEASE[field.struct]}(x);")


def _loaded(field, place, use):
    return f"struct {field.struct} *x = {place};\n\tif (x)\n\t\t{use}"


# Reads and writes

def plain(r, field, place):
    return r.choice([
        f"out = !!{place};", f"out = !!*(void *volatile *)&{place};", "v->last = 1;",
        "__builtin_memset(v->count, 0, sizeof(v->count));", f"v->count[1] = (long){place};",
        "out = v->count[random & 3];", f"out = {place} == same->{field.path};",
        "for (int i = 0; i < 4; i++)\n\t\tout += v->count[i];"])


def part(r, field, place):
    kind = r.choice(["char", "short", "int", "long"])
    size = {"char": 1, "short": 2, "int": 4, "long": 8}[kind]
    at = r.choice([0, size, -size, 1, 4, 8, -8])
    # What begins the value has nothing in front of it.
    if at < 0 and field.path == "first":
        at = 0
    where = f"*(volatile {kind} *)((char *)&{place} + {at})"
    return r.choice([f"out = {where};", f"{where} = 0;"])


def pieces(r, field, place):
    return r.choice([
        f"int *half = (int *)&{place};\n\tout = half[1];",
        f"union both {{\n\t\tvoid *whole;\n\t\tint half[2];\n\t}} *u = (void *)&{place};\n\tout = u->half[0];",
        f"union both {{\n\t\tvoid *whole;\n\t\tint half[2];\n\t}} *u = (void *)&{place};\n\tout = !!u->whole;",
        f"__builtin_memset((char *)&{place} + 4, 0, 4);"])


def whole(r, field, place):
    return r.choice([
        "__builtin_memset(v, 0, sizeof(*v));", f"__builtin_memset(&{place}, 0, 8);",
        "*v = (struct value){ .last = 1 };", "v->counted = (struct counter){ .n = 1 };",
        "__builtin_memset(&v->counted, 0, sizeof(v->counted));",
        "struct value *w = bpf_map_lookup_elem(&other, &key);\n\tif (w)\n\t\t*v = *w;",
        "struct value *w = bpf_map_lookup_elem(&other, &key);\n\tif (w)\n\t\tv->counted = w->counted;"])


def memory(r, field, place):
    size = r.choice(["8", "(random & 7) + 1"])
    what = r.choice([("v", "sizeof(*v)"), (f"&{place}", size), ("&v->last", size),
                     ("v->count", "sizeof(v->count)"), ("v", "4"), ("v->count", "(random & 31) + 1")])
    return r.choice([
        "bpf_get_current_comm({0}, {1});", "bpf_probe_read_kernel({0}, {1}, 0);",
        "bpf_ringbuf_output(&events, {0}, {1}, 0);",
        'bpf_strtol("12", 2, 0, (long *){0});',
        "out = !!bpf_map_lookup_elem(&values, {0});",
        "struct bpf_dynptr d;\n\tbpf_ringbuf_reserve_dynptr(&events, 64, 0, &d);\n\t"
        "bpf_dynptr_write(&d, 0, {0}, {1}, 0);\n\tbpf_ringbuf_discard_dynptr(&d, 0);",
        "struct bpf_dynptr d;\n\tbpf_dynptr_from_mem({0}, 8, 0, &d);",
        "bpf_map_push_elem(&queue, {0}, 0);", "bpf_map_pop_elem(&queue, {0});", "bpf_map_peek_elem(&queue, {0});",
    ]).format(*what)


def copy(r, field, place):
    size = r.choice([1, 2, 4, 8])
    return r.choice([
        f"__builtin_memcpy(&out, &{place}, {size});",
        f"__builtin_memcpy(&v->last, (char *)&{place} + {r.choice([0, 4])}, 4);",
        f"int half;\n\t__builtin_memcpy(&half, &{place}, 4);\n\tout = half;",
        f"int unused;\n\t__builtin_memcpy(&unused, &{place}, 4);",
        f"out = __builtin_memcmp(&{place}, &key, 4);",
        "out = __builtin_memcmp(v->count, &key, 4);",
        "__builtin_memcpy(&out, v->count, sizeof(out));"])


def function(r, field, place):
    return r.choice(["global_value(v);", "global_counter(&v->counted);", "static_function(v);"])


def atomic(r, field, place):
    return r.choice([
        f"__sync_fetch_and_add((long *)&{place}, 1);", f"__sync_fetch_and_or((long *)&{place}, 1);",
        f"__sync_lock_test_and_set((long *)&{place}, 0);", "__sync_fetch_and_add(&v->count[2], 1);",
        f"__sync_val_compare_and_swap((long *)&{place}, 0, 0);",
        f"out = !!__atomic_exchange_n(&{place}, NULL, __ATOMIC_SEQ_CST);",
        f"__atomic_fetch_add((long *)&{place}, 1, __ATOMIC_RELAXED);",
        "__atomic_fetch_add(&v->last, 1, __ATOMIC_RELAXED);"])


def operator(r, field, place):
    """A number that is computed from the pointer."""
    use = r.choice(["& 7", "& ~7ul", "| 1", "^ 5", ">> 4", "<< 3", "* 31", "/ 10", "% 10", "+ 8", "- 8", "& -1ul",
                    "<< 0", "* 1", ">> 4 & 3", "& 0xf0 & 0x0f", "^ 5 ^ 5", "* 0x61C8864680B583EBull >> 58"])
    number = f"(unsigned long)x {use}"
    where = r.choice([f"out = {number};", f"v->count[3] = {number};", f"*(char *)&v->last = {number};",
                      f"out = ({number}) == 0;", "if ((unsigned long)x & 6)\n\t\tbpf_ktime_get_ns();",
                      f"unsigned long unused = {number};", f"v->count[({number}) & 3] = 1;",
                      f"out = v->count[({number}) & 3];",
                      f"unsigned long at = {number};\n\tbpf_map_delete_elem(&values, &at);"])
    if r.random() < 0.3 and field.kind == "kptr":
        return (f"struct {field.struct} *x = bpf_kptr_xchg(&{place}, NULL);\n\tif (!x)\n\t\treturn 0;\n\t"
                f"{where}\n\t{RELEASE[field.struct]}(x);")
    check = r.choice(["", "if (!x)\n\t\treturn 0;\n\t"])
    return f"struct {field.struct} *x = (void *){place};\n\t{check}{where}"


def container(r, field, place):
    back = "struct value *w = (void *)((char *)&v->last - __builtin_offsetof(struct value, last));\n\t"
    return back + r.choice([f"w->{field.path} = NULL;", "w->last = 1;", f"out = !!w->{field.path};",
                            f"out = *(volatile int *)&w->{field.path};"])


def indexed(r, field, place):
    task = Field("slot", "task_struct")
    index = r.choice(["random & 3", "2", "random % 4u", "0", "cursor++ & 3", "ticket % 4", "never & 3"])
    beyond = r.choice(["random > 3", "random > 4", "random > 7", "random != 2", "random < 2", "random >= 1", "random"])
    bounded = f"if ({beyond})\n\t\treturn 0;\n\t"
    return r.choice([
        bounded + r.choice(["v->count[random]++;", "out = !!v->slot[random];", "v->pair[random & 1].n = 1;",
                            "out = v->count[random];\n\tif (random == 2)\n\t\tout = 0;"]),
        f"unsigned int other = {r.choice(['random', '0', 'cursor', 'bpf_get_smp_processor_id()', '9'])};\n\t"
        "struct value *w = bpf_map_lookup_elem(&values, &other);\n\tw->last = 1;",
        _drop(task, f"bpf_kptr_xchg(&v->slot[{index}], NULL)"), f"out = !!v->slot[{index}];",
        "for (int i = 0; i < 4; i++)\n\t\tout += !!v->slot[i];", "out = v->count[random & 7];",
        f"out = !!v->pair[{index} & 1].deep;", f"out = v->pair[{index} & 1].n;"])


# Owned fields

def store(r, field, place):
    return r.choice([
        f"{place} = NULL;", f"*(void *volatile *)&{place} = NULL;", f"clear((void *)&{place});",
        f"struct {field.struct} *x = {MAKE[field.struct]};\n\tif (!x)\n\t\treturn 0;\n\t"
        f"{place} = x;\n\t{RELEASE[field.struct]}(x);"])


def take(r, field, place):
    call = f"bpf_kptr_xchg(&{place}, NULL)"
    other = "bpf_cgroup_release" if field.struct != "cgroup" else "bpf_task_release"
    return r.choice([
        _drop(field, call), _drop(field, call),
        f"struct {field.struct} *x = {call};\n\tif (x)\n\t\t{RELEASE[field.struct]}(x);",
        f"{call};", f"(void){call};", f"out = !!{call};",
        f"struct {field.struct} *x = {call};\n\tif (x)\n\t\t{other}((void *)x);"])


def exchange(r, field, place):
    """An exchange for something that is right, or wrong in one way."""
    other = r.choice([s for s in MAKE if s != field.struct])
    made = (f"struct {{0}} *x = {{1}};\n\tif (!x)\n\t\treturn 0;\n\tvoid *old = "
            f"bpf_kptr_xchg(&{place}, x);\n\tif (old)\n\t\t{RELEASE[field.struct]}(old);")
    call = f"bpf_kptr_xchg(&{place}, {{0}})"
    return r.choice([
        made.format(field.struct, MAKE[field.struct]), made.format(field.struct, MAKE[field.struct]),
        made.format(other, MAKE[other]), made.format(field.struct, f"v->{field.path}"),
        _drop(field, call.format(MAKE[field.struct])), _drop(field, call.format("&key")),
        _drop(field, call.format("(void *)8")), _drop(field, call.format("(void *)bpf_ktime_get_ns()")),
        _drop(field, call.format("(void *)v->count[1]")),
        _drop(field, call.format("bpf_get_current_task_btf()")),
        _drop(field, call.format("bpf_get_current_task_btf()->group_leader")),
        _drop(field, "bpf_kptr_xchg(&v->count[1], NULL)"),
        _drop(field, f"bpf_kptr_xchg((char *)&{place} + 4, NULL)"),
        f"void *tmp = NULL;\n\t{_drop(field, 'bpf_kptr_xchg(&tmp, NULL)')}",
        f"struct object *o = bpf_obj_new(struct object);\n\tif (!o)\n\t\treturn 0;\n\t"
        f"void *old = bpf_kptr_xchg(&{place}, (void *)&o->a);\n\tif (old)\n\t\t{RELEASE[field.struct]}(old);",
        f"struct object *o = bpf_obj_new(struct object);\n\tif (!o)\n\t\treturn 0;\n\t"
        f"void *old = bpf_kptr_xchg(&{place}, (void *)&o->b);\n\tif (old)\n\t\t{RELEASE[field.struct]}(old);"])


# What is loaded

def load(r, field, place):
    member = MEMBER.get(field.struct)
    if not member:
        return f"struct {field.struct} *x = {place};\n\tout = !!x;"
    again = f"out = v->{field.path}->{member};"
    return r.choice([
        _loaded(field, place, f"out = x->{member};"), f"if ({place})\n\t\tout = {place}->{member};",
        f"out = {place}->{member};",
        f"if (v->{field.path}) {{\n\t\tbpf_ktime_get_ns();\n\t\t{again}\n\t}}",
        f"if (!v->{field.path})\n\t\treturn 0;\n\tbpf_ktime_get_ns();\n\t{again}"])


def write(r, field, place):
    member = MEMBER.get(field.struct)
    if not member:
        return _loaded(field, place, "out = 1;")
    return r.choice([
        _loaded(field, place, f"x->{member} = 1;"), _loaded(field, place, f"x->{member} |= 1;"),
        _loaded(field, place, f"__sync_fetch_and_add(&x->{member}, 1);"),
        _loaded(field, place, f"__builtin_memset(&x->{member}, 0, sizeof(x->{member}));"),
        "bpf_get_current_task_btf()->group_leader->flags = 1;"])


def argument(r, field, place):
    acquire = ACQUIRE.get(field.struct)
    if not acquire:
        return _loaded(field, place, f"{RELEASE[field.struct]}(x);")
    tail = f"\n\tif (x)\n\t\t{RELEASE[field.struct]}(x);"
    return r.choice([
        f"struct {field.struct} *x = {place};\n\tif (!x)\n\t\treturn 0;\n\tx = {acquire}(x);{tail}",
        f"struct {field.struct} *x = {place};\n\tif (!x)\n\t\treturn 0;\n\tx = {acquire}(x);{tail}",
        f"struct {field.struct} *x = {acquire}({place});{tail}",
        _loaded(field, place, f"{RELEASE[field.struct]}(x);"),
        f"struct {field.struct} *x = {place};\n\tif (!x)\n\t\treturn 0;\n\tx = {acquire}((void *)x + 16);{tail}",
        f"struct {field.struct} *x = {place};\n\tif (!x)\n\t\treturn 0;\n\tstruct {OTHER[field.struct]} *y = "
        f"{ACQUIRE[OTHER[field.struct]]}((void *)x);\n\tif (y)\n\t\t{RELEASE[OTHER[field.struct]]}(y);",
        _loaded(field, place, "bpf_task_storage_get(&notes, (void *)x, NULL, 0);")
        if field.struct == "task_struct" else
        _loaded(field, place, "out = (long)x;")])


def bytes_of(r, field, place):
    member = MEMBER.get(field.struct)
    if not member:
        return f"out = !!{place};"
    what = f"&x->{member}, sizeof(x->{member})"
    return r.choice([
        _loaded(field, place, f"bpf_ringbuf_output(&events, {what}, 0);"),
        _loaded(field, place, f"bpf_probe_read_kernel({what}, 0);"),
        _loaded(field, place, f"bpf_probe_read_kernel(&key, sizeof(key), &x->{member});"),
        f"struct {field.struct} *x = {place};\n\tbpf_probe_read_kernel(&key, sizeof(key), &x->{member});",
        f"struct {field.struct} *x = {place};\n\tif (!x)\n\t\treturn 0;\n\tkey = x->{member};\n\t"
        "bpf_ringbuf_output(&events, &key, sizeof(key), 0);"])


# Other fields

def percpu(r, field, place):
    return r.choice([
        _loaded(field, place, "out = x->n;"), _loaded(field, place, "x->n = 1;"),
        _loaded(field, place, "out = ((struct counter *)bpf_this_cpu_ptr(x))->n;"),
        f"{place} = NULL;", _drop(field, f"bpf_kptr_xchg(&{place}, NULL)"),
        _drop(field, f"bpf_kptr_xchg(&{place}, {MAKE['counter']})"),
        f"void *x = bpf_percpu_obj_new(struct counter);\n\tif (!x)\n\t\treturn 0;\n\t"
        f"x = bpf_kptr_xchg(&{place}, x);\n\tif (x)\n\t\tbpf_percpu_obj_drop(x);",
        f"void *x = bpf_kptr_xchg(&{place}, NULL);\n\tif (x)\n\t\tbpf_obj_drop(x);"])


def untrusted(r, field, place):
    return r.choice([
        f"{place} = NULL;", f"{place} = bpf_get_current_task_btf();", f"{place} = (void *)v->first;",
        f"{place} = bpf_get_current_task_btf()->group_leader;", f"{place} = (void *)v;",
        f"{place} = (void *)&bpf_get_current_task_btf()->comm;", f"{place}++;",
        f"clear((void *)&{place});", f"bpf_kptr_xchg(&{place}, NULL);",
        _drop(field, f"bpf_kptr_xchg(&{place}, NULL)")])


def bad_store(r, field, place):
    """Crashes the verifier of some releases."""
    return r.choice([f"{place} = (void *)16;", f"{place} = (void *)ctx;", f'{place} = (void *)"text";', f"{place} = (void *)&key;",
                     f"{place} = (void *)bpf_ktime_get_ns();", f"__builtin_memset(&{place}, 1, 8);"])


def local(r, field, place):
    use = r.choice([
        "o->a = 1;", "o->part = NULL;", "out = !!*(void *volatile *)&o->part;",
        "struct part *x = bpf_kptr_xchg(&o->part, NULL);\n\tif (x)\n\t\tbpf_obj_drop(x);",
        "struct part *x = bpf_kptr_xchg(&o->a, NULL);\n\tif (x)\n\t\tbpf_obj_drop(x);",
        "bpf_ringbuf_output(&events, &o->a, 8, 0);"])
    return (f"struct object *o = bpf_obj_new(struct object);\n\tif (!o)\n\t\treturn 0;\n\t{use}\n"
            "\tbpf_obj_drop(o);")


def borrowed(r, field, place):
    if field.struct != "object":
        return f"out = !!{place};"
    use = r.choice([
        "o->a = 1;", "out = !!*(void *volatile *)&o->part;", "out = o->b;",
        "struct part *x = bpf_kptr_xchg(&o->part, NULL);\n\tif (x)\n\t\tbpf_obj_drop(x);"])
    return f"struct object *o = {place};\n\tif (!o)\n\t\treturn 0;\n\t{use}"


def user(r, field, place):
    """A uptr, which is in a map of its own."""
    use = r.choice(["w->user = NULL;", "out = !!w->user;", "out = *(volatile int *)&w->user;",
                    "__sync_fetch_and_add((long *)&w->user, 1);", "out = w->user->n;",
                    "struct counter *x = w->user;\n\tif (x)\n\t\tx->n = 1;",
                    "struct counter *x = w->user;\n\tif (x)\n\t\tout = ((long *)x)[1];",
                    "struct counter *x = w->user;\n\tif (x)\n\t\tbpf_get_current_comm(x, sizeof(*x));",
                    "void *x = bpf_kptr_xchg(&w->user, NULL);\n\tif (x)\n\t\tbpf_obj_drop(x);",
                    "bpf_probe_read_kernel(w, sizeof(*w), 0);"])
    return (f"struct shared_with_user *w = bpf_task_storage_get(&users, bpf_get_current_task_btf(), NULL, 0);\n\t"
            f"if (!w)\n\t\treturn 0;\n\t{use}")


def lost(r, field, place):
    """A field that a mistake in its declaration makes plain memory."""
    return r.choice([
        f"{place} = NULL;", f"{place} = bpf_get_current_task_btf();", f"out = !!{place};",
        f"out = *(volatile int *)&{place};", _loaded(field, place, "out = x->pid;"),
        _drop(field, f"bpf_kptr_xchg(&{place}, NULL)"), f"out = (unsigned long){place} & 7;",
        "__builtin_memset(&v->last, 0, sizeof(v->last));"])


EVERYWHERE = [plain, part, part, pieces, copy, whole, memory, memory, function, atomic, container, local]
OF = {
    "uptr": [user],
    "lost": [lost],
    "kptr": [operator, operator, store, take, take, exchange, exchange, exchange, load, write, argument, bytes_of, borrowed],
    "kptr_untrusted": [operator, untrusted, untrusted, untrusted, load, write, argument, bytes_of],
    "percpu_kptr": [percpu, percpu, percpu],
}

# What the checks do not see: all of the texts are in the program, none of the others is.
_MISSES = [
    (['SEC("syscall")'], ["bpf_kptr_xchg"], "the use of a field that a sleepable program loaded"),
    (["(unsigned long)x"], [], "an operator that the compiler might have left out"),
]


def known_miss(text):
    """Why nothing may be found in a program that the kernel refuses; empty if something must be."""
    return next((why for there, absent, why in _MISSES
                 if all(t in text for t in there) and not any(t in text for t in absent)), "")
