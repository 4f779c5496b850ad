// The test of rule field-of-other-size: the kernel takes a struct of another
// size for none of its own.

//--- list-node-of-older-kernels
#define bpf_list_node bpf_list_node_of_today
#include "bpf_test.h"
#undef bpf_list_node

/* As in a vmlinux.h of Linux 6.4. */
struct bpf_list_node {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

struct item {
	struct bpf_list_node node;
	// expected-warning@-1 {{'node' is a bpf_list_node of 16 bytes, where the kernel has one of 24: the kernel refuses the BTF of the whole object (EFAULT), and no map has special fields}}
	// expected-note@-2 {{use the struct of the targeted kernel's vmlinux.h or <linux/bpf.h>}}
	u64 number;
};
KEEP(struct item)

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head items __contains(item, node);
};

HASH_MAP(queues, struct queue);
// expected-note@-1 {{map 'queues' loses 'lock' (a bpf_spin_lock), 'items' (a bpf_list_head), too}}

// kernel: btf EFAULT

//--- timer-beside-a-lock
#define bpf_timer bpf_timer_of_today
#include "bpf_test.h"
#undef bpf_timer

struct bpf_timer {
	__u64 opaque;
};

struct alarm {
	struct bpf_spin_lock lock;
	struct bpf_timer timer;
	// expected-warning@-1 {{'timer' is a bpf_timer of 8 bytes, where the kernel has one of 16: the field is plain memory}}
	// expected-note@-2 {{use the struct of the targeted kernel's vmlinux.h or <linux/bpf.h>}}
};

HASH_MAP(alarms, struct alarm);
// expected-note@-1 {{the value of map 'alarms' holds it}}

//--- of-the-same-size
// expected-no-diagnostics
#define bpf_timer bpf_timer_of_today
#define bpf_list_node bpf_list_node_of_today
#include "bpf_test.h"
#undef bpf_timer
#undef bpf_list_node

/* What is in it is of no matter to the kernel. */
struct bpf_timer {
	__u32 words[4];
} __attribute__((aligned(8)));

struct bpf_list_node {
	__u64 next, prev, owner;
} __attribute__((aligned(8)));

struct item {
	struct bpf_list_node node;
	u64 number;
};
KEEP(struct item)

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_timer timer;
	struct bpf_list_head items __contains(item, node);
};

HASH_MAP(queues, struct queue);

//--- where-the-kernel-does-not-look
// expected-no-diagnostics
#define bpf_list_node bpf_list_node_of_today
#include "bpf_test.h"
#undef bpf_list_node

struct bpf_list_node {
	__u64 next, prev;
};

/* A node in a map's value is nothing to it, whatever its size. */
struct entry {
	struct bpf_list_node *next;
	union {
		struct bpf_list_node node;
		u64 number;
	};
	struct bpf_spin_lock lock;
};

HASH_MAP(entries, struct entry);
