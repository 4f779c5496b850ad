// The test of rule kptr-reference-leaked: what an exchange or an acquiring
// kfunc returns must be released, or moved into a map, on every path.

//--- refused
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;


SEC("tc")
__failure
__msg("Unreleased reference")
int early_return(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the reference is taken from 'task'}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	if (skb->len > 100) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure
__msg("Unreleased reference")
int put_back(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	task = bpf_kptr_xchg(&stash->task, task); // expected-note {{the reference is taken from 'task'}}
	return task ? 1 : 0; // expected-warning {{the reference in 'task' still held}} expected-note {{on the path where this is true}}
	return 0;
}

SEC("tc")
__failure
__msg("Unreleased reference")
int in_loop(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = NULL;
	for (int i = 0; i < 4; i++)
		task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the reference is taken from 'task'}}
	if (task) // expected-note {{on the path where this is true}}
		bpf_task_release(task);
	return 2; // expected-warning {{the reference in 'task' still held}}
	return 0;
}

SEC("tc")
__failure
__msg("Unreleased reference")
int error_code(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	int err = 0;

	task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}
	if (!task) // expected-note {{on the path where this is false}}
		err = -1;
	else if (skb->mark == 3) // expected-note {{on the path where this is true}}
		err = -2;
	if (!err)
		bpf_task_release(task);
	return err; // expected-warning {{the reference in 'task' still held}}
	return 0;
}

SEC("tc")
__failure
__msg("Unreleased reference")
int two_conditions(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the reference is taken from 'task'}}
	if (task && skb->len > 9) { // expected-note {{on the path where this is true}} expected-note {{on the path where this is false}}
		bpf_task_release(task);
		return 1;
	}
	return 2; // expected-warning {{the reference in 'task' still held}}
	return 0;
}

SEC("tc")
__failure
__msg("Unreleased reference")
int in_a_number(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the reference is taken from 'task'}}
	if (task) // expected-note {{on the path where this is true}}
		stash->count = (long)task;
	return 3; // expected-warning {{the reference in 'task' still held}}
	return 0;
}

//--- tail-call
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, int);
} programs SEC(".maps");

SEC("tc")
__failure
__msg("tail_call would lead to reference leak")
int jump(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the reference is taken from 'task'}}
	bpf_tail_call(skb, &programs, 0); // expected-warning {{the program jumps to another one with the reference in 'task' still held}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- callback
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

static long one(struct bpf_map *map, int *key, struct stash *stash, void *ctx)
{
	struct task_struct *task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the reference is taken from 'task'}}

	return task ? 1 : 0; // expected-warning {{the callback ends with the reference in 'task' still held}} expected-note {{on the path where this is true}}
}

