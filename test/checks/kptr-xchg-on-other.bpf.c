// The test of rule kptr-xchg-on-other: bpf_kptr_xchg() on something that is no kptr.

//--- number
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4]; // expected-note {{'count' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("doesn't point to kptr")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->count[0], NULL); // expected-warning {{'count' is no kptr, and bpf_kptr_xchg() exchanges kptrs only}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- untagged
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R1 has no valid kptr")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-warning {{'task' is no kptr}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- stack
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R1 type=fp expected=")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *old, *task = NULL;

	if (!stash)
		return 0;
	old = bpf_kptr_xchg(&task, NULL); // expected-warning {{'task' is on the stack, and bpf_kptr_xchg() works on kptrs in maps and objects only}}
	if (old)
		bpf_task_release(old);
	return 0;
}

//--- lost-tag
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *__kptr task; // expected-warning {{stands behind the '*'}}
	long count;
};

ARRAY_MAP(stashes, struct stash); // expected-note {{holds it}}

// kernel: field stashes.task plain

SEC("tc")
__failure __msg("R1 has no valid kptr")
int use(struct __sk_buff *skb)
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

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

static struct task_struct __kptr *spare;

static void drop(struct task_struct __kptr **slot)
{
	struct task_struct *task = bpf_kptr_xchg(slot, NULL);

	if (task)
		bpf_task_release(task);
}

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	drop(&stash->task);
	drop(&spare);
	return 0;
}

//--- forwarded
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

static void drop(struct task_struct __kptr **slot)
{
	struct task_struct *old = bpf_kptr_xchg(slot, NULL); // expected-warning {{no kptr begins here, and bpf_kptr_xchg() exchanges kptrs only}}

	if (old)
		bpf_task_release(old);
}

SEC("tc")
__failure __msg("doesn't point to kptr")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	drop((void *)stash->count);
	return 0;
}

//--- behind
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("doesn't point to kptr")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *old;

	if (!stash)
		return 0;
	old = bpf_kptr_xchg((char *)&stash->task + 4, NULL); // expected-warning {{no kptr begins here}}
	if (old)
		bpf_task_release(old);
	return 0;
}

//--- object-member
#include "bpf_test.h"

KEEP(struct task_struct)

struct part {
	long number;
};

struct object {
	struct part __kptr *part;
	struct part __kptr *spare;
	long number; // expected-note {{'number' is declared here}}
};

KEEP(struct part)
KEEP(struct object)

struct stash {
	struct object __kptr *object;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("doesn't point to kptr")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;
	struct part *old;

	if (!stash)
		return 0;
	object = bpf_obj_new(struct object);
	if (!object)
		return 0;
	old = bpf_kptr_xchg(&object->number, NULL); // expected-warning {{'number' is no kptr}}
	if (old)
		bpf_obj_drop(old);
	bpf_obj_drop(object);
	return 0;
}

//--- good-forwarded
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

static void drop(struct task_struct __kptr **slot)
{
	struct task_struct *old = bpf_kptr_xchg(slot, NULL);

	if (old)
		bpf_task_release(old);
}

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	drop(&stash->task);
	return 0;
}

//--- without-type
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 8);
	__uint(max_entries, 4);
} stashes SEC(".maps"); // expected-note {{give the value as '__type(value, ...)'}}

SEC("tc")
__failure __msg("map 'stashes' has to have BTF in order to use bpf_kptr_xchg")
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-warning {{map 'stashes' has no type for its value, and bpf_kptr_xchg() exchanges kptrs only, of which the kernel learns by that type}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- elsewhere
#include "bpf_test.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
__failure __msg("R1 type=ctx expected=map_value, ptr_")
int context(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_kptr_xchg(skb, NULL); // expected-warning {{this is the context of the program, and bpf_kptr_xchg() works on kptrs in maps and objects only}}

	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure __msg("R1 type=ringbuf_mem expected=map_value, ptr_")
int memory(struct __sk_buff *skb)
{
	void *record = bpf_ringbuf_reserve(&events, 8, 0);
	struct task_struct *task;

	if (!record)
		return 0;
	task = bpf_kptr_xchg(record, NULL); // expected-warning {{this is memory from bpf_ringbuf_reserve()}}
	if (task)
		bpf_task_release(task);
	bpf_ringbuf_discard(record, 0);
	return 0;
}
