// The test of rule kptr-store-type: what an untrusted kptr cannot hold.

//--- number
#include "bpf_test.h"

KEEP(struct task_struct)

// A kernel without the fix of 2026 dies of this one.
// kernel[6.13-6.17]: skip the verifier of some kernels crashes
// kernel[6.19]: skip the verifier of some kernels crashes
struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("invalid kptr access")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->seen = (void *)1; // expected-warning {{'seen' gets a number, and the kernel lets it hold NULL or a pointer to struct 'task_struct' only}}
	return 0;
}

//--- stack
#include "bpf_test.h"

KEEP(struct task_struct)

// kernel[6.13-6.17]: skip the verifier of some kernels crashes
// kernel[6.19]: skip the verifier of some kernels crashes
struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("invalid kptr access")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->seen = (void *)&key; // expected-warning {{'seen' gets the address of a variable on the stack}}
	return 0;
}

//--- map-value
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("invalid kptr access")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->seen = (void *)stash; // expected-warning {{'seen' gets the address of a map value}}
	return 0;
}

//--- other-struct
#include "bpf_test.h"

KEEP(struct cgroup)

struct stash {
	struct cgroup __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tp_btf/sys_enter")
__failure __msg("invalid kptr access")
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->seen = (void *)bpf_get_current_task_btf(); // expected-warning {{'seen' gets a pointer to struct 'task_struct', and the kernel lets it hold one to struct 'cgroup' only}}
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
};

ARRAY_MAP(stashes, struct stash);

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	stash->seen = bpf_get_current_task_btf();
	stash->seen = NULL;
	task = stash->task;
	stash->seen = task;
	return 0;
}

//--- number-of-a-call
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("invalid kptr access, R0 type=scalar")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->seen = (void *)bpf_get_current_task(); // expected-warning {{'seen' gets the result of bpf_get_current_task(), a number, and the kernel lets it hold NULL or a pointer to struct 'task_struct' only}}
	return 0;
}

//--- into
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("invalid kptr access")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->seen = (void *)&bpf_get_current_task_btf()->comm; // expected-warning {{'seen' gets a pointer into struct 'task_struct'}}
	return 0;
}

//--- loaded
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct bpf_cpumask)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	struct bpf_cpumask __kptr *mask;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("invalid kptr access")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->seen = (void *)stash->mask; // expected-warning {{'seen' gets a pointer to struct 'bpf_cpumask'}}
	return 0;
}

//--- arithmetic
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("pointer arithmetic on untrusted_ptr_or_null_ prohibited")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->seen++; // expected-warning {{'seen' gets the result of arithmetic}}
	return 0;
}

//--- bytes
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("invalid kptr access")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	__builtin_memset(&stash->seen, 0xff, sizeof(stash->seen)); // expected-warning {{'seen' gets bytes other than 0}}
	return 0;
}

//--- good-member
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->seen = bpf_get_current_task_btf()->group_leader;
	stash->seen = stash->task;
	__builtin_memset(&stash->seen, 0, sizeof(stash->seen));
	return 0;
}

//--- context-number
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("invalid kptr access, R1 type=scalar expected=ptr_task_struct or untrusted_ptr_task_struct")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (stash)
		stash->seen = (void *)(long)skb->len; // expected-warning {{'seen' gets a number, and the kernel lets it hold NULL or a pointer to struct 'task_struct' only}}
	return 0;
}

//--- borrowed-object
#include "bpf_test.h"

struct part {
	long n;
};

KEEP(struct part)

struct stash {
	struct part __kptr_untrusted *seen; // expected-note 2 {{'seen' is declared here}}
	struct part __kptr_untrusted *other;
	struct part __kptr *part;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("invalid kptr access, R1 type=rcu_ptr_ expected=ptr_part or untrusted_ptr_part")
int loaded(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct part *part;

	if (!stash)
		return 0;
	part = stash->part;
	if (part)
		stash->seen = part; // expected-warning {{'seen' gets what was only loaded from 'part', and the kernel lets it hold NULL or an object of the program's own that it has a reference to}}
	return 0;
}

SEC("tc")
__failure __msg("invalid kptr access")
int untrusted(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (stash)
		stash->seen = stash->other; // expected-warning {{'seen' gets what was only loaded from 'other'}}
	return 0;
}

SEC("tc")
__success
int owned(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct part *part = bpf_obj_new(struct part);

	if (!part)
		return 0;
	if (stash)
		stash->seen = part;
	bpf_obj_drop(part);
	return 0;
}

//--- context
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count[4];
	struct task_struct __kptr *task;
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R6 type=ctx expected=ptr_task_struct")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->seen = (void *)skb; // expected-warning {{'seen' gets the context of the program, and the kernel lets it hold NULL or a pointer to struct 'task_struct' only}}
	return 0;
}

//--- memory-and-text
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note 2 {{'seen' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
__failure __msg("type=ringbuf_mem expected=ptr_task_struct")
int memory(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	void *record = bpf_ringbuf_reserve(&events, 8, 0);

	if (!record)
		return 0;
	stash->seen = record; // expected-warning {{'seen' gets memory from bpf_ringbuf_reserve(), and the kernel lets it hold NULL or a pointer to struct 'task_struct' only}}
	bpf_ringbuf_discard(record, 0);
	return 0;
}

SEC("tc")
__failure __msg("type=map_value expected=ptr_task_struct")
int text(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->seen = (void *)"text"; // expected-warning {{'seen' gets a string, and the kernel lets it hold NULL or a pointer to struct 'task_struct' only}}
	return 0;
}

//--- object-of-the-program
#include "bpf_test.h"

KEEP(struct task_struct)

struct part {
	long a;
};

KEEP(struct part)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("type=ptr_part expected=ptr_task_struct")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	void *part = bpf_obj_new(struct part);

	if (!part)
		return 0;
	stash->seen = part; // expected-warning {{'seen' gets a pointer to struct 'part', and the kernel lets it hold one to struct 'task_struct' only}}
	bpf_obj_drop(part);
	return 0;
}
