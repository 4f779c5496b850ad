// The test of rule field-in-struct-typedef: the kernel does not look into a
// struct held by value behind a typedef or qualifier.

//--- typedef
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct {
	long count;
	struct task_struct __kptr *task;
} slot_t;

struct stash {
	long kind;
	slot_t slot; // expected-warning {{'slot.task' is a kptr in a struct behind typedef 'slot_t', and the kernel does not look behind typedefs}} expected-note {{declare 'slot' with the struct itself, which needs a name for that, without typedef and qualifier}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.slot.task plain

SEC("tc")
__failure __msg("R1 has no valid kptr")
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->slot.task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	long count;
	struct task_struct __kptr *task;
};

typedef struct slot slot_t;
typedef struct {
	int low, high;
} range_t;

struct stash {
	struct slot slot;
	struct slot slots[2];
	struct {
		long count;
		struct task_struct __kptr *task;
	};
	typeof(struct slot) by_typeof;
	range_t range;
	const struct iphdr *header;
	slot_t *elsewhere;
};

typedef struct stash stash_t;

ARRAY_MAP(stashes, stash_t);
HASH_MAP(others, const struct stash);

SEC("tc")
__success
int take(struct __sk_buff *skb)
{
	int key = 0;
	stash_t *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->slots[1].task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- qualified
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	struct task_struct __kptr *task;
};

struct stash {
	const struct slot frozen; // expected-warning {{'frozen.task' is a kptr in a 'const' struct, and the kernel does not look behind qualifiers}} expected-note {{declare 'frozen' with the struct itself, without typedef and qualifier}}
	volatile struct slot shared; // expected-warning {{'shared.task' is a kptr in a 'volatile' struct}} expected-note {{declare 'shared' with the struct itself, without typedef and qualifier}}
	struct slot kept;
};

ARRAY_MAP(stashes, struct stash); // expected-note 2 {{the value of map 'stashes' holds it}}

// kernel: map stashes record valid
// kernel: field stashes.frozen.task plain
// kernel: field stashes.shared.task plain

//--- arrays-and-typedefs
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	long kind;
	struct task_struct __kptr *task;
};

typedef struct slot slot_t;
typedef struct slot slots_t[2];
typedef const slot_t const_slot_t;

struct stash {
	slot_t many[3]; // expected-warning {{'many.task' is a kptr in a struct behind typedef 'slot_t'}}
	slots_t pair; // expected-warning {{'pair.task' is a kptr in a struct behind typedef 'slots_t'}} expected-note {{declare 'pair' with the struct itself, without typedef and qualifier}}
	const_slot_t frozen; // expected-warning {{'frozen.task' is a kptr in a struct behind typedef 'const_slot_t'}} expected-note {{declare 'frozen' with the struct itself, without typedef and qualifier}}
};

ARRAY_MAP(stashes, struct stash); // expected-note 3 {{the value of map 'stashes' and of 1 more holds it}}
PERCPU_ARRAY_MAP(others, struct stash);

// kernel: map stashes record none
// kernel: map others record none

//--- lock-in-it
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct {
	struct bpf_spin_lock lock;
	int users;
} guard_t;

struct stash {
	long count;
	guard_t guard; // expected-warning {{'guard.lock' is a bpf_spin_lock in a struct behind typedef 'guard_t'}} expected-note {{declare 'guard' with the struct itself, which needs a name for that, without typedef and qualifier}}
};

HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: map stashes record none

SEC("tc")
__failure __msg("has no valid bpf_spin_lock")
int run(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_spin_lock(&stash->guard.lock);
	stash->guard.users++;
	bpf_spin_unlock(&stash->guard.lock);
	return 0;
}

//--- below-a-struct
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct {
	struct bpf_timer timer;
} alarm_t;

struct middle {
	long count;
	alarm_t alarm; // expected-warning {{'middle.alarm.timer' is a bpf_timer in a struct behind typedef 'alarm_t'}} expected-note {{declare 'alarm' with the struct itself, which needs a name for that, without typedef and qualifier}}
};

struct stash {
	struct middle middle;
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: map stashes record none

SEC("tc")
__failure __msg("has no valid bpf_timer")
int run(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (stash)
		bpf_timer_init(&stash->middle.alarm.timer, &stashes, 1);
	return 0;
}

//--- global
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct {
	struct task_struct __kptr *task;
} slot_t;

private(slot) slot_t slot; // expected-warning {{'slot.task' is a kptr in a struct behind typedef 'slot_t'}} expected-note {{declare 'slot' with the struct itself, which needs a name for that, without typedef and qualifier}}

// kernel: field .data.slot.slot.task plain

SEC("tc")
__failure __msg("R1 has no valid kptr")
int take(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_kptr_xchg(&slot.task, NULL);

	if (task)
		bpf_task_release(task);
	return 0;
}

//--- shields-bitfields
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

/* What is behind a typedef spoils nothing either. */
typedef struct {
	unsigned low : 3, high : 5;
	struct task_struct __attribute__((btf_type_tag("user"))) *foreign;
} raw_t;

struct stash {
	raw_t raw;
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);

//--- named-struct
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct slot {
	long count;
	struct task_struct __kptr *task;
} slot_t;
typedef slot_t *slot_ptr;

struct stash {
	slot_t slot; // expected-warning {{'slot.task' is a kptr in a struct behind typedef 'slot_t'}}
	slot_ptr elsewhere;
	slot_t slots[2]; // expected-warning {{'slots.task' is a kptr in a struct behind typedef 'slot_t'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note 2 {{the value of map 'stashes' holds it}}

// kernel: map stashes record none
