// The test of rule field-graph-without-contains: a list head or tree root says
// which struct it contains, by which of its nodes.

//--- no-tag
#include "bpf_test.h"

struct item {
	struct bpf_list_node node;
};

KEEP(struct item)

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head head;
	// expected-warning@-1 {{'head' has no tag that says what it contains: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{name the struct and its node with a contains tag}}
	long length;
};

ARRAY_MAP(queues, struct queue);
// expected-note@-1 {{the value of map 'queues' holds it}}
// expected-note@-2 {{map 'queues' loses 'lock' (a bpf_spin_lock), too}}

SEC("tc")
__failure __msg("map 'queues' has to have BTF in order to use bpf_spin_lock")
int count(struct __sk_buff *skb)
{
	int key = 0;
	struct queue *queue = bpf_map_lookup_elem(&queues, &key);

	if (!queue)
		return 0;
	bpf_spin_lock(&queue->lock);
	queue->length++;
	bpf_spin_unlock(&queue->lock);
	return 0;
}

// kernel: btf EINVAL

//--- wrong-names
#include "bpf_test.h"

struct item {
	long number;
	struct bpf_list_node node;
	struct bpf_rb_node rb;
	struct bpf_refcount ref;
};

KEEP(struct item)

struct by_struct {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(thing, node);
	// expected-warning@-1 {{'head' contains struct 'thing', which the object's BTF does not have: the kernel refuses the BTF of the whole object (ENOENT), and no map has special fields}}
	// expected-note@-2 {{check the struct's name, and that the program uses more of it than pointers to it}}
};

struct by_node {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, link);
	// expected-warning@-1 {{'head' contains struct 'item', which has no bpf_list_node 'link': the kernel refuses the BTF of the whole object (ENOENT), and no map has special fields}}
	// expected-note@-2 {{name a node that is a direct member of that struct}}
};

struct by_kind {
	struct bpf_spin_lock lock;
	struct bpf_rb_root root __contains(item, node);
	// expected-warning@-1 {{'root' contains struct 'item', which has no bpf_rb_node 'node': the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{name a node that is a direct member of that struct}}
};

struct by_member {
	struct bpf_spin_lock lock;
	struct bpf_rb_root root __contains(item, number);
	// expected-warning@-1 {{'root' contains struct 'item', which has no bpf_rb_node 'number': the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{name a node that is a direct member of that struct}}
};

ARRAY_MAP(by_struct, struct by_struct);
// expected-note@-1 {{the value of map 'by_struct' holds it}}
// expected-note@-2 {{map 'by_struct' loses 'lock' (a bpf_spin_lock), too}}
// expected-note@-3 {{map 'by_struct' loses 'lock' (a bpf_spin_lock), 'head' (a bpf_list_head), too}}
// expected-note@-4 {{map 'by_struct' loses 'lock' (a bpf_spin_lock), 'head' (a bpf_list_head), too}}
// expected-note@-5 {{map 'by_struct' loses 'lock' (a bpf_spin_lock), 'head' (a bpf_list_head), too}}
ARRAY_MAP(by_node, struct by_node);
// expected-note@-1 {{map 'by_node' loses 'lock' (a bpf_spin_lock), 'head' (a bpf_list_head), too}}
// expected-note@-2 {{the value of map 'by_node' holds it}}
// expected-note@-3 {{map 'by_node' loses 'lock' (a bpf_spin_lock), too}}
// expected-note@-4 {{map 'by_node' loses 'lock' (a bpf_spin_lock), 'head' (a bpf_list_head), too}}
// expected-note@-5 {{map 'by_node' loses 'lock' (a bpf_spin_lock), 'head' (a bpf_list_head), too}}
ARRAY_MAP(by_kind, struct by_kind);
// expected-note@-1 {{map 'by_kind' loses 'lock' (a bpf_spin_lock), 'root' (a bpf_rb_root), too}}
// expected-note@-2 {{map 'by_kind' loses 'lock' (a bpf_spin_lock), 'root' (a bpf_rb_root), too}}
// expected-note@-3 {{the value of map 'by_kind' holds it}}
// expected-note@-4 {{map 'by_kind' loses 'lock' (a bpf_spin_lock), too}}
// expected-note@-5 {{map 'by_kind' loses 'lock' (a bpf_spin_lock), 'root' (a bpf_rb_root), too}}
ARRAY_MAP(by_member, struct by_member);
// expected-note@-1 {{map 'by_member' loses 'lock' (a bpf_spin_lock), 'root' (a bpf_rb_root), too}}
// expected-note@-2 {{map 'by_member' loses 'lock' (a bpf_spin_lock), 'root' (a bpf_rb_root), too}}
// expected-note@-3 {{map 'by_member' loses 'lock' (a bpf_spin_lock), 'root' (a bpf_rb_root), too}}
// expected-note@-4 {{the value of map 'by_member' holds it}}
// expected-note@-5 {{map 'by_member' loses 'lock' (a bpf_spin_lock), too}}

