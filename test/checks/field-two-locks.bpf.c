// The test of rule field-two-locks: a bpf_spin_lock and a bpf_res_spin_lock
// exclude one another.

//--- both
#include "bpf_test.h"

struct flow {
	struct bpf_spin_lock lock;
	struct bpf_res_spin_lock other;
	// expected-warning@-1 {{'other' is a bpf_res_spin_lock beside a lock of the other sort, and the kernel allows one lock in a value: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields (Linux 6.15 and later)}}
	// expected-note@-2 {{use one lock for the whole value, or move 'other' elsewhere}}
	long count;
};

ARRAY_MAP(flows, struct flow);
// expected-note@-1 {{the value of map 'flows' holds it}}
// expected-note@-2 {{map 'flows' loses 'lock' (a bpf_spin_lock), too}}

SEC("tc")
__failure __msg("map 'flows' has to have BTF in order to use bpf_spin_lock")
int count(struct __sk_buff *skb)
{
	int key = 0;
	struct flow *flow = bpf_map_lookup_elem(&flows, &key);

	if (!flow)
		return 0;
	bpf_spin_lock(&flow->lock);
	flow->count++;
	bpf_spin_unlock(&flow->lock);
	return 0;
}

// kernel: btf EINVAL

//--- nested
#include "bpf_test.h"

KEEP(struct task_struct)

struct guard {
	long count;
	struct bpf_spin_lock lock;
	// expected-warning@-1 {{'lock' is a bpf_spin_lock beside a lock of the other sort, and the kernel allows one lock in a value: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields (Linux 6.15 and later)}}
	// expected-note@-2 {{use one lock for the whole value, or move 'lock' elsewhere}}
};

struct flow {
	struct bpf_res_spin_lock lock;
	struct task_struct __kptr *task;
	struct guard guard;
};

HASH_MAP(flows, struct flow);
// expected-note@-1 {{the value of map 'flows' holds it}}
// expected-note@-2 {{map 'flows' loses 'lock' (a bpf_res_spin_lock), 'task' (a kptr), too}}

// kernel: btf EINVAL

//--- only-nested
#include "bpf_test.h"

/* No direct member makes the kernel look at the struct when BTF is loaded. */
struct flow {
	struct {
		struct bpf_res_spin_lock lock;
	} a;
	struct {
		struct bpf_spin_lock lock;
		// expected-warning@-1 {{'lock' is a bpf_spin_lock beside a lock of the other sort, and the kernel allows one lock in a value: every special field of map 'flows' is plain memory (Linux 6.15 and later)}}
		// expected-note@-2 {{use one lock for the whole value, or move 'lock' elsewhere}}
	} b;
};

HASH_MAP(flows, struct flow);
// expected-note@-1 {{the value of map 'flows' holds it}}
// expected-note@-2 {{map 'flows' loses 'a.lock' (a bpf_res_spin_lock), too}}

// kernel: map flows record none

//--- in-one-section
#include "bpf_test.h"

private(LOCKS) struct bpf_spin_lock first;
private(LOCKS) struct bpf_res_spin_lock second;
// expected-warning@-1 {{'second' is a bpf_res_spin_lock beside a lock of the other sort, and the kernel allows one lock in a value: every special field of section '.data.LOCKS' is plain memory (Linux 6.15 and later)}}
// expected-note@-2 {{use one lock for the whole value, or move 'second' elsewhere}}
// expected-note@-3 {{section '.data.LOCKS' loses 'first' (a bpf_spin_lock), too}}

SEC("tc")
__failure __msg("has no valid bpf_spin_lock")
int use(struct __sk_buff *skb)
{
	bpf_spin_lock(&first);
	bpf_spin_unlock(&first);
	if (bpf_res_spin_lock(&second))
		return 0;
	bpf_res_spin_unlock(&second);
	return 0;
}

// kernel: map .data.LOCKS record none

//--- before-res-spin-lock kernel=6.12-6.14
// expected-no-diagnostics
#include "bpf_test.h"

/* To these kernels a bpf_res_spin_lock is any struct. */
struct flow {
	struct bpf_spin_lock lock;
	struct bpf_res_spin_lock other;
};

HASH_MAP(flows, struct flow);

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct flow {
	struct bpf_spin_lock lock;
	long count;
};

struct other {
	struct bpf_res_spin_lock lock;
	long count;
};


HASH_MAP(flows, struct flow);
HASH_MAP(others, struct other);
private(A) struct bpf_spin_lock first;
private(B) struct bpf_res_spin_lock second;

SEC("tc")
int use(struct __sk_buff *skb)
{
	bpf_spin_lock(&first);
	bpf_spin_unlock(&first);
	if (bpf_res_spin_lock(&second))
		return 0;
	bpf_res_spin_unlock(&second);
	return 0;
}
