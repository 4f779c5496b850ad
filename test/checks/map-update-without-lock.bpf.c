// The test of rule map-update-without-lock: BPF_F_LOCK where the value has no lock. Such programs load;
// the updates returned -EINVAL when they were run.

//--- array
#include "bpf_test.h"

struct count {
	long n;
};

ARRAY_MAP(counts, struct count);

// kernel: clean

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	struct count zero = {};
	int key = 0;

	return bpf_map_update_elem(&counts, &key, &zero, BPF_F_LOCK); // advisory-warning {{bpf_map_update_elem() always fails with EINVAL: BPF_F_LOCK wants a bpf_spin_lock in the value of map 'counts', which has none}} advisory-note {{drop the flag, or put a lock into the value}}
}

//--- with-another-flag
#include "bpf_test.h"

/* The lock that a res_spin_lock is does not count. */
struct count {
	struct bpf_res_spin_lock lock;
	long n;
};

HASH_MAP(counts, struct count);

// kernel: clean

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	struct count zero = {};
	int key = 0;

	bpf_map_update_elem(&counts, &key, &zero, BPF_NOEXIST | BPF_F_LOCK); // advisory-warning {{bpf_map_update_elem() always fails with EINVAL}} advisory-note {{drop the flag, or put a lock into the value}}
	return 0;
}

//--- queue
#include "bpf_test.h"

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__type(value, long);
} events SEC(".maps");

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	long event = 1;

	return bpf_map_push_elem(&events, &event, BPF_F_LOCK); // advisory-warning {{bpf_map_push_elem() always fails with EINVAL: BPF_F_LOCK wants a bpf_spin_lock in the value of map 'events', which has none}} advisory-note {{drop the flag}}
}

//--- locked
// expected-no-diagnostics
#include "bpf_test.h"

struct count {
	struct bpf_spin_lock lock;
	long n;
};

HASH_MAP(counts, struct count);

// kernel: clean

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	struct count zero = {};
	int key = 0;

	return bpf_map_update_elem(&counts, &key, &zero, BPF_F_LOCK);
}

//--- other-flags
// expected-no-diagnostics
#include "bpf_test.h"

struct count {
	long n;
};

HASH_MAP(counts, struct count);

// kernel: clean

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	struct count zero = {};
	int key = 0;

	bpf_map_update_elem(&counts, &key, &zero, BPF_EXIST);
	return bpf_map_update_elem(&counts, &key, &zero, skb->len); /* nobody knows */
}

//--- lost-lock
#include "bpf_test.h"

typedef struct bpf_spin_lock lock_t;

struct count {
	lock_t lock; // expected-warning {{'lock' is a bpf_spin_lock behind typedef 'lock_t'}}
	long n;
};

HASH_MAP(counts, struct count); // expected-note {{the value of map 'counts' holds it}}

// kernel: map counts record none

/* The finding about the lock is enough. */
SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	struct count zero = {};
	int key = 0;

	return bpf_map_update_elem(&counts, &key, &zero, BPF_F_LOCK);
}