// kernel: btf ENOENT

//--- tag-that-is-none
#include "bpf_test.h"

struct item {
	struct bpf_list_node node;
};

KEEP(struct item)

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head first __attribute__((btf_decl_tag("contains:item")));
	// expected-warning@-1 {{'first' has no tag that says what it contains: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{name the struct and its node with a contains tag}}
	struct bpf_list_head second __attribute__((btf_decl_tag("contains:struct item:node")));
	// expected-warning@-1 {{'second' contains struct 'struct item', which the object's BTF does not have: the kernel refuses the BTF of the whole object (ENOENT), and no map has special fields}}
	// expected-note@-2 {{check the struct's name, and that the program uses more of it than pointers to it}}
	struct bpf_list_head third __attribute__((btf_decl_tag("holds:item:node")));
	// expected-warning@-1 {{'third' has no tag that says what it contains: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{name the struct and its node with a contains tag}}
};

ARRAY_MAP(queues, struct queue);
// expected-note@-1 {{the value of map 'queues' holds it}}
// expected-note@-2 {{map 'queues' loses 'lock' (a bpf_spin_lock), 'second' (a bpf_list_head), 'third' (a bpf_list_head), too}}
// expected-note@-3 {{the value of map 'queues' holds it}}
// expected-note@-4 {{map 'queues' loses 'lock' (a bpf_spin_lock), 'first' (a bpf_list_head), 'third' (a bpf_list_head), too}}
// expected-note@-5 {{the value of map 'queues' holds it}}
// expected-note@-6 {{map 'queues' loses 'lock' (a bpf_spin_lock), 'first' (a bpf_list_head), 'second' (a bpf_list_head), too}}

// kernel: btf EINVAL

//--- two-tags
#include "bpf_test.h"

struct item {
	struct bpf_list_node first;
	struct bpf_list_node second;
};

KEEP(struct item)

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, first) __contains(item, second);
	// expected-warning@-1 {{'head' has two tags that say what it contains: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{name the struct and its node with a contains tag}}
	struct bpf_list_head same __contains(item, first) __contains(item, first);
};

ARRAY_MAP(queues, struct queue);
// expected-note@-1 {{the value of map 'queues' holds it}}
// expected-note@-2 {{map 'queues' loses 'lock' (a bpf_spin_lock), 'same' (a bpf_list_head), too}}

// kernel: btf EINVAL

//--- forwarded compiler=19
#include "bpf_test.h"

/* Nothing but the tag's text mentions the struct, which is not emitted then. */
struct item {
	struct bpf_list_node node;
};

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, node);
	// expected-warning@-1 {{'head' contains struct 'item', which the object's BTF does not have: the kernel refuses the BTF of the whole object (ENOENT), and no map has special fields}}
	// expected-note@-2 {{check the struct's name, and that the program uses more of it than pointers to it}}
};

ARRAY_MAP(queues, struct queue);
// expected-note@-1 {{the value of map 'queues' holds it}}
// expected-note@-2 {{map 'queues' loses 'lock' (a bpf_spin_lock), too}}

// kernel: btf ENOENT

//--- nested-node
#include "bpf_test.h"

