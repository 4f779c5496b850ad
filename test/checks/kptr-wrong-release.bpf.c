// The test of rule kptr-wrong-release: each type has its own release function.

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
__msg("expected pointer to STRUCT cgroup but R1 has a pointer to STRUCT task_struct")
int as_cgroup(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the pointer is taken from 'task'}}
	if (task) // expected-note {{on the path where this is true}}
		bpf_cgroup_release((void *)task); // expected-warning {{'task' points to struct 'task_struct', which bpf_cgroup_release() does not release}} expected-note {{release it with bpf_task_release()}}
	return 0;
}

SEC("tc")
__failure
__msg("arg#0 expected pointer to allocated object")
int as_object(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the pointer is taken from 'task'}}
	if (task) // expected-note {{on the path where this is true}}
		bpf_obj_drop(task); // expected-warning {{'task' points to struct 'task_struct', which bpf_obj_drop() does not release}} expected-note {{release it with bpf_task_release()}}
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

SEC("tc")
__success
int taken(struct __sk_buff *skb)
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

struct object {
	long number;
};

SEC("tc")
__success
int own_object(struct __sk_buff *skb)
{
	struct object *object = bpf_obj_new(struct object);

	if (object)
		bpf_obj_drop(object);
	return 0;
}

//--- per-cpu
#include "bpf_test.h"

struct counter {
	long number;
	long other;
};

KEEP(struct counter)

struct stash {
	struct counter __percpu_kptr *counter;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("expected for bpf_percpu_obj_drop_impl()")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	void *counter;

	if (!stash)
		return 0;
	counter = bpf_kptr_xchg(&stash->counter, NULL);
	if (counter)
		bpf_obj_drop(counter); // expected-warning {{this is a per-CPU object of struct 'counter', which bpf_obj_drop_impl() does not release}}
	return 0;
}

//--- plain
#include "bpf_test.h"

struct counter {
	long number;
	long other;
};

KEEP(struct counter)

struct stash {
	struct counter __percpu_kptr *counter;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("expected for bpf_obj_drop_impl()")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct counter *counter;

	if (!stash)
		return 0;
	counter = bpf_obj_new(struct counter);
	if (counter)
		bpf_percpu_obj_drop(counter); // expected-warning {{this is a plain object of struct 'counter', which bpf_percpu_obj_drop_impl() does not release}}
	return 0;
}

//--- into
#include "bpf_test.h"

struct counter {
	long number;
	long other;
};

KEEP(struct counter)

struct stash {
	struct counter __percpu_kptr *counter;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("must have zero offset")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct counter *counter;

	if (!stash)
		return 0;
	counter = bpf_obj_new(struct counter);
	if (counter)
		bpf_obj_drop(&counter->other); // expected-warning {{this points into struct 'counter', and bpf_obj_drop_impl() releases what begins where it is pointed to}}
	return 0;
}

//--- good-per-cpu
// expected-no-diagnostics
#include "bpf_test.h"

struct counter {
	long number;
	long other;
};

KEEP(struct counter)

struct stash {
	struct counter __percpu_kptr *counter;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	void *counter;

	if (!stash)
		return 0;
	counter = bpf_kptr_xchg(&stash->counter, NULL);
	if (counter)
		bpf_percpu_obj_drop(counter);
	return 0;
}

//--- good-swapped
// expected-no-diagnostics
#include "bpf_test.h"

struct counters {
	long packets;
};

struct stash {
	struct counters __percpu_kptr *counters;
	struct counters __kptr *plain;
};

KEEP(struct counters)
HASH_MAP(stashes, struct stash);

static struct counters __percpu_kptr *swap(struct counters __percpu_kptr **at,
					   struct counters __percpu_kptr *with)
{
	return bpf_kptr_xchg(at, with);
}

SEC("tc")
__success
int right(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct counters __percpu_kptr *counters;
	struct counters *plain;

	if (!stash)
		return 0;
	counters = bpf_percpu_obj_new(struct counters);
	if (!counters)
		return 0;
	counters = swap(&stash->counters, counters);
	if (counters)
		bpf_percpu_obj_drop(counters);
	plain = bpf_kptr_xchg(&stash->plain, NULL);
	if (plain)
		bpf_obj_drop(plain);
	return 0;
}

//--- percpu-of-kernel
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __percpu_kptr *task; // advisory-warning {{per-CPU kptr 'task' points to kernel struct 'task_struct'}}
	// expected-note@-1 {{point to a struct of the program's own}}
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}

/* The verifier takes what comes out for a plain reference. */
SEC("tc")
__success
int take(struct __sk_buff *skb)
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
