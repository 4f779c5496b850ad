// The test of rule field-twice: a map value has one lock, one timer, and so on.

//--- locks
#include "bpf_test.h"

struct pair {
	struct bpf_spin_lock reader;
	struct bpf_spin_lock writer;
	// expected-warning@-1 {{'writer' is a bpf_spin_lock beside another one, and the kernel allows one in a value: the kernel refuses the BTF of the whole object (E2BIG), and no map has special fields}}
	// expected-note@-2 {{move 'writer' to the value of another map}}
	long count;
};

ARRAY_MAP(pairs, struct pair);
// expected-note@-1 {{the value of map 'pairs' holds it}}
// expected-note@-2 {{map 'pairs' loses 'reader' (a bpf_spin_lock), too}}

SEC("tc")
__failure __msg("map 'pairs' has to have BTF in order to use bpf_spin_lock")
int count(struct __sk_buff *skb)
{
	int key = 0;
	struct pair *pair = bpf_map_lookup_elem(&pairs, &key);

	if (!pair)
		return 0;
	bpf_spin_lock(&pair->writer);
	pair->count++;
	bpf_spin_unlock(&pair->writer);
	return 0;
}

// kernel: btf E2BIG

//--- timers
#include "bpf_test.h"

KEEP(struct task_struct)

struct alarm {
	struct bpf_timer soon, late;
	// expected-warning@-1 {{'late' is a bpf_timer beside another one, and the kernel allows one in a value: every special field of map 'alarms' is plain memory}}
	// expected-note@-2 {{move 'late' to the value of another map}}
};

struct job {
	struct bpf_wq first;
	struct bpf_timer timer;
	struct bpf_wq second;
	// expected-warning@-1 {{'second' is a bpf_wq beside another one, and the kernel allows one in a value: every special field of map 'jobs' is plain memory}}
	// expected-note@-2 {{move 'second' to the value of another map}}
};

HASH_MAP(alarms, struct alarm);
// expected-note@-1 {{the value of map 'alarms' holds it}}
// expected-note@-2 {{map 'alarms' loses 'soon' (a bpf_timer), too}}
HASH_MAP(jobs, struct job);
// expected-note@-1 {{the value of map 'jobs' holds it}}
// expected-note@-2 {{map 'jobs' loses 'first' (a bpf_wq), 'timer' (a bpf_timer), too}}

SEC("tc")
__failure __msg("has no valid bpf_timer")
int start(struct __sk_buff *skb)
{
	int key = 0;
	struct alarm *alarm = bpf_map_lookup_elem(&alarms, &key);

	return alarm ? bpf_timer_init(&alarm->late, &alarms, 1) : 0;
}

// kernel: map alarms record none
// kernel: map jobs record none

//--- in-one-section
#include "bpf_test.h"

/* Globals of one section are one map value. */
private(LOCKS) struct bpf_spin_lock first;
private(LOCKS) struct bpf_spin_lock second;
// expected-warning@-1 {{'second' is a bpf_spin_lock beside another one, and the kernel allows one in a value: every special field of section '.data.LOCKS' is plain memory}}
// expected-note@-2 {{move 'second' to another section}}
// expected-note@-3 {{section '.data.LOCKS' loses 'first' (a bpf_spin_lock), too}}
private(OTHER) struct bpf_spin_lock third;

SEC("tc")
__failure __msg("has no valid bpf_spin_lock")
int use(struct __sk_buff *skb)
{
	bpf_spin_lock(&first);
	bpf_spin_unlock(&first);
	bpf_spin_lock(&second);
	bpf_spin_unlock(&second);
	return 0;
}

SEC("tc")
int use_third(struct __sk_buff *skb)
{
	bpf_spin_lock(&third);
	bpf_spin_unlock(&third);
	return 0;
}

// kernel: map .data.LOCKS record none

//--- nested-lock kernel=7.2
#include "bpf_test.h"

struct guard {
	struct bpf_spin_lock lock;
	// expected-warning@-1 {{'lock' is a bpf_spin_lock beside another one, and the kernel allows one in a value: the kernel refuses the BTF of the whole object (E2BIG), and no map has special fields}}
	// expected-note@-2 {{move 'lock' to the value of another map}}
};

struct pair {
	struct bpf_spin_lock lock;
	struct guard guard;
};

HASH_MAP(pairs, struct pair);
// expected-note@-1 {{the value of map 'pairs' holds it}}
// expected-note@-2 {{map 'pairs' loses 'lock' (a bpf_spin_lock), too}}

//--- nested-lock-before kernel=6.12-7.1
// expected-no-diagnostics
#include "bpf_test.h"

/* These kernels count on each level of nesting by itself. */
struct guard {
	struct bpf_spin_lock lock;
};

struct pair {
	struct bpf_spin_lock lock;
	struct guard guard;
};

HASH_MAP(pairs, struct pair);

//--- same-level-of-nesting kernel=6.12-7.1
#include "bpf_test.h"

struct guard {
	struct bpf_timer timer;
};

struct pair {
	struct guard one;
	struct guard other;
	struct {
		struct bpf_timer a;
		struct bpf_timer b;
		// expected-warning@-1 {{'b' is a bpf_timer beside another one, and the kernel allows one in a value: every special field of map 'pairs' is plain memory}}
		// expected-note@-2 {{move 'b' to the value of another map}}
	} deep;
};

HASH_MAP(pairs, struct pair);
// expected-note@-1 {{the value of map 'pairs' holds it}}
// expected-note@-2 {{map 'pairs' loses 'one.timer' (a bpf_timer), 'other.timer' (a bpf_timer), 'deep.a' (a bpf_timer), too}}

// kernel: map pairs record none

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct guard {
	struct bpf_spin_lock lock;
	struct bpf_timer timer;
	struct bpf_wq work;
};

/* A second count is strange, and no mistake to the kernel. */
struct item {
	struct bpf_list_node node;
	struct bpf_refcount ref;
	struct bpf_refcount again;
	long number;
};

KEEP(struct item)

/* Lists and kptrs may be many. */
struct lists {
	struct bpf_spin_lock lock;
	struct bpf_list_head first __contains(item, node);
	struct bpf_list_head second __contains(item, node);
	struct bpf_list_head row[2] __contains(item, node);
};

ARRAY_MAP(guards, struct guard);
HASH_MAP(more_guards, struct guard);
HASH_MAP(lists, struct lists);
private(A) struct bpf_spin_lock a;
private(B) struct bpf_spin_lock b;
