// The test of rule kptr-pointee-name-clash: the kernel looks a pointee up by
// its name alone, among its own structs first.

//--- referenced
#include "bpf_test.h"

struct node {
	long value;
};

KEEP(struct node)

struct stash {
	struct node __kptr *node;
	// expected-warning@-1 {{kptr 'node' points to struct 'node', and the kernel takes that for its own struct of the same name: the kernel refuses the BTF of the whole object (ENOENT), and no map has special fields}}
	// expected-note@-2 {{rename struct 'node'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

NO_KPTR(stashes, node, "map 'stashes' has to have BTF in order to use bpf_kptr_xchg")

// kernel: btf ENOENT

//--- beside-a-lock
#include "bpf_test.h"

struct key {
	long value;
};

KEEP(struct key)

struct stash {
	struct bpf_spin_lock lock;
	struct key __kptr *key;
	// expected-warning@-1 {{kptr 'key' points to struct 'key', and the kernel takes that for its own struct of the same name: the kernel refuses the BTF of the whole object (ENOENT), and no map has special fields}}
	// expected-note@-2 {{rename struct 'key'}}
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'lock' (a bpf_spin_lock), too}}

// kernel: btf ENOENT

//--- array-only
#include "bpf_test.h"

struct request {
	long value;
};

KEEP(struct request)

struct stash {
	struct request __kptr *request[2];
	// expected-warning@-1 {{kptr 'request' points to struct 'request', and the kernel takes that for its own struct of the same name: the field is plain memory}}
	// expected-note@-2 {{rename struct 'request'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.request[0] plain
// kernel: field stashes.request[1] plain

//--- untrusted
#include "bpf_test.h"

struct file_lock {
	long mine;
};

KEEP(struct file_lock)

struct stash {
	struct file_lock __kptr_untrusted *lock;
	// advisory-warning@-1 {{kptr 'lock' points to struct 'file_lock', and the kernel takes that for its own struct of the same name}}
	// expected-note@-2 {{rename struct 'file_lock'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- in-a-section
#include "bpf_test.h"

struct module {
	long mine;
};

KEEP(struct module)

private(A) struct module __kptr *module;
// expected-warning@-1 {{kptr 'module' points to struct 'module', and the kernel takes that for its own struct of the same name: the field is plain memory}}
// expected-note@-2 {{rename struct 'module'}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	return !module;
}

// kernel: field .data.A.module plain

//--- name-of-newer-kernels
#include "bpf_test.h"

struct io_bpf_filter {
	long mine;
};

KEEP(struct io_bpf_filter)

struct stash {
	struct io_bpf_filter __kptr *filter;
	// expected-warning@-1 {{kptr 'filter' points to struct 'io_bpf_filter', and the kernel takes that for its own struct of the same name: the kernel refuses the BTF of the whole object (ENOENT), and no map has special fields (Linux 7.0 and later)}}
	// expected-note@-2 {{rename struct 'io_bpf_filter'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel[-6.19]: field stashes.filter referenced
// kernel[7.0-]: btf ENOENT

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct our_node {
	long value;
};

struct node {
	long value;
};

KEEP(struct our_node)

struct stash {
	struct our_node __kptr *node;
	struct node *plain;
	struct node inside;
};

ARRAY_MAP(stashes, struct stash);

//--- good-view-of-the-kernels
// expected-no-diagnostics
#define BPF_NO_PRESERVE_ACCESS_INDEX
#include "bpf_test.h"

/* A part of a kernel struct, declared to be read, is the kernel's. */
struct bio {
	unsigned int bi_opf;
} __attribute__((preserve_access_index));

KEEP(struct bio)

struct stash {
	struct bio __kptr_untrusted *bio;
};

ARRAY_MAP(stashes, struct stash);