SEC("tc")
__failure
__msg("Unreleased reference")
int each(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	bpf_for_each_map_elem(&stashes, one, NULL, 0);
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

static __always_inline void put(struct task_struct *task)
{
	if (task)
		bpf_task_release(task);
}

static __always_inline void put_cleanup(struct task_struct **task)
{
	put(*task);
}

static __always_inline struct task_struct *take(struct stash *stash)
{
	return bpf_kptr_xchg(&stash->task, NULL);
}

static __always_inline bool swap(struct stash *stash, struct task_struct **task)
{
	*task = bpf_kptr_xchg(&stash->task, *task);
	return *task;
}

SEC("tc")
__success
int released(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__success
int by_flag(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	bool mine = false;

	task = NULL;
	if (skb->len > 5) {
		task = bpf_task_from_pid(1);
		mine = task != NULL;
	}
	out = 1;
	if (mine)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__success
int by_condition(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	unsigned len = skb->len;

	task = NULL;
	if (len > 10)
		task = bpf_task_from_pid(1);
	out = 2;
	if (len > 5)
		put(task);
	return 0;
}

SEC("tc")
__success
int by_cleanup(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	struct task_struct *mine __attribute__((cleanup(put_cleanup))) =
		bpf_kptr_xchg(&stash->task, NULL);

	if (skb->len > 5)
		return 1;
	out = 3;
	return 0;
}

SEC("tc")
__success
int by_goto(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	int err = 0;

	task = bpf_task_from_pid(1);
	if (!task) {
		err = -1;
		goto done;
	}
	if (skb->mark == 3) {
		err = -2;
		goto put;
	}
	task = bpf_kptr_xchg(&stash->task, task);
put:
	if (task)
		bpf_task_release(task);
done:
	out = err;
	return 0;
}

SEC("tc")
__success
int in_loop(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	for (int i = 0; i < 4; i++) {
		task = bpf_kptr_xchg(&stash->task, NULL);
		if (!task)
			continue;
		bpf_task_release(task);
	}
	return 0;
}

SEC("tc")
__success
int elsewhere(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = take(stash);
	if (task && swap(stash, &task))
		bpf_task_release(task);
	return 0;
}

//--- short-conditional
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct bpf_cpumask)

struct stash {
	struct bpf_cpumask __kptr *mask;
};

ARRAY_MAP(stashes, struct stash);

SEC("tp_btf/sys_enter")
__success
int taken_or_made(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct bpf_cpumask *mask;

	if (!stash)
		return 0;
	mask = bpf_kptr_xchg(&stash->mask, NULL) ?: bpf_cpumask_create();
	if (!mask)
		return 0;
	bpf_cpumask_set_cpu(0, mask);
	mask = bpf_kptr_xchg(&stash->mask, mask);
	if (mask)
		bpf_cpumask_release(mask);
	return 0;
}

//--- barrier
#include "bpf_test.h"

SEC("tp_btf/sys_enter")
__failure __msg("Unreleased reference")
int leaked(void *ctx)
{
	struct bpf_cpumask *mask = bpf_cpumask_create(); // expected-note {{from bpf_cpumask_create()}}

	asm volatile("" : "+r"(mask));
	return 0; // expected-warning {{the program ends with the reference in 'mask' still held}} expected-note {{release it here}}
}

SEC("tp_btf/sys_enter")
__success
int released(void *ctx)
{
	struct bpf_cpumask *mask = bpf_cpumask_create();

	asm volatile("" : "+r"(mask));
	if (mask)
		bpf_cpumask_release(mask);
	asm volatile("" : : "r"(mask));
	return 0;
}

//--- in-a-struct
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr *other;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

SEC("tc")
__failure
__msg("Unreleased reference")
int kept(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	struct {
		struct task_struct *task;
		int flags;
	} mine = {};

	mine.task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the reference is taken from 'task'}}
	mine.flags = 2;
	if (skb->len > 10) // expected-note {{on the path where this is true}}
		return 0; // expected-warning {{the program ends with the reference taken from 'task' still held}}
	if (mine.task)
		bpf_task_release(mine.task);
	return 0;
}

SEC("tc")
__failure
__msg("Unreleased reference")
int element(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	struct task_struct *both[2];

	both[0] = bpf_kptr_xchg(&stash->task, NULL);
	both[1] = bpf_kptr_xchg(&stash->other, NULL); // expected-note {{the reference is taken from 'other'}}
	if (both[0]) // expected-note {{on the path where this is true}}
		bpf_task_release(both[0]);
	return 0; // expected-warning {{the program ends with the reference taken from 'other' still held}}
}

//--- good-in-a-struct
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr *other;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

struct pair {
	struct task_struct *first, *second;
	int flags;
};

static __always_inline void fill(struct stash *stash, struct pair *pair)
{
	pair->first = bpf_kptr_xchg(&stash->task, NULL);
	pair->second = bpf_kptr_xchg(&stash->other, NULL);
}

static __always_inline void drop(struct pair *pair)
{
	if (pair->first)
		bpf_task_release(pair->first);
	if (pair->second)
		bpf_task_release(pair->second);
}

