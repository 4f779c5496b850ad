// The test of rule map-without-key-type: a key given by its size costs the
// value its type.

//--- hash
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(int)); // expected-warning {{map 'stashes' gives its key by size beside a value that holds a kptr ('task'): the map is refused (EINVAL) and libbpf creates it without BTF, so that 'task' is plain memory}}
	__type(value, struct stash);
} stashes SEC(".maps");

// kernel[-6.19]: map stashes EINVAL
// kernel[7.2-]: map stashes EINVAL

SEC("tc")
__failure __msg("map 'stashes' has to have BTF in order to use bpf_kptr_xchg")
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

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *task;
};

struct plain {
	long count;
};

HASH_MAP(stashes, struct stash);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(int));
	__uint(value_size, sizeof(struct plain));
} sized SEC(".maps");

//--- nothing-to-lose
// expected-no-diagnostics
// kernel: skip the map is refused and made again without BTF, and nothing is lost
#include "bpf_test.h"

struct plain {
	long count;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(int));
	__type(value, struct plain);
} half_sized SEC(".maps");

//--- array-and-number
#include "bpf_test.h"

struct counter {
	struct bpf_spin_lock lock; // expected-note {{'lock' is declared here}}
	int value;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, 4); // expected-warning {{map 'counters' gives its key by size beside a value that holds a bpf_spin_lock ('lock')}}
	__type(value, struct counter);
} counters SEC(".maps");

// kernel: map counters EINVAL

//--- storage
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(key_size, sizeof(int)); // expected-warning {{map 'stashes' gives its key by size beside a value that holds a kptr ('task'): the map is refused (EINVAL), and the object does not load}}
	__type(value, struct stash);
} stashes SEC(".maps");

// kernel: map stashes EINVAL
// kernel: load EINVAL

//--- big-key
#include "bpf_test.h"

KEEP(struct task_struct)

struct key {
	__u32 addresses[4];
};

struct stash {
	struct bpf_timer timer; // expected-note 2 {{'timer' is declared here}}
};

#define KEYED(name, size)                                                                \
	struct {                                                                         \
		__uint(type, BPF_MAP_TYPE_LRU_HASH);                                     \
		__uint(max_entries, 4);                                                  \
		__uint(key_size, size);                                                  \
		__type(value, struct stash);                                             \
	} name SEC(".maps")

KEYED(first, sizeof(struct key)); // expected-warning {{map 'first' gives its key by size beside a value that holds a bpf_timer ('timer')}}
KEYED(second, 12); // expected-warning {{map 'second' gives its key by size}}

// kernel: map first EINVAL
// kernel: map second EINVAL

//--- some-releases kernel=6.12-7.3
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(int)); // expected-warning {{so that 'task' is plain memory (Linux 6.12 to 6.19, 7.2 and later)}}
	__type(value, struct stash);
} stashes SEC(".maps");

// kernel[-6.19]: map stashes EINVAL
// kernel[7.2-]: map stashes EINVAL
