// The test of rule kptr-pointer-to-kptr: the tag marks the innermost pointer,
// and the field is the outermost.

//--- two-stars
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr **task;
	// expected-warning@-1 {{'task' is a pointer to a kptr, which is no kptr itself: the field is plain memory}}
	// expected-note@-2 {{use one '*' to keep the object itself in the map}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

NO_KPTR(stashes, task, "R1 has no valid kptr")

// kernel: field stashes.task plain

//--- arrays-and-qualifiers
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr **rows[2];
	// expected-warning@-1 {{'rows' is a pointer to a kptr, which is no kptr itself: the field is plain memory}}
	// expected-note@-2 {{use one '*' to keep the object itself in the map}}
	struct task_struct __kptr *const *constant;
	// expected-warning@-1 {{'constant' is a pointer to a kptr, which is no kptr itself: the field is plain memory}}
	// expected-note@-2 {{use one '*' to keep the object itself in the map}}
	struct task_struct __kptr_untrusted **seen;
	// expected-warning@-1 {{'seen' is a pointer to a kptr, which is no kptr itself: the field is plain memory}}
	// expected-note@-2 {{use one '*' to keep the object itself in the map}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}
// expected-note@-3 {{the value of map 'stashes' holds it}}

// kernel: field stashes.rows[0] plain
// kernel: field stashes.rows[1] plain
// kernel: field stashes.constant plain
// kernel: field stashes.seen plain

//--- beside-a-kptr
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr **slot;
	// expected-warning@-1 {{'slot' is a pointer to a kptr, which is no kptr itself: the field is plain memory}}
	// expected-note@-2 {{use one '*' to keep the object itself in the map}}
};

HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.slot plain

//--- pointer-to-an-array
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *(*tasks)[4];
	// expected-warning@-1 {{'tasks' is a pointer to a kptr, which is no kptr itself: the field is plain memory}}
	// expected-note@-2 {{use one '*' to keep the object itself in the map}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.tasks plain

//--- in-a-section
#include "bpf_test.h"

KEEP(struct bpf_cpumask)

private(A) struct bpf_cpumask __kptr **mask;
// expected-warning@-1 {{'mask' is a pointer to a kptr, which is no kptr itself: the field is plain memory}}
// expected-note@-2 {{use one '*' to keep the object itself in the map}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	return !mask;
}

// kernel: field .data.A.mask plain

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct **untagged;
	struct task_struct __kptr *row[2];
};

ARRAY_MAP(stashes, struct stash);

/* A parameter may well point to a kptr. */
static __always_inline int drop(struct task_struct __kptr **slot)
{
	struct task_struct *old = bpf_kptr_xchg(slot, NULL);

	if (old)
		bpf_task_release(old);
	return 0;
}

SEC("tc")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	return stash ? drop(&stash->task) : 0;
}