SEC("tc")
__success
int passed(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	struct pair pair = {};

	fill(stash, &pair);
	pair.flags = skb->len;
	drop(&pair);
	return 0;
}

SEC("tc")
__success
int copied(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	struct pair pair = { .first = bpf_kptr_xchg(&stash->task, NULL) }, copy;

	copy = pair;
	if (copy.first)
		bpf_task_release(copy.first);
	return 0;
}

SEC("tc")
__success
int elements(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	struct task_struct *both[2] = { bpf_kptr_xchg(&stash->task, NULL),
					bpf_kptr_xchg(&stash->other, NULL) };

	for (int i = 0; i < 2; i++)
		if (both[i])
			bpf_task_release(both[i]);
	return 0;
}

//--- overwritten
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr *other;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

SEC("tc")
__failure
__msg("Unreleased reference")
int twice(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the reference is taken from 'task'}}
	task = bpf_kptr_xchg(&stash->other, NULL); // expected-note {{nothing has the pointer any more from here on}}
	if (task) // expected-note {{on the path where this is true}}
		bpf_task_release(task);
	return 0; // expected-warning {{the program ends with the reference in 'task' still held}}
}

SEC("tc")
__failure
__msg("Unreleased reference")
int truth(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the reference is taken from 'task'}}
	return task != NULL; // expected-warning {{the program ends with the reference in 'task' still held}}
}

SEC("tc")
__failure
__msg("Unreleased reference")
int compared(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	out = task->pid;
	if (out == 4) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 0;
}

//--- global-function
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr *other;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

__noinline int count(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	if (skb->len > 10) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the function ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 2;
}

/* Nothing calls it, and libbpf leaves it out. */
__noinline int unused(struct __sk_buff *skb)
{
	return !bpf_task_from_pid(1);
}

__hidden __noinline int apart(struct task_struct *task)
{
	bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure
__msg("Unreleased reference")
int use(struct __sk_buff *skb)
{
	return count(skb);
}

SEC("tc")
__success
int hidden(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (task)
		apart(task);
	return 0;
}

//--- argument
#include "bpf_test.h"
#include <bpf/bpf_tracing.h>

KEEP(struct task_struct)

SEC("tp_btf/task_newtask")
__failure __msg("Unreleased reference")
int BPF_PROG(depends, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held = bpf_task_acquire(task); // expected-note {{the reference is from bpf_task_acquire()}}

	if (!held) // expected-note {{on the path where this is false}}
		return 0;
	if (clone_flags & 1) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'held' still held}} expected-note {{release it here}}
	bpf_task_release(held);
	return 0;
}

/* What is no pointer may be 0. */
SEC("tp_btf/cgroup_attach_task")
__failure __msg("Unreleased reference")
int BPF_PROG(flag_not_set, struct cgroup *to, const char *path, struct task_struct *task, bool threadgroup)
{
	struct task_struct *held = bpf_task_acquire(task); // expected-note {{the reference is from bpf_task_acquire()}}

	if (!held) // expected-note {{on the path where this is false}}
		return 0;
	if (threadgroup) // expected-note {{on the path where this is false}}
		bpf_task_release(held);
	return 0; // expected-warning {{the program ends with the reference in 'held' still held}}
}

SEC("tp_btf/cgroup_attach_task")
__success
int BPF_PROG(both_ways, struct cgroup *to, const char *path, struct task_struct *task, bool threadgroup)
{
	struct task_struct *held = bpf_task_acquire(task);

	if (!held)
		return 0;
	if (threadgroup)
		bpf_task_release(held);
	if (!threadgroup)
		bpf_task_release(held);
	return 0;
}

SEC("tp_btf/task_newtask")
__failure __msg("Unreleased reference")
int BPF_PROG(word, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held = bpf_task_acquire(task); // expected-note {{the reference is from bpf_task_acquire()}}

	if (!held) // expected-note {{on the path where this is false}}
		return 0;
	if (!clone_flags) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'held' still held}} expected-note {{release it here}}
	bpf_task_release(held);
	return 0;
}

