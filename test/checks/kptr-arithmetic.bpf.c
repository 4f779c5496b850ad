// The test of rule kptr-arithmetic: operators that the verifier has for numbers, on pointers.

//--- operators
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

unsigned long out;

SEC("tc")
__failure __msg("R1 bitwise operator &= on pointer prohibited")
int mask(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	out = (unsigned long)task & 7; // expected-warning {{'task' is a pointer to an object, on which '&' is not allowed, cast to a number or not}} expected-note {{use all of it, or a number that the object has}}
	return 0;
}

SEC("tc")
__failure __msg("R1 pointer arithmetic with >>= operator prohibited")
int taken(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the pointer is taken from 'task'}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	out = (unsigned long)task >> 4; // expected-warning {{on which '>>' is not allowed}} expected-note {{use all of it}}
	bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure __msg("null-check it first")
int unchecked(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	out = (unsigned long)stash->seen % 10; // expected-warning {{the pointer loaded from 'seen' is a pointer to an object, on which '%' is not allowed}} expected-note {{use all of it}} expected-note {{the pointer is loaded from 'seen'}}
	return 0;
}

SEC("tc")
__failure __msg("prohibited")
int condition(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	if ((unsigned long)task & 1) // expected-warning {{on which '&' is not allowed}} expected-note {{use all of it}}
		bpf_printk("marked");
	return 0;
}

//--- hash
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count[4];
};

HASH_MAP(stashes, struct stash);

static __always_inline unsigned long hash(unsigned long number)
{
	return number * 0x61C8864680B583EBull >> 58; // expected-warning {{'task' is a pointer to an object, on which '*' is not allowed}} expected-note {{use all of it}}
}

SEC("tc")
__failure __msg("not allowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	key = hash((unsigned long)task);
	bpf_map_delete_elem(&stashes, &key);
	return 0;
}

SEC("tc")
__failure __msg("bitwise operator &= on pointer prohibited")
int index(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	stash->count[(unsigned long)task & 3] = 1; // expected-warning {{on which '&' is not allowed}} expected-note {{use all of it}}
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
	int low;
};

ARRAY_MAP(stashes, struct stash);

unsigned long out;

SEC("tc")
__success
int whole(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;
	unsigned long unused, copy, local[2];

	if (!stash)
		return 0;
	task = stash->task;
	if (!task) {
		out = (unsigned long)task & 7; // always 0
		return 0;
	}
	out = (unsigned long)task;
	out = (unsigned long)task + 8;
	out = (unsigned long)task - (unsigned long)stash->seen;
	stash->low = (int)(long)task;
	out = task->start_time % 1000;
	unused = (unsigned long)task & 7; // the compiler drops it
	copy = unused;
	local[0] = (unsigned long)task & 7;
	return 0;
}

SEC("tc")
__success
int nothing(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (!task)
		return 0;
	out = (unsigned long)task & -1ul;
	bpf_ktime_get_ns();
	out = ((unsigned long)task & 0xf0) & 0x0f;
	bpf_ktime_get_ns();
	out = ((unsigned long)task ^ 5) ^ 5;
	bpf_ktime_get_ns();
	stash->low = (unsigned long)task << 32;
	bpf_ktime_get_ns();
	*(char *)&stash->count[0] = (unsigned long)task % 256;
	bpf_ktime_get_ns();
	out = (unsigned long)task >> 3 == 0; // a comparison with 8
	if ((unsigned long)task >> 12)
		bpf_printk("not in the first page");
	return 0;
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
	if (!task)
		return 0;
	bpf_task_release(task);
	out = (unsigned long)task >> 4; // a number from here on
	return 0;
}

//--- good-lower-half
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	int low;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (!task)
		return 0;
	stash->low = (unsigned long)task >> 4 & 3; // computed from a copy of the lower half
	bpf_task_release(task);
	return 0;
}
