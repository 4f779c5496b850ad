// The test of rule field-misaligned: the kernel passes over a special field
// that is not at a multiple of its alignment.

//--- packed-kptr
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	int id;
	struct task_struct __kptr *task;
	// expected-warning@-1 {{'task' is a kptr, which has to be at a multiple of 8 bytes and is not: the kernel refuses the BTF of the whole object (EFAULT), and no map has special fields}}
	// expected-note@-2 {{reorder the members, or drop 'packed'}}
} __attribute__((packed));

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}

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

// kernel: btf EFAULT

//--- others-survive
#include "bpf_test.h"

KEEP(struct task_struct)

struct __attribute__((packed)) stash {
	struct task_struct __kptr *first;
	int id;
	struct task_struct __kptr *second;
	// expected-warning@-1 {{'second' is a kptr, which has to be at a multiple of 8 bytes and is not: the field is plain memory}}
	// expected-note@-2 {{reorder the members, or drop 'packed'}}
	u32 : 32;
	struct bpf_spin_lock lock;
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}

// kernel: field stashes.second plain

//--- lock
#include "bpf_test.h"

struct locked {
	u8 kind;
	struct bpf_spin_lock lock;
	// expected-warning@-1 {{'lock' is a bpf_spin_lock, which has to be at a multiple of 4 bytes and is not: the kernel refuses the BTF of the whole object (EFAULT), and no map has special fields}}
	// expected-note@-2 {{reorder the members, or drop 'packed'}}
	long count;
} __attribute__((packed));

HASH_MAP(lockeds, struct locked);
// expected-note@-1 {{the value of map 'lockeds' holds it}}

// kernel: btf EFAULT

//--- timer
#include "bpf_test.h"

struct timed {
	u32 kind;
	struct bpf_timer timer;
	// expected-warning@-1 {{'timer' is a bpf_timer, which has to be at a multiple of 8 bytes and is not: the field is plain memory}}
	// expected-note@-2 {{reorder the members, or drop 'packed'}}
} __attribute__((packed));

HASH_MAP(timeds, struct timed);
// expected-note@-1 {{the value of map 'timeds' holds it}}

// kernel: map timeds record none

//--- nested
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

/* The kernel holds the offset in the innermost struct against the alignment, not that in the value. */

struct inner {
	int id;
	struct {
		struct task_struct __kptr *task;
	} __attribute__((packed)) deep;
} __attribute__((packed));

struct stash {
	struct task_struct __kptr *good;
	struct inner inner;
};

HASH_MAP(stashes, struct stash);

//--- arrays
#include "bpf_test.h"

KEEP(struct task_struct)

struct element {
	struct task_struct __kptr *task;
	u32 id;
} __attribute__((packed));

struct stash {
	struct element element[2];
	struct element direct;
};

struct row {
	u32 id;
	struct task_struct __kptr *slot[2];
	// expected-warning@-1 {{'slot' is a kptr, which has to be at a multiple of 8 bytes and is not: the field is plain memory}}
	// expected-note@-2 {{reorder the members, or drop 'packed'}}
} __attribute__((packed));

HASH_MAP(stashes, struct stash);
HASH_MAP(rows, struct row);
// expected-note@-1 {{the value of map 'rows' holds it}}

// kernel: map rows record none

//--- pragma
#include "bpf_test.h"

KEEP(struct task_struct)

#pragma pack(push, 4)
struct stash {
	struct bpf_spin_lock lock;
	struct task_struct __kptr *task;
	// expected-warning@-1 {{'task' is a kptr, which has to be at a multiple of 8 bytes and is not: the field is plain memory}}
	// expected-note@-2 {{reorder the members, or drop 'packed'}}
};
#pragma pack(pop)

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- early kernel=6.1
#include "bpf_test.h"

KEEP(struct prog_test_ref_kfunc)

struct stash {
	struct prog_test_ref_kfunc __kptr_ref *first;
	int id;
	struct prog_test_ref_kfunc __kptr_ref *task;
	// expected-warning@-1 {{'task' is a kptr, which has to be at a multiple of 8 bytes and is not: every special field of map 'stashes' is plain memory}}
	// expected-note@-2 {{reorder the members, or drop 'packed'}}
} __attribute__((packed));

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'first' (a kptr), too}}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	int id;
	int kind;
	struct task_struct __kptr *task;
	u32 number;
	struct bpf_spin_lock lock;
	struct task_struct __kptr *row[2];
} __attribute__((packed));

/* Bytes that are no special field may be anywhere. */
struct plain {
	u8 kind;
	struct task_struct *task;
	struct task_struct __kptr *kept __attribute__((aligned(8)));
	u8 last;
	long number;
} __attribute__((packed));

struct plainer {
	u8 kind;
	struct task_struct *task;
} __attribute__((packed));

HASH_MAP(stashes, struct stash);
HASH_MAP(plains, struct plain);
HASH_MAP(plainers, struct plainer);