/* Of a pointer in an object the verifier does not know that it is none. */
SEC("tp_btf/sched_process_exec")
__failure __msg("Unreleased reference")
int BPF_PROG(kernel_thread, struct task_struct *task, pid_t old, struct linux_binprm *bprm)
{
	struct task_struct *held = bpf_task_acquire(task); // expected-note {{the reference is from bpf_task_acquire()}}

	if (!held) // expected-note {{on the path where this is false}}
		return 0;
	if (!task->mm) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'held' still held}} expected-note {{release it here}}
	bpf_task_release(held);
	return 0;
}

/* Unless it trusts it. */
SEC("tp_btf/sched_process_exec")
__success
int BPF_PROG(trusted_field, struct task_struct *task, pid_t old, struct linux_binprm *bprm)
{
	struct task_struct *held = bpf_task_acquire(task);

	if (!held)
		return 0;
	if (!bprm->file)
		return 1;
	bpf_task_release(held);
	return 0;
}

SEC("iter/task")
__failure __msg("Unreleased reference")
int end_of_iteration(struct bpf_iter__task *ctx)
{
	struct task_struct *held = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}

	if (!held) // expected-note {{on the path where this is false}}
		return 0;
	if (!ctx->task) // expected-note {{on the path where this is true}}
		return 0; // expected-warning {{the program ends with the reference in 'held' still held}} expected-note {{release it here}}
	bpf_task_release(held);
	return 0;
}

SEC("iter/task")
__success
int always_there(struct bpf_iter__task *ctx)
{
	struct task_struct *held = bpf_task_from_pid(1);

	if (!held)
		return 0;
	if (!ctx->meta || !ctx->meta->seq)
		return 0;
	bpf_task_release(held);
	return 0;
}

SEC("tc")
__failure __msg("Unreleased reference")
int without_socket(struct __sk_buff *skb)
{
	struct task_struct *held = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}

	if (!held) // expected-note {{on the path where this is false}}
		return 0;
	if (skb->sk) // expected-note {{on the path where this is false}}
		bpf_task_release(held);
	return 0; // expected-warning {{the program ends with the reference in 'held' still held}}
}

SEC("tp_btf/task_newtask")
__success
int BPF_PROG(never_null, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held = bpf_task_from_pid(1);

	if (!held)
		return 0;
	/* The verifier knows that this one is never NULL. */
	if (!task)
		return 1;
	if (clone_flags == 3 && clone_flags == 4)
		return 2;
	bpf_task_release(held);
	return 0;
}

//--- argument-without-cast
#include "bpf_test.h"

KEEP(struct task_struct)

/* As BPF_PROG() is in libbpf 1.5. */
#define PROGRAM(name, first, second) \
name(unsigned long long *ctx); \
static __always_inline int ____##name(unsigned long long *ctx, first, second); \
int name(unsigned long long *ctx) \
{ \
	return ____##name(ctx, (struct task_struct *)ctx[0], ctx[1]); \
} \
static __always_inline int ____##name(unsigned long long *ctx, first, second)

SEC("tp_btf/task_newtask")
__failure __msg("Unreleased reference")
int PROGRAM(as_word, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held = bpf_task_acquire(task); // expected-note {{the reference is from bpf_task_acquire()}}

	if (!held) // expected-note {{on the path where this is false}}
		return 0;
	if (clone_flags) // expected-note {{on the path where this is false}}
		bpf_task_release(held);
	return 0; // expected-warning {{the program ends with the reference in 'held' still held}}
}

SEC("tp_btf/task_newtask")
__failure __msg("Unreleased reference")
int PROGRAM(as_bool, struct task_struct *task, bool flags)
{
	struct task_struct *held = bpf_task_acquire(task); // expected-note {{the reference is from bpf_task_acquire()}}

	if (!held) // expected-note {{on the path where this is false}}
		return 0;
	if (flags) // expected-note {{on the path where this is false}}
		bpf_task_release(held);
	return 0; // expected-warning {{the program ends with the reference in 'held' still held}}
}

