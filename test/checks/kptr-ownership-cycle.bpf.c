// The test of rule kptr-ownership-cycle: types that own one another in a circle
// or in too long a chain.

//--- self
#include "bpf_test.h"

struct link {
	long number;
	struct link __kptr *next;
	// expected-warning@-1 {{'next' closes a circle of types that own one another, with struct 'link': the kernel refuses the BTF of the whole object (ELOOP), and no map has special fields (Linux 7.2 and later)}}
	// expected-note@-2 {{keep the objects in a map, and its key in place of 'next'}}
};

KEEP(struct link)

struct stash {
	struct link __kptr *first;
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{map 'stashes' loses 'first' (a kptr), too}}

//--- mutual kernel=7.2-
#include "bpf_test.h"

struct parent {
	struct child __kptr *child;
	// expected-warning@-1 {{'child' closes a circle of types that own one another, with struct 'child': the kernel refuses the BTF of the whole object (ELOOP), and no map has special fields}}
	// expected-note@-2 {{keep the objects in a map, and its key in place of 'child'}}
};

struct child {
	struct parent __percpu_kptr *parent;
};

KEEP(struct parent)
KEEP(struct child)

struct stash {
	struct parent __kptr *first;
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{map 'stashes' loses 'first' (a kptr), too}}

//--- list-of-itself kernel=7.2-
#include "bpf_test.h"

struct tree_item {
	struct bpf_list_node node;
	struct bpf_spin_lock lock;
	struct bpf_list_head children __contains(tree_item, node);
	// expected-warning@-1 {{'children' closes a circle of types that own one another, with struct 'tree_item': the kernel refuses the BTF of the whole object (ELOOP), and no map has special fields}}
	// expected-note@-2 {{keep the objects in a map, and its key in place of 'children'}}
};

KEEP(struct tree_item)

struct stash {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(tree_item, node);
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{map 'stashes' loses 'lock' (a bpf_spin_lock), 'head' (a bpf_list_head), too}}

//--- list-of-itself-before kernel=6.12-7.1
#include "bpf_test.h"

struct tree_item {
	struct bpf_list_node node;
	struct bpf_spin_lock lock;
	struct bpf_list_head children __contains(tree_item, node);
	// expected-warning@-1 {{'children' closes a circle of types that own one another, with struct 'tree_item': the kernel refuses the BTF of the whole object (ELOOP), and no map has special fields}}
	// expected-note@-2 {{keep the objects in a map, and its key in place of 'children'}}
};

KEEP(struct tree_item)

struct stash {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(tree_item, node);
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{map 'stashes' loses 'lock' (a bpf_spin_lock), 'head' (a bpf_list_head), too}}

// kernel: btf ELOOP

//--- list-with-a-name-of-the-kernels kernel=6.12-7.1
// A list's struct is looked up in the object alone: the kernel's own struct of that name is another one.
#include "bpf_test.h"

struct node {
	struct bpf_list_node link;
	struct bpf_spin_lock lock;
	struct bpf_list_head children __contains(node, link);
	// expected-warning@-1 {{'children' closes a circle of types that own one another, with struct 'node': the kernel refuses the BTF of the whole object (ELOOP), and no map has special fields}}
	// expected-note@-2 {{keep the objects in a map, and its key in place of 'children'}}
};

KEEP(struct node)

struct stash {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(node, link);
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{map 'stashes' loses 'lock' (a bpf_spin_lock), 'head' (a bpf_list_head), too}}

// kernel: btf ELOOP

//--- good-two-levels kernel=6.12-7.1
// expected-no-diagnostics
#include "bpf_test.h"

struct leaf_item {
	struct bpf_list_node node;
};

struct mid_item {
	struct bpf_list_node node;
	struct bpf_spin_lock lock;
	struct bpf_list_head leaves __contains(leaf_item, node);
};

KEEP(struct leaf_item)
KEEP(struct mid_item)

struct stash {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(mid_item, node);
};

ARRAY_MAP(stashes, struct stash);

//--- three-levels-before kernel=6.12-7.1
#include "bpf_test.h"

struct leaf_item {
	struct bpf_list_node node;
};

struct mid_item {
	struct bpf_list_node node;
	struct bpf_spin_lock lock;
	struct bpf_list_head leaves __contains(leaf_item, node);
};

struct top_item {
	struct bpf_rb_node node;
	struct bpf_spin_lock lock;
	struct bpf_list_head mids __contains(mid_item, node);
	// expected-warning@-1 {{'mids' makes the chain of types that own one another too long, with struct 'mid_item': the kernel refuses the BTF of the whole object (ELOOP), and no map has special fields}}
	// expected-note@-2 {{keep the objects in a map, and its key in place of 'mids'}}
};

KEEP(struct leaf_item)
KEEP(struct mid_item)
KEEP(struct top_item)

struct guard {
	struct bpf_spin_lock lock;
};

ARRAY_MAP(guards, struct guard);
// expected-note@-1 {{map 'guards' loses 'lock' (a bpf_spin_lock), too}}

// kernel: btf ELOOP

//--- nine kernel=7.2-
#include "bpf_test.h"

KEEP(struct task_struct)

struct t9 {
	long n;
	struct task_struct __kptr *task;
};
struct t8 {
	long n;
	struct t9 __kptr *next;
};
struct t7 {
	long n;
	struct t8 __kptr *next;
};
struct t6 {
	long n;
	struct t7 __kptr *next;
};
struct t5 {
	long n;
	struct t6 __kptr *next;
};
struct t4 {
	long n;
	struct t5 __kptr *next;
};
struct t3 {
	long n;
	struct t4 __kptr *next;
};
struct t2 {
	long n;
	struct t3 __kptr *next;
};
struct t1 {
	long n;
	struct t2 __kptr *next;
	// expected-warning@-1 {{'next' makes the chain of types that own one another too long, with struct 't2': the kernel refuses the BTF of the whole object (ELOOP), and no map has special fields}}
	// expected-note@-2 {{keep the objects in a map, and its key in place of 'next'}}
};

KEEP(struct t1)
KEEP(struct t2)
KEEP(struct t3)
KEEP(struct t4)
KEEP(struct t5)
KEEP(struct t6)
KEEP(struct t7)
KEEP(struct t8)
KEEP(struct t9)

struct stash {
	struct t1 __kptr *first;
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{map 'stashes' loses 'first' (a kptr), too}}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct leaf {
	long n;
};

KEEP(struct leaf)

struct t8 {
	long n;
	struct leaf __kptr *leaf;
};
struct t7 {
	long n;
	struct t8 __kptr *next;
};
struct t6 {
	long n;
	struct t7 __kptr *next;
};
struct t5 {
	long n;
	struct t6 __kptr *next;
};
struct t4 {
	long n;
	struct t5 __kptr *next;
};
struct t3 {
	long n;
	struct t4 __kptr *next;
};
struct t2 {
	long n;
	struct t3 __kptr *next;
};
struct t1 {
	long n;
	struct t2 __kptr *next;
};

KEEP(struct t1)
KEEP(struct t2)
KEEP(struct t3)
KEEP(struct t4)
KEEP(struct t5)
KEEP(struct t6)
KEEP(struct t7)
KEEP(struct t8)

struct link {
	struct link *next;
	struct link __kptr_untrusted *seen;
	struct task_struct __kptr *task;
};
KEEP(struct link)
KEEP(struct task_struct)

struct stash {
	struct t2 __kptr *first;
	struct link __kptr *link;
};

ARRAY_MAP(stashes, struct stash);
