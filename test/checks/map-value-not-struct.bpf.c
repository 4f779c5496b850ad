// The test of rule map-value-not-struct: special fields are looked for among
// the members of a struct.

//--- pointer
#include "bpf_test.h"

KEEP(struct task_struct)

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct task_struct __kptr *); // expected-warning {{the value of map 'tasks' is itself a kptr, and the kernel looks for such fields among the members of a struct only}}
} tasks SEC(".maps"); // expected-note {{make the value a struct with such a member}}

// kernel: map tasks record none

SEC("tc")
__failure __msg("R1 has no valid kptr")
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct task_struct **slot = bpf_map_lookup_elem(&tasks, &key);
	struct task_struct *task;

	if (!slot)
		return 0;
	task = bpf_kptr_xchg(slot, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct value {
	struct task_struct __kptr *task;
};

typedef struct value value_t;

struct holder {
	struct value *values;
};

union plain {
	long number;
	void *any;
};

ARRAY_MAP(first, struct value);
ARRAY_MAP(second, value_t);
ARRAY_MAP(third, const value_t);
ARRAY_MAP(fourth, struct task_struct *);
ARRAY_MAP(fifth, union plain);
ARRAY_MAP(sixth, long);
ARRAY_MAP(seventh, struct holder);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct { struct task_struct __kptr *task; });
} unnamed SEC(".maps");

//--- union-and-array
#include "bpf_test.h"

KEEP(struct task_struct)

struct value {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

union either {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long number;
};

typedef struct value pair_t[2];

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, union either); // expected-warning {{the value of map 'unions' holds a kptr, and the kernel looks for such fields among the members of a struct only}}
} unions SEC(".maps"); // expected-note {{make the value a struct with such a member}}

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, pair_t); // expected-warning {{the value of map 'pairs' holds a kptr}}
} pairs SEC(".maps"); // expected-note {{make the value a struct with such a member}}

// kernel: map unions record none
// kernel: map pairs record none

//--- lock-itself
#include "bpf_test.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct bpf_spin_lock); // expected-warning {{the value of map 'locks' is itself a bpf_spin_lock, and the kernel looks for such fields among the members of a struct only}}
} locks SEC(".maps"); // expected-note {{make the value a struct with such a member}}

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct bpf_timer); // expected-warning {{the value of map 'timers' is itself a bpf_timer}}
} timers SEC(".maps"); // expected-note {{make the value a struct with such a member}}

// kernel: map locks record none
// kernel: map timers record none

SEC("tc")
__failure __msg("has no valid bpf_spin_lock")
int run(struct __sk_buff *skb)
{
	int key = 0;
	struct bpf_spin_lock *lock = bpf_map_lookup_elem(&locks, &key);

	if (!lock)
		return 0;
	bpf_spin_lock(lock);
	bpf_spin_unlock(lock);
	return 0;
}

//--- by-macro
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct __kptr_untrusted *seen_t;

// expected-warning@+2 {{the value of map 'tasks' is itself a kptr}}
// expected-note@+1 {{make the value a struct with such a member}}
HASH_MAP(tasks, seen_t);

// kernel: map tasks record none
