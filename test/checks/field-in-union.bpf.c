// The test of rule field-in-union: the kernel does not look into unions.

//--- kptr
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long kind;
	union { // expected-warning {{'task' is a kptr in a union, and the kernel does not look into unions}}
		struct task_struct __kptr *task; // expected-note {{move 'task' out of the union}}
		long number;
	};
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

SEC("tc")
__failure __msg("R1 has no valid kptr")
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
	struct task_struct __kptr *task;
	union {
		struct task_struct *plain;
		void *any;
		unsigned long number;
		struct {
			unsigned short low, high;
		};
	};
	struct bpf_spin_lock lock;
};

ARRAY_MAP(stashes, struct stash);

/* In no map, and no pointer to a special union is one. */
union elsewhere {
	struct task_struct __kptr *task;
	long number;
};

struct other {
	union elsewhere *where;
	struct task_struct __kptr *task;
};

HASH_MAP(others, struct other);

SEC("tc")
__success
int take(struct __sk_buff *skb)
{
	union elsewhere local = {};
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return local.number;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- named-with-others
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct cgroup)

union target {
	long id;
	struct cgroup __kptr *group; // expected-note {{move 'group' out of the union}}
	struct task_struct __kptr *task;
};

struct stash {
	struct bpf_spin_lock lock;
	struct task_struct __kptr *task;
	union target target; // expected-warning {{'target.group' is a kptr in a union, and the kernel does not look into unions}}
};

HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: map stashes record valid
// kernel: field stashes.target.group plain
// kernel: field stashes.target.task plain

//--- lock-and-timer
#include "bpf_test.h"

struct guarded {
	union { // expected-warning {{'lock' is a bpf_spin_lock in a union, and the kernel does not look into unions}}
		struct bpf_spin_lock lock; // expected-note {{move 'lock' out of the union}}
		int value;
	};
};

struct timed {
	union {
		struct bpf_timer timer; // expected-note {{move 'timer' out of the union}}
		long value;
	} alarm; // expected-warning {{'alarm.timer' is a bpf_timer in a union, and the kernel does not look into unions}}
};

ARRAY_MAP(guards, struct guarded); // expected-note {{the value of map 'guards' holds it}}
ARRAY_MAP(timers, struct timed); // expected-note {{the value of map 'timers' holds it}}

// kernel: map guards record none
// kernel: map timers record none

SEC("tc")
__failure __msg("has no valid bpf_spin_lock")
int run(struct __sk_buff *skb)
{
	int key = 0;
	struct guarded *guarded = bpf_map_lookup_elem(&guards, &key);

	if (!guarded)
		return 0;
	bpf_spin_lock(&guarded->lock);
	bpf_spin_unlock(&guarded->lock);
	return 0;
}

//--- deep
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	int used;
	struct task_struct __kptr *task; // expected-note {{move 'task' out of the union}}
};

struct middle {
	union { // expected-warning {{'middle.slot.task' is a kptr in a union, and the kernel does not look into unions}}
		struct slot slot;
		long raw[2];
	};
};

struct stash {
	struct task_struct __kptr *kept;
	struct middle middle;
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: map stashes record valid
// kernel: field stashes.middle.slot.task plain

//--- array-of-unions
#include "bpf_test.h"

KEEP(struct task_struct)

union slot {
	struct task_struct __kptr_untrusted *task; // expected-note {{move 'task' out of the union}}
	long number;
};

struct stash {
	long count;
	union slot slots[4]; // expected-warning {{'slots.task' is a kptr in a union, and the kernel does not look into unions}}
};

LRU_HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' and of 1 more holds it}}
HASH_MAP(others, struct stash);

// kernel: map stashes record none
// kernel: map others record none

//--- typedef-of-union
#include "bpf_test.h"

KEEP(struct task_struct)

typedef union {
	struct task_struct __kptr *task; // expected-note {{move 'task' out of the union}}
	long number;
} slot_t;

struct stash {
	slot_t slot; // expected-warning {{'slot.task' is a kptr in a union, and the kernel does not look into unions}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: map stashes record none

//--- global
#include "bpf_test.h"

KEEP(struct task_struct)

static union {
	struct task_struct __kptr *task; // expected-note {{move 'task' out of the union}}
	long number;
} slot; // expected-warning {{'slot.task' is a kptr in a union, and the kernel does not look into unions}}
static struct task_struct __kptr *kept;

// kernel: field .bss.slot.task plain

SEC("tc")
__failure __msg("doesn't point to kptr")
int take(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_kptr_xchg(&kept, NULL);

	if (task)
		bpf_task_release(task);
	task = bpf_kptr_xchg(&slot.task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- bad-pointer-in-union
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

/* What is in a union spoils nothing either. */
struct stash {
	struct task_struct __kptr *task;
	union {
		struct task_struct __attribute__((btf_type_tag("user"))) *foreign;
		struct {
			unsigned low : 3, high : 5;
		};
		long number;
	};
};

ARRAY_MAP(stashes, struct stash);

//--- at-any-offset
#include "bpf_test.h"

struct counter {
	int value;
	union { // expected-warning {{'lock' is a bpf_spin_lock in a union}}
		struct bpf_spin_lock lock; // expected-note {{move 'lock' out of the union}}
		int number;
	};
};

ARRAY_MAP(counters, struct counter); // expected-note {{the value of map 'counters' holds it}}

// kernel: map counters record none

//--- one-finding-for-all-kernels kernel=6.1-
#include "bpf_test.h"

KEEP(struct prog_test_ref_kfunc)

struct stash {
	long kind;
	union { // expected-warning {{'object' is a kptr in a union, and the kernel does not look into unions: the field is plain memory}}
		struct prog_test_ref_kfunc __kptr *object; // expected-note {{move 'object' out of the union}}
		long number;
	};
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: map stashes record none
