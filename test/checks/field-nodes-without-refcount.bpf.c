// The test of rule field-nodes-without-refcount: an object that can be in a
// list and in a tree at once needs a count of its owners.

//--- both-nodes
#include "bpf_test.h"

struct item {
	struct bpf_list_node list;
	// expected-warning@-1 {{'list' is a bpf_list_node beside a node of the other sort, without a bpf_refcount: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{add a bpf_refcount to the struct}}
	struct bpf_rb_node tree;
	long number;
};

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, list);
};

KEEP(struct item)
ARRAY_MAP(queues, struct queue);
// expected-note@-1 {{map 'queues' loses 'lock' (a bpf_spin_lock), 'head' (a bpf_list_head), too}}

SEC("tc")
__failure __msg("map 'queues' has to have BTF in order to use bpf_spin_lock")
int count(struct __sk_buff *skb)
{
	int key = 0;
	struct queue *queue = bpf_map_lookup_elem(&queues, &key);

	if (!queue)
		return 0;
	bpf_spin_lock(&queue->lock);
	bpf_spin_unlock(&queue->lock);
	return 0;
}

// kernel: btf EINVAL

//--- in-no-map
#include "bpf_test.h"

struct item {
	struct bpf_rb_node tree;
	struct bpf_list_node list;
	// expected-warning@-1 {{'list' is a bpf_list_node beside a node of the other sort, without a bpf_refcount: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{add a bpf_refcount to the struct}}
};

KEEP(struct item)

struct guard {
	struct bpf_spin_lock lock;
};

ARRAY_MAP(guards, struct guard);
// expected-note@-1 {{map 'guards' loses 'lock' (a bpf_spin_lock), too}}

// kernel: btf EINVAL

//--- nested-node
#include "bpf_test.h"

struct link {
	struct bpf_list_node list;
	// expected-warning@-1 {{'list' is a bpf_list_node beside a node of the other sort, without a bpf_refcount: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{add a bpf_refcount to the struct}}
};

struct item {
	struct bpf_rb_node tree;
	struct link link;
};

KEEP(struct item)

struct guard {
	struct bpf_spin_lock lock;
};

ARRAY_MAP(guards, struct guard);
// expected-note@-1 {{map 'guards' loses 'lock' (a bpf_spin_lock), too}}

// kernel: btf EINVAL

//--- refcount-in-a-union
#include "bpf_test.h"

struct item {
	struct bpf_rb_node tree;
	struct bpf_list_node list;
	// expected-warning@-1 {{'list' is a bpf_list_node beside a node of the other sort, without a bpf_refcount: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{add a bpf_refcount to the struct}}
	union {
		struct bpf_refcount ref;
		int word;
	};
};

KEEP(struct item)

struct guard {
	struct bpf_spin_lock lock;
};

ARRAY_MAP(guards, struct guard);
// expected-note@-1 {{map 'guards' loses 'lock' (a bpf_spin_lock), too}}

// kernel: btf EINVAL

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct item {
	struct bpf_list_node list;
	struct bpf_rb_node tree;
	struct bpf_refcount ref;
	long number;
};

struct two_lists {
	struct bpf_list_node one;
	struct bpf_list_node other;
};

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, list);
	struct bpf_rb_root root __contains(item, tree);
	struct bpf_list_head others __contains(two_lists, other);
};

KEEP(struct item)
KEEP(struct two_lists)
ARRAY_MAP(queues, struct queue);

//--- good-in-a-map
// expected-no-diagnostics
#include "bpf_test.h"

/* As the value of a map, nodes are plain memory, and yet the struct is looked at. */
struct value {
	struct bpf_list_node list;
	struct bpf_rb_node tree;
	struct bpf_refcount ref;
};
ARRAY_MAP(values, struct value);
