// The test of rule field-graph-without-lock: a list head or tree root needs a
// lock in the same value.

//--- list
#include "bpf_test.h"

struct item {
	struct bpf_list_node node;
	long number;
};

KEEP(struct item)

struct queue {
	long length;
	struct bpf_list_head head __contains(item, node);
	// expected-warning@-1 {{'head' is a bpf_list_head without a lock in the same struct: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{add a bpf_spin_lock beside 'head'}}
};

ARRAY_MAP(queues, struct queue);
// expected-note@-1 {{the value of map 'queues' holds it}}

// kernel: btf EINVAL

//--- tree
#include "bpf_test.h"

KEEP(struct task_struct)

struct item {
	struct bpf_rb_node node;
	long number;
};

KEEP(struct item)

struct index {
	struct bpf_rb_root root __contains(item, node);
	// expected-warning@-1 {{'root' is a bpf_rb_root without a lock in the same struct: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{add a bpf_spin_lock beside 'root'}}
	struct task_struct __kptr *task;
};

HASH_MAP(indices, struct index);
// expected-note@-1 {{the value of map 'indices' holds it}}
// expected-note@-2 {{map 'indices' loses 'task' (a kptr), too}}

// kernel: btf EINVAL

//--- other-section
#include "bpf_test.h"

struct item {
	struct bpf_list_node node;
	long number;
};

KEEP(struct item)

/* The lock is in another section, and so in another value. */
private(LOCK) struct bpf_spin_lock lock;
private(LIST) struct bpf_list_head head __contains(item, node);
// expected-warning@-1 {{'head' is a bpf_list_head without a lock in the same section: the field is plain memory}}
// expected-note@-2 {{add a bpf_spin_lock beside 'head'}}

SEC("tc")
__failure __msg("bpf_list_head not found at offset=0")
int push(struct __sk_buff *skb)
{
	struct item *item = bpf_obj_new(struct item);

	if (!item)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, &item->node);
	bpf_spin_unlock(&lock);
	return 0;
}

// kernel: map .data.LIST record none

//--- lock-that-is-none
#include "bpf_test.h"

struct item {
	struct bpf_list_node node;
};

KEEP(struct item)

struct queue {
	union {
	// expected-warning@-1 {{'lock' is a bpf_spin_lock in a union, and the kernel does not look into unions: the field is plain memory}}
		struct bpf_spin_lock lock;
		// expected-note@-1 {{move 'lock' out of the union}}
		int word;
	};
	struct bpf_list_head head __contains(item, node);
	// expected-warning@-1 {{'head' is a bpf_list_head without a lock in the same struct: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{add a bpf_spin_lock beside 'head'}}
};

ARRAY_MAP(queues, struct queue);
// expected-note@-1 {{the value of map 'queues' holds it}}
// expected-note@-2 {{the value of map 'queues' holds it}}

// kernel: btf EINVAL

//--- two-heads
#include "bpf_test.h"

struct item {
	struct bpf_list_node node;
};

KEEP(struct item)

struct queue {
	struct bpf_list_head first __contains(item, node);
	// expected-warning@-1 {{'first' is a bpf_list_head without a lock in the same struct: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{add a bpf_spin_lock beside 'first'}}
	struct bpf_list_head row[2] __contains(item, node);
};

ARRAY_MAP(queues, struct queue);
// expected-note@-1 {{the value of map 'queues' holds it}}
// expected-note@-2 {{map 'queues' loses 'row[0]' (a bpf_list_head), too}}

// kernel: btf EINVAL

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct item {
	struct bpf_list_node node;
	long number;
};

KEEP(struct item)

struct guard {
	struct bpf_spin_lock lock;
};

struct queue {
	struct bpf_list_head head __contains(item, node);
	struct guard guard;
};

HASH_MAP(queues, struct queue);
private(LIST) struct bpf_spin_lock lock;
private(LIST) struct bpf_list_head head __contains(item, node);

SEC("tc")
int push(struct __sk_buff *skb)
{
	struct item *item = bpf_obj_new(struct item);

	if (!item)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&head, &item->node);
	bpf_spin_unlock(&lock);
	return 0;
}

//--- res-lock kernel=6.15-
// expected-no-diagnostics
#include "bpf_test.h"

struct item {
	struct bpf_list_node node;
	long number;
};

KEEP(struct item)

struct res_queue {
	struct bpf_list_head head __contains(item, node);
	struct bpf_res_spin_lock lock;
};

HASH_MAP(res_queues, struct res_queue);

//--- lock-outside
#include "bpf_test.h"

struct item {
	struct bpf_list_node node;
	long number;
};

KEEP(struct item)

/* The inner struct is looked at by itself when BTF is loaded. */
struct queue {
	struct {
		struct bpf_list_head head __contains(item, node);
		// expected-warning@-1 {{'head' is a bpf_list_head without a lock in the same struct: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
		// expected-note@-2 {{add a bpf_spin_lock beside 'head'}}
	} inner;
	struct bpf_spin_lock lock;
};

HASH_MAP(queues, struct queue);
// expected-note@-1 {{map 'queues' loses 'lock' (a bpf_spin_lock), too}}

// kernel: btf EINVAL
