// The test of rule map-without-value-type: of a value given by its size the
// kernel knows no type.

//--- size-of-struct
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(int));
	__uint(value_size, sizeof(struct stash)); // expected-warning {{map 'stashes' gives its value by size, and the kernel never learns of a kptr ('task'): the field is plain memory}}
} stashes SEC(".maps");

// kernel: map stashes record none

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
	struct task_struct *task;
	struct stash *pointer;
};

HASH_MAP(stashes, struct stash);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(int));
	__uint(value_size, sizeof(struct plain));
} sized SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__uint(value_size, 16);
} numbered SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(struct stash));
	__uint(value_size, sizeof(struct stash *));
} of_pointers SEC(".maps");

//--- type-of-key-kept
#include "bpf_test.h"

struct counter {
	struct bpf_spin_lock lock; // expected-note {{'lock' is declared here}}
	int value;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__uint(value_size, sizeof(struct counter)); // expected-warning {{map 'counters' gives its value by size, and the kernel never learns of a bpf_spin_lock ('lock')}}
} counters SEC(".maps");

// kernel: map counters EINVAL
// kernel: map counters record none

SEC("tc")
__failure __msg("map 'counters' has to have BTF in order to use bpf_spin_lock")
int count(struct __sk_buff *skb)
{
	__u32 key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	if (!counter)
		return 0;
	bpf_spin_lock(&counter->lock);
	counter->value++;
	bpf_spin_unlock(&counter->lock);
	return 0;
}

//--- several-spellings
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct {
	long count;
	struct {
		struct task_struct __kptr *task; // expected-note 2 {{'task' is declared here}}
	} inner[2];
} stash_t;

#define SIZED(name, size)                                                                \
	struct {                                                                         \
		__uint(type, BPF_MAP_TYPE_LRU_HASH);                                     \
		__uint(max_entries, 4);                                                  \
		__uint(key_size, sizeof(long));                                          \
		__uint(value_size, size);                                                \
	} name SEC(".maps")

SIZED(first, sizeof(stash_t)); // expected-warning {{map 'first' gives its value by size, and the kernel never learns of a kptr ('inner[0].task')}}
SIZED(second, (sizeof(stash_t))); // expected-warning {{map 'second' gives its value by size}}
SIZED(third, sizeof(int));

// kernel: map first record none
// kernel: map second record none

//--- size-by-arithmetic
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *task;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(int));
	__uint(value_size, sizeof(struct stash) + 0);
} stashes SEC(".maps"); // expected-note {{give the value as '__type(value, ...)'}}

// kernel: map stashes stripped

SEC("tc")
__failure __msg("map 'stashes' has to have BTF in order to use bpf_kptr_xchg")
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-warning {{map 'stashes' has no type for its value, and bpf_kptr_xchg() exchanges kptrs only}}
	if (task)
		bpf_task_release(task);
	return 0;
}
