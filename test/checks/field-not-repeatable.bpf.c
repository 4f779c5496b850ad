// The test of rule field-not-repeatable: the kernel allows arrays of kptrs,
// list heads and tree roots, and of no other special field.

//--- array-of-locks
#include "bpf_test.h"

struct flow {
	long count[4];
	struct bpf_spin_lock lock[4];
	// expected-warning@-1 {{'lock' is an array with a bpf_spin_lock in each element, and the kernel allows one in a value: the field is plain memory}}
	// expected-note@-2 {{use one for the whole value, or a map entry for each element}}
};

ARRAY_MAP(flows, struct flow);
// expected-note@-1 {{the value of map 'flows' holds it}}

SEC("tc")
__failure __msg("has no valid bpf_spin_lock")
int count(struct __sk_buff *skb)
{
	int key = 0;
	struct flow *flow = bpf_map_lookup_elem(&flows, &key);

	if (!flow)
		return 0;
	bpf_spin_lock(&flow->lock[1]);
	flow->count[1]++;
	bpf_spin_unlock(&flow->lock[1]);
	return 0;
}

// kernel: map flows record none

//--- array-of-structs
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	struct task_struct __kptr *task;
	struct bpf_timer timer;
};

struct stash {
	struct slot slot[3];
	// expected-warning@-1 {{'slot' is an array with a bpf_timer in each element, 'slot.timer', and the kernel allows one in a value: every special field of map 'stashes' is plain memory}}
	// expected-note@-2 {{use one for the whole value, or a map entry for each element}}
};

struct deep {
	struct {
		struct {
			struct bpf_wq work;
		} inner;
	} row[2][2];
	// expected-warning@-1 {{'row' is an array with a bpf_wq in each element, 'row.inner.work', and the kernel allows one in a value: every special field of map 'deeps' is plain memory}}
	// expected-note@-2 {{use one for the whole value, or a map entry for each element}}
	struct task_struct __kptr *task;
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'slot[0].task' (a kptr), 'slot[0].timer' (a bpf_timer), too}}
LRU_HASH_MAP(deeps, struct deep);
// expected-note@-1 {{the value of map 'deeps' holds it}}
// expected-note@-2 {{map 'deeps' loses 'row[0].inner.work' (a bpf_wq), 'task' (a kptr), too}}

SEC("tc")
__failure __msg("R1 has no valid kptr")
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct deep *deep = bpf_map_lookup_elem(&deeps, &key);
	struct task_struct *task;

	if (!deep)
		return 0;
	task = bpf_kptr_xchg(&deep->task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

// kernel: map deeps record none
// kernel: map stashes record none

//--- global-array
#include "bpf_test.h"

KEEP(struct task_struct)

private(LOCKS) struct bpf_spin_lock locks[2];
// expected-warning@-1 {{'locks' is an array with a bpf_spin_lock in each element, and the kernel allows one in a value: every special field of section '.data.LOCKS' is plain memory}}
// expected-note@-2 {{use one for the whole value, or a map entry for each element}}
// expected-note@-3 {{section '.data.LOCKS' loses 'task' (a kptr), too}}
private(LOCKS) struct task_struct __kptr *task;

SEC("tc")
__failure __msg("R1 has no valid kptr")
int take(struct __sk_buff *skb)
{
	struct task_struct *old = bpf_kptr_xchg(&task, NULL);

	if (old)
		bpf_task_release(old);
	return !&locks;
}

// kernel: map .data.LOCKS record none

//--- beside-a-kptr
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct bpf_spin_lock lock[2];
	// expected-warning@-1 {{'lock' is an array with a bpf_spin_lock in each element, and the kernel allows one in a value: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{use one for the whole value, or a map entry for each element}}
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'task' (a kptr), too}}

// kernel: btf EINVAL

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	struct task_struct __kptr *task;
	struct task_struct __kptr_untrusted *seen;
	long number;
};

struct stash {
	struct bpf_spin_lock lock;
	struct bpf_timer one[1];
	struct {
		struct bpf_wq work;
	} single[1][1];
	struct slot slot[2][2];
};

HASH_MAP(stashes, struct stash);

struct item {
	struct bpf_list_node node;
};

KEEP(struct item)

struct list {
	struct bpf_list_head head __contains(item, node);
};

struct lists {
	struct bpf_spin_lock lock;
	struct bpf_list_head row[2] __contains(item, node);
};

HASH_MAP(lists, struct lists);