struct link {
	struct bpf_list_node node;
};

struct item {
	struct link link;
};

KEEP(struct item)

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, node);
	// expected-warning@-1 {{'head' contains struct 'item', which has no bpf_list_node 'node': the kernel refuses the BTF of the whole object (ENOENT), and no map has special fields}}
	// expected-note@-2 {{name a node that is a direct member of that struct}}
};

ARRAY_MAP(queues, struct queue);
// expected-note@-1 {{the value of map 'queues' holds it}}
// expected-note@-2 {{map 'queues' loses 'lock' (a bpf_spin_lock), too}}

// kernel: btf ENOENT

//--- typedef-of-struct
#include "bpf_test.h"

typedef struct {
	struct bpf_list_node node;
} item_t;

KEEP(item_t)

typedef struct bpf_list_node node_t;

struct thing {
	node_t node;
};

KEEP(struct thing)

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item_t, node);
	// expected-warning@-1 {{'head' contains struct 'item_t', which the object's BTF does not have: the kernel refuses the BTF of the whole object (ENOENT), and no map has special fields}}
	// expected-note@-2 {{check the struct's name, and that the program uses more of it than pointers to it}}
	struct bpf_list_head other __contains(thing, node);
	// expected-warning@-1 {{'other' contains struct 'thing', which has no bpf_list_node 'node': the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{name a node that is a direct member of that struct}}
};

ARRAY_MAP(queues, struct queue);
// expected-note@-1 {{the value of map 'queues' holds it}}
// expected-note@-2 {{map 'queues' loses 'lock' (a bpf_spin_lock), 'other' (a bpf_list_head), too}}
// expected-note@-3 {{the value of map 'queues' holds it}}
// expected-note@-4 {{map 'queues' loses 'lock' (a bpf_spin_lock), 'head' (a bpf_list_head), too}}

// kernel: btf ENOENT

//--- globals
#include "bpf_test.h"

struct item {
	struct bpf_rb_node node;
};

KEEP(struct item)

private(TREE) struct bpf_spin_lock lock;
private(TREE) struct bpf_rb_root root;
// expected-warning@-1 {{'root' has no tag that says what it contains: every special field of section '.data.TREE' is plain memory}}
// expected-note@-2 {{name the struct and its node with a contains tag}}
// expected-note@-3 {{section '.data.TREE' loses 'lock' (a bpf_spin_lock), 'other' (a bpf_rb_root), too}}
private(TREE) struct bpf_rb_root other __contains(item, nod);
// expected-warning@-1 {{'other' contains struct 'item', which has no bpf_rb_node 'nod': every special field of section '.data.TREE' is plain memory}}
// expected-note@-2 {{name a node that is a direct member of that struct}}
// expected-note@-3 {{section '.data.TREE' loses 'lock' (a bpf_spin_lock), 'root' (a bpf_rb_root), too}}

SEC("tc")
__failure __msg("has no valid bpf_spin_lock")
int use(struct __sk_buff *skb)
{
	bpf_spin_lock(&lock);
	bpf_spin_unlock(&lock);
	return !&root + !&other;
}

// kernel: map .data.TREE record none

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct item {
	long number;
	struct bpf_list_node list;
	struct bpf_rb_node tree;
	struct bpf_refcount ref;
};

KEEP(struct item)

#define LIST_OF(type, node) struct bpf_list_head __contains(type, node)

struct both {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, list);
	struct bpf_rb_root root __contains(item, tree);
	__contains(item, list) struct bpf_list_head in_front;
	LIST_OF(item, list) by_macro;
	struct bpf_list_head row[2] __contains(item, list);
	struct bpf_list_head noted __attribute__((btf_decl_tag("note"))) __contains(item, list);
	struct bpf_list_head *pointed_to;
};

HASH_MAP(boths, struct both);
private(TREE) struct bpf_spin_lock lock;
private(TREE) struct bpf_rb_root root __contains(item, tree);

SEC("tc")
int use(struct __sk_buff *skb)
{
	bpf_spin_lock(&lock);
	bpf_spin_unlock(&lock);
	return !&root;
}
