// The test of rule field-beside-atomic: clang up to 20 makes an _Atomic void,
// and the kernel refuses BTF with such a member.

//--- beside-a-lock compiler=19
#include "bpf_test.h"

struct flow {
	struct bpf_spin_lock lock;
	_Atomic int count;
	// expected-warning@-1 {{'count' is _Atomic, and clang 19 gives it no type in BTF: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{drop _Atomic and use the __atomic builtins, or build with clang 21 or later}}
};

ARRAY_MAP(flows, struct flow); // expected-note {{map 'flows' loses 'lock' (a bpf_spin_lock)}}

SEC("tc")
__failure __msg("map 'flows' has to have BTF in order to use bpf_spin_lock")
int count(struct __sk_buff *skb)
{
	int key = 0;
	struct flow *flow = bpf_map_lookup_elem(&flows, &key);

	if (!flow)
		return 0;
	bpf_spin_lock(&flow->lock);
	bpf_spin_unlock(&flow->lock);
	return 0;
}

// kernel: btf EINVAL

//--- by-typedef-of-14 compiler=14
#include "bpf_test.h"

typedef _Atomic(unsigned int) counter_t;

struct flow {
	struct bpf_timer timer;
	counter_t counts[2][3];
	// expected-warning@-1 {{'counts' is _Atomic, and clang 14 gives it no type in BTF: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{drop _Atomic and use the __atomic builtins, or build with clang 21 or later}}
};

HASH_MAP(flows, struct flow); // expected-note {{map 'flows' loses 'timer' (a bpf_timer)}}

// kernel: btf EINVAL

//--- the-kptr-itself compiler=16
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	_Atomic(struct task_struct __kptr *) task;
	// expected-warning@-1 {{'task' is _Atomic, and clang 16 gives it no type in BTF: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{drop _Atomic and use the __atomic builtins, or build with clang 21 or later}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("has to have BTF in order to use bpf_kptr_xchg")
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *old;

	if (!stash)
		return 0;
	old = bpf_kptr_xchg(&stash->task, NULL);
	if (old)
		bpf_task_release(old);
	return 0;
}

// kernel: btf EINVAL

//--- a-global compiler=19
#include "bpf_test.h"

KEEP(struct task_struct)

static _Atomic int total;
// expected-warning@-1 {{'total' is _Atomic, and clang 19 gives it no type in BTF: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
// expected-note@-2 {{drop _Atomic and use the __atomic builtins, or build with clang 21 or later}}
// expected-note@-3 {{section '.data.TASK' loses 'task' (a kptr)}}
private(TASK) struct task_struct __kptr *task;

SEC("tc")
__failure __msg("has to have BTF in order to use bpf_kptr_xchg")
int take(struct __sk_buff *skb)
{
	struct task_struct *old = bpf_kptr_xchg(&task, NULL);

	if (old)
		bpf_task_release(old);
	asm volatile("" ::"r"(&total));
	return 0;
}

// kernel: btf EINVAL

//--- in-no-map compiler=19
#include "bpf_test.h"

struct counters {
	_Atomic long packets;
	// expected-warning@-1 {{'packets' is _Atomic, and clang 19 gives it no type in BTF: the kernel refuses the BTF of the whole object (EINVAL), without which map 'stashes' cannot be created: the object does not load}}
	// expected-note@-2 {{drop _Atomic and use the __atomic builtins, or build with clang 21 or later}}
};

__attribute__((noinline)) int sum(struct counters *counters)
{
	return counters ? sizeof(*counters) : 0;
}

struct stash {
	long count;
};

/* Local storage is not to be had without BTF. */
TASK_STORAGE_MAP(stashes, struct stash);

SEC("tc")
__failure
int use(struct __sk_buff *skb)
{
	return 0;
}

// kernel: btf EINVAL
// kernel: load EINVAL
// kernel: map stashes EINVAL

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct flow {
	struct bpf_spin_lock lock;
	_Atomic int *where; /* what is pointed to does not matter */
	int count;
};

ARRAY_MAP(flows, struct flow);

SEC("tc")
__success
int count(struct __sk_buff *skb)
{
	int key = 0;
	struct flow *flow = bpf_map_lookup_elem(&flows, &key);

	if (!flow)
		return 0;
	__sync_fetch_and_add(&flow->count, 1);
	bpf_spin_lock(&flow->lock);
	bpf_spin_unlock(&flow->lock);
	return 0;
}

//--- good-nothing-to-lose
// expected-no-diagnostics
#include "bpf_test.h"

/* The kernel refuses this BTF as well, and nobody misses it. */
struct flow {
	_Atomic int count;
};

ARRAY_MAP(flows, struct flow);

// kernel: skip the BTF is refused, and nothing is lost with it

//--- good-later-clang compiler=21
// expected-no-diagnostics
#include "bpf_test.h"

struct flow {
	struct bpf_spin_lock lock;
	_Atomic int count;
};

ARRAY_MAP(flows, struct flow);