//--- hook-argument
// kernel: skip this kernel loads no LSM programs
#include "bpf_test.h"
#include <bpf/bpf_tracing.h>

KEEP(struct task_struct)

/* The arguments of a hook are any numbers, its result is not. */
SEC("lsm/file_permission")
int BPF_PROG(mask_set, struct file *file, int mask, int ret)
{
	struct task_struct *held;

	if (ret)
		return ret;
	held = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}
	if (!held) // expected-note {{on the path where this is false}}
		return 0;
	if (mask & 2) // expected-note {{on the path where this is true}}
		return -1; // expected-warning {{the program ends with the reference in 'held' still held}} expected-note {{release it here}}
	bpf_task_release(held);
	return 0;
}

SEC("lsm/file_permission")
int BPF_PROG(result, struct file *file, int mask, int ret)
{
	struct task_struct *held = bpf_task_from_pid(1);

	if (!held)
		return 0;
	/* No result is positive. */
	if (ret > 0)
		return -1;
	bpf_task_release(held);
	return 0;
}

/* A hook that no table has here. */
SEC("lsm/no_such_hook")
int BPF_PROG(unknown_hook, struct file *file, int mask)
{
	struct task_struct *held = bpf_task_from_pid(1);

	if (!held)
		return 0;
	if (mask == 2)
		return -1;
	bpf_task_release(held);
	return 0;
}

//--- handed-to-a-global-function
#include "bpf_test.h"

#define __arg_trusted __attribute__((btf_decl_tag("arg:trusted")))

KEEP(struct task_struct)

__attribute__((noinline)) int pid_of(struct task_struct *task __arg_trusted)
{
	return task->pid;
}

/* It takes no reference over. */
SEC("tc")
__failure __msg("Unreleased reference")
int kept(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	return pid_of(task); // expected-warning {{the program ends with the reference in 'task' still held}}
}

SEC("tc")
__success
int released(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);
	int pid;

	if (!task)
		return 0;
	pid = pid_of(task);
	bpf_task_release(task);
	return pid;
}

//--- stack-of-the-caller
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct state {
	bool stop;
	int count;
};

/* The verifier knows that it is never set. */
static int visit(int index, struct state *state)
{
	struct task_struct *task = bpf_task_from_pid(index);

	if (!task)
		return 0;
	if (state->stop)
		return 1;
	bpf_task_release(task);
	return 0;
}

SEC("tc")
__success
int loop(struct __sk_buff *skb)
{
	struct state state = {};

	bpf_loop(4, visit, &state, 0);
	return state.count;
}

//--- untrusted-kptr
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
};

ARRAY_MAP(stashes, struct stash);

/* It keeps no reference. */
SEC("tc")
__failure __msg("Unreleased reference")
int kept(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	stash->seen = task;
	return 0; // expected-warning {{the program ends with the reference in 'task' still held}} expected-note {{release it here}}
}

SEC("tc")
__success
int released(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	stash->seen = task;
	bpf_task_release(task);
	return 0;
}

//--- dependent-conditions
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

