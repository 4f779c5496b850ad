// The test of rule map-type-unfit: which map types can hold which field.

//--- lpm-trie
#include "bpf_test.h"

KEEP(struct task_struct)

struct prefix {
	__u32 length;
	__u32 data;
};

struct stash {
	long count;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE); // expected-warning {{map 'routes' is of type LPM_TRIE, whose values cannot hold a kptr ('task'): the map is refused (EOPNOTSUPP) and libbpf creates it without BTF, so that 'task' is plain memory}}
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4);
	__type(key, struct prefix);
	__type(value, struct stash);
} routes SEC(".maps"); // expected-note {{a map of type HASH can hold it}}

// kernel: map routes EOPNOTSUPP

SEC("tc")
__failure __msg("map 'routes' has to have BTF in order to use bpf_kptr_xchg")
int take(struct __sk_buff *skb)
{
	struct prefix key = { 32, 0 };
	struct stash *stash = bpf_map_lookup_elem(&routes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- good-kptr
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *task;
	struct task_struct __kptr_untrusted *seen;
};

ARRAY_MAP(a, struct stash);
HASH_MAP(b, struct stash);
LRU_HASH_MAP(c, struct stash);
PERCPU_ARRAY_MAP(d, struct stash);
PERCPU_HASH_MAP(e, struct stash);
MAP(f, LRU_PERCPU_HASH, int, struct stash, 4);
TASK_STORAGE_MAP(g, struct stash);
SK_STORAGE_MAP(h, struct stash);
INODE_STORAGE_MAP(i, struct stash);
CGRP_STORAGE_MAP(j, struct stash);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct stash);
} k SEC(".maps");

//--- good-locks-and-timers
// expected-no-diagnostics
#include "bpf_test.h"

struct locked {
	struct bpf_spin_lock lock;
	int value;
};

struct timed {
	struct bpf_timer timer;
	struct bpf_wq work;
};

struct plain {
	long count;
	void *pointer;
};

struct prefix {
	__u32 length;
	__u32 data;
};

ARRAY_MAP(a, struct locked);
HASH_MAP(b, struct locked);
TASK_STORAGE_MAP(c, struct locked);
CGRP_STORAGE_MAP(d, struct locked);
SK_STORAGE_MAP(e, struct locked);
ARRAY_MAP(f, struct timed);
HASH_MAP(g, struct timed);
LRU_HASH_MAP(h, struct timed);
PERCPU_ARRAY_MAP(i, struct plain);

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4);
	__type(key, struct prefix);
	__type(value, struct plain);
} j SEC(".maps");

//--- lock-per-cpu
#include "bpf_test.h"

struct locked {
	struct bpf_spin_lock lock; // expected-note 2 {{'lock' is declared here}}
	int value;
};

#define OWN_MAP(name, kind)                                                              \
	struct {                                                                         \
		__uint(type, BPF_MAP_TYPE_##kind);                                       \
		__uint(max_entries, 4);                                                  \
		__type(key, int);                                                        \
		__type(value, struct locked);                                            \
	} name SEC(".maps")

// expected-note@+1 {{a map of type HASH can hold it}}
OWN_MAP(per_cpu, PERCPU_ARRAY); // expected-warning {{map 'per_cpu' is of type PERCPU_ARRAY, whose values cannot hold a bpf_spin_lock ('lock')}}
// expected-note@+1 {{a map of type HASH can hold it}}
OWN_MAP(lru, LRU_HASH); // expected-warning {{map 'lru' is of type LRU_HASH, whose values cannot hold a bpf_spin_lock ('lock')}}
OWN_MAP(good, HASH);

// kernel: map per_cpu EOPNOTSUPP
// kernel: map lru EOPNOTSUPP

//--- timer-in-storage
#include "bpf_test.h"

KEEP(struct task_struct)

struct value {
	struct task_struct __kptr *task;
	struct bpf_timer timer; // expected-note {{'timer' is declared here}}
};

// expected-note@+1 {{a map of type HASH can hold it}}
TASK_STORAGE_MAP(timers, struct value); // expected-warning {{map 'timers' is of type TASK_STORAGE, whose values cannot hold a bpf_timer ('timer'): the map is refused (EOPNOTSUPP), and the object does not load}}

// kernel: map timers EOPNOTSUPP
// kernel: load EINVAL

//--- one-of-two
#include "bpf_test.h"

KEEP(struct task_struct)

struct value {
	struct task_struct __kptr *task;
	struct {
		struct bpf_wq work; // expected-note {{'work' is declared here}}
	} inner;
};

// expected-note@+1 {{a map of type HASH can hold it}}
PERCPU_HASH_MAP(bad, struct value); // expected-warning {{map 'bad' is of type PERCPU_HASH, whose values cannot hold a bpf_wq ('inner.work')}}
HASH_MAP(good, struct value);

// kernel: map bad EOPNOTSUPP

//--- uptr kernel=6.13-
#include "bpf_test.h"

struct shared {
	int value;
};

KEEP(struct shared)

struct value {
	struct shared __uptr *shared; // expected-note {{'shared' is declared here}}
};

// expected-note@+1 {{a map of type TASK_STORAGE can hold it}}
HASH_MAP(bad, struct value); // expected-warning {{map 'bad' is of type HASH, whose values cannot hold a uptr ('shared')}}

// kernel: map bad EOPNOTSUPP

//--- old-kernel kernel=6.1-6.12
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	// expected-warning@-1 {{tag "kptr" of 'task' makes a kptr that owns nothing up to Linux 6.3, and one that owns what it points to from Linux 6.4 on}}
	// expected-note@-2 {{compile an object for each side: what "kptr" was is "kptr_untrusted" now, and what it is was "kptr_ref"}}
};

// expected-note@+1 {{a map of type HASH can hold it}}
PERCPU_HASH_MAP(bad, struct stash); // expected-warning {{map 'bad' is of type PERCPU_HASH, whose values cannot hold a kptr ('task'): the map is refused (EOPNOTSUPP) and libbpf creates it without BTF, so that 'task' is plain memory (Linux 6.1 to 6.3)}}
PERCPU_ARRAY_MAP(good, struct stash);