SEC("tc")
__failure
__msg("Unreleased reference")
int two_words(struct __sk_buff *skb)
{
	u32 len = skb->len, mark = skb->mark;
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	if (len > mark && mark > 100 && len < 200) // expected-note 3 {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure
__msg("Unreleased reference")
int bits(struct __sk_buff *skb)
{
	u32 len = skb->len, mark = skb->mark;
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	if ((len & 1) && (len & 6) == 4 && len < 64) // expected-note 3 {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure
__msg("Unreleased reference")
int negative(struct __sk_buff *skb)
{
	int mark = skb->mark;
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	if (mark < 0) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure
__msg("Unreleased reference")
int sum(struct __sk_buff *skb)
{
	u32 len = skb->len, mark = skb->mark;
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	if (len + 5 > 100 && len < 97) // expected-note 2 {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 0;
}

//--- good-dependent-conditions
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

SEC("tc")
int two_words(struct __sk_buff *skb)
{
	u32 len = skb->len, mark = skb->mark;
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	if (len > mark && mark > 300 && len < 200)
		return 1;
	bpf_task_release(task);
	return 0;
}

SEC("tc")
int bits(struct __sk_buff *skb)
{
	u32 len = skb->len, mark = skb->mark;
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	if ((len & 3) == 2 && len == 5)
		return 1;
	bpf_task_release(task);
	return 0;
}

SEC("tc")
int sum(struct __sk_buff *skb)
{
	u32 len = skb->len, mark = skb->mark;
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	if (len < 90 && len + 5 > 100)
		return 1;
	bpf_task_release(task);
	return 0;
}

//--- condition-of-a-callback
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

static long one(struct bpf_map *map, int *key, struct stash *stash, void *ctx)
{
	struct task_struct *task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the reference is taken from 'task'}}

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	if (*key == 3) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the callback ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 0;
}

static long turn(u32 index, void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(index); // expected-note {{the reference is from bpf_task_from_pid()}}

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	if (index == 3) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the callback ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure
__msg("Unreleased reference")
int each(struct __sk_buff *skb)
{
	bpf_for_each_map_elem(&stashes, one, NULL, 0);
	return 0;
}

SEC("tc")
__failure
__msg("Unreleased reference")
int loop(struct __sk_buff *skb)
{
	bpf_loop(5, turn, NULL, 0);
	return 0;
}

//--- good-condition-of-a-callback
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

static long one(struct bpf_map *map, int *key, struct stash *stash, void *ctx)
{
	struct task_struct *task = bpf_kptr_xchg(&stash->task, NULL);

	if (!task)
		return 0;
	if (*key > 3 && *key < 2)
		return 1;
	bpf_task_release(task);
	return 0;
}

static long turn(u32 index, void *ctx)
{
	struct task_struct *task = NULL;

	if (index > 2)
		task = bpf_task_from_pid(index);
	if (index > 2 && task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
int each(struct __sk_buff *skb)
{
	bpf_for_each_map_elem(&stashes, one, NULL, 0);
	return 0;
}

SEC("tc")
int loop(struct __sk_buff *skb)
{
	bpf_loop(5, turn, NULL, 0);
	return 0;
}

//--- from-a-shared-function
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

static __always_inline struct task_struct *take(struct stash *stash)
{
	return bpf_kptr_xchg(&stash->task, NULL); // expected-note 2 {{the reference is taken from 'task'}}
}

SEC("tc")
__failure
__msg("Unreleased reference")
int first(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = take(stash);
	return task ? 1 : 0; // expected-warning {{the program ends with the reference in 'task' still held}} expected-note {{on the path where this is true}}
}

SEC("tc")
__failure
__msg("Unreleased reference")
int second(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = take(stash);
	if (task) // expected-note {{on the path where this is true}}
		out = task->pid;
	return 0; // expected-warning {{the program ends with the reference in 'task' still held}}
}

SEC("tc")
int third(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = take(stash);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- packet
// Bounds of a packet, one behind the other: the verifier goes both ways at each that reaches further.
#include "bpf_test.h"

#include <bpf/bpf_endian.h>

KEEP(struct cgroup)

struct stash {
	struct cgroup __kptr *group;
};

HASH_MAP(stashes, struct stash);

struct outer {
	char addresses[12];
	u16 kind;
};

struct inner {
	u32 words[5];
};

int out;

static __always_inline int parse(void *data, void *end, u32 *word)
{
	struct outer *outer = data;
	struct inner *inner;

	if ((void *)(outer + 1) > end)
		return -1;
	if (outer->kind != bpf_htons(8))
		return -1;
	inner = (void *)(outer + 1);
	if ((void *)(inner + 1) > end)
		return -1;
	*word = inner->words[3];
	return 0;
}

SEC("tc")
__failure __msg("reference leak")
int behind_a_parser(struct __sk_buff *skb)
{
	u32 key = 0;
	struct stash *stash;
	struct cgroup *group;

	if (parse((void *)(long)skb->data, (void *)(long)skb->data_end, &key))
		return 0;
	stash = bpf_map_lookup_elem(&stashes, &key);
	if (!stash)
		return 0;
	group = bpf_kptr_xchg(&stash->group, NULL); // expected-note {{the reference is taken from 'group'}}
	if (group) // expected-note {{on the path where this is true}}
		out = group->level;
	return 0; // expected-warning {{the program ends with the reference in 'group' still held}}
}

SEC("tc")
__failure __msg("reference leak")
int where_it_ends(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct inner *inner = data + sizeof(struct outer);
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct cgroup *group;

	if (!stash)
		return 0;
	group = bpf_kptr_xchg(&stash->group, NULL); // expected-note {{the reference is taken from 'group'}}
	if (!group) // expected-note {{on the path where this is false}}
		return 0;
	if ((void *)inner > end) // expected-note {{on the path where this is false}}
		goto release;
	if ((void *)(inner + 1) > end) // expected-note {{on the path where this is true}}
		return 0; // expected-warning {{the program ends with the reference in 'group' still held}} expected-note {{release it here}}
	out = inner->words[1];
release:
	bpf_cgroup_release(group);
	return 0;
}

//--- good-packet
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct cgroup)

struct stash {
	struct cgroup __kptr *group;
};

HASH_MAP(stashes, struct stash);

struct outer {
	char addresses[12];
	u16 kind;
};

int out;

SEC("tc")
__success
int released_everywhere(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct outer *outer = data;
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct cgroup *group;

	if (!stash)
		return 0;
	group = bpf_kptr_xchg(&stash->group, NULL);
	if (!group)
		return 0;
	if ((void *)(outer + 1) > end)
		goto release;
	if ((void *)(outer + 2) > end)
		goto release;
	out = outer[1].kind;
release:
	bpf_cgroup_release(group);
	return 0;
}

//--- put-by-its-first-byte
// expected-no-diagnostics
#include "bpf_test.h"

struct entry {
	struct bpf_list_node node;
	long count;
};

KEEP(struct entry)

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head entries __contains(entry, node);
private(A) struct bpf_list_head done __contains(entry, node);

/* The node is where the object begins. */
SEC("tc")
__success
int pushes(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry);

	if (!entry)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&entries, (void *)entry);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("tc")
__success
int moves(struct __sk_buff *skb)
{
	struct bpf_list_node *node;

	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&entries);
	if (node)
		bpf_list_push_front(&done, node);
	bpf_spin_unlock(&lock);
	return 0;
}

//--- what-the-kernel-wrote
#include "bpf_test.h"
#include <bpf/bpf_endian.h>

struct event {
	u32 pid;
	char comm[16];
};

SEC("tc")
__failure __msg("Unreleased reference")
int buffer(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}
	struct event event = {};

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	bpf_probe_read_kernel(&event, sizeof(event), skb);
	if (event.comm[0] == 'a') // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure __msg("Unreleased reference")
int swapped(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	if (bpf_ntohs(skb->protocol) == 0x800) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 0;
}

//--- good-what-the-kernel-wrote
// expected-no-diagnostics
#include "bpf_test.h"

struct event {
	u32 pid;
	char comm[16];
};

/* What the program wrote after it is known to the verifier. */
SEC("tc")
__success
int buffer(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);
	struct event event = {};

	if (!task)
		return 0;
	bpf_probe_read_kernel(&event, sizeof(event), skb);
	event.pid = 3;
	if (event.pid != 3)
		return 1;
	if (event.comm[0] == 'a') {
		bpf_task_release(task);
		return 1;
	}
	if (event.comm[0] == 'a')
		return 2;
	bpf_task_release(task);
	return 0;
}

//--- arithmetic
#include "bpf_test.h"

struct count {
	u64 bytes;
	u64 last;
	u32 id;
};

HASH_MAP(counts, struct count);

SEC("tc")
__failure __msg("Unreleased reference")
int divided(struct __sk_buff *skb)
{
	int key = 0;
	struct count *count = bpf_map_lookup_elem(&counts, &key);
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	if (count && (bpf_ktime_get_ns() - count->last) / 1000 > 30000000000ULL) // expected-note {{on the path where this is true}} expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 0;
}

/* What was stored is read again. */
SEC("tc")
__failure __msg("Unreleased reference")
int stored(struct __sk_buff *skb)
{
	int key = 0;
	struct count *count = bpf_map_lookup_elem(&counts, &key);
	struct task_struct *task;

	if (!count)
		return 0;
	task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	count->bytes += skb->len;
	if (count->bytes > 1000000) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 0;
}

//--- good-arithmetic
// expected-no-diagnostics
#include "bpf_test.h"

struct count {
	u64 bytes;
	u32 id;
	u8 small;
};

HASH_MAP(counts, struct count);

/* No number is like that. */
SEC("tc")
__success
int never(struct __sk_buff *skb)
{
	int key = 0;
	struct count *count = bpf_map_lookup_elem(&counts, &key);
	struct task_struct *task;

	if (!count)
		return 0;
	task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	if (count->small / 2 > 200)
		return 1;
	if ((count->id & 7) * 2 == 5)
		return 2;
	if ((u64)count->id >> 33)
		return 3;
	bpf_task_release(task);
	return 0;
}

//--- fixed-when-loaded
#include "bpf_test.h"

const volatile u32 wanted;
const volatile u64 slow;

SEC("tc")
__failure __msg("Unreleased reference")
int use(struct __sk_buff *skb)
{
	u64 now = bpf_ktime_get_ns();
	struct task_struct *task;

	if (wanted && skb->mark != wanted)
		return 0;
	if (now < slow)
		return 0;
	task = bpf_task_from_pid(1); // expected-note {{the reference is from bpf_task_from_pid()}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	if (skb->len > 9) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with the reference in 'task' still held}} expected-note {{release it here}}
	bpf_task_release(task);
	return 0;
}

//--- good-fixed-when-loaded
// expected-no-diagnostics
#include "bpf_test.h"

const volatile bool leaks;
const volatile u32 limit;

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	if (leaks)
		return 1;
	if (skb->len < limit)
		return 2;
	bpf_task_release(task);
	return 0;
}

//--- node-itself
// expected-no-diagnostics
#include "bpf_test.h"

extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node,
				   void *meta, u64 off) __ksym __weak;

struct item {
	u64 id;
	struct bpf_list_node node;
};

KEEP(struct item)

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(item, node);

/* Lists take the node as it was popped. */
SEC("tc")
__success
int again(struct __sk_buff *skb)
{
	struct bpf_list_node *node;

	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&head);
	if (node)
		bpf_list_push_back_impl(&head, node, NULL, 0);
	bpf_spin_unlock(&lock);
	return 0;
}

//--- container
#include "bpf_test.h"

struct item {
	u64 id;
	struct bpf_list_node node;
};

KEEP(struct item)

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head head __contains(item, node);

u64 out;

SEC("tc")
__failure __msg("Unreleased reference")
int use(struct __sk_buff *skb)
{
	struct bpf_list_node *node;
	struct item *item = NULL;

	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&head); // expected-note {{the reference is from bpf_list_pop_front()}}
	if (node) // expected-note {{on the path where this is true}}
		item = container_of(node, struct item, node);
	bpf_spin_unlock(&lock);
	if (!item)
		return 0;
	out += item->id;
	return 0; // expected-warning {{still held}}
}
