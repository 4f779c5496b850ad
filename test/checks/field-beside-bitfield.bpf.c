// The test of rule field-beside-bitfield: a bit-field that does not start on a
// byte costs its struct all special fields.

//--- before-a-lock
#include "bpf_test.h"

struct flow {
	unsigned int urgent : 3, kind : 5;
	// expected-warning@-1 {{bit-field 'kind' does not start on a byte, which ends the kernel's search for special fields: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	struct bpf_spin_lock lock;
};

ARRAY_MAP(flows, struct flow);
// expected-note@-1 {{the value of map 'flows' holds it}}
// expected-note@-2 {{map 'flows' loses 'lock' (a bpf_spin_lock)}}

SEC("tc")
__failure __msg("map 'flows' has to have BTF in order to use bpf_spin_lock")
int count(struct __sk_buff *skb)
{
	int key = 0;
	struct flow *flow = bpf_map_lookup_elem(&flows, &key);

	if (!flow)
		return 0;
	bpf_spin_lock(&flow->lock);
	flow->kind++;
	bpf_spin_unlock(&flow->lock);
	return 0;
}

// kernel: btf EINVAL

//--- behind-a-timer
#include "bpf_test.h"

/* A timer alone does not make the kernel look at the struct when BTF is loaded. */
struct alarm {
	struct bpf_timer timer;
	u8 armed : 1;
	u8 late : 1;
	// expected-warning@-1 {{bit-field 'late' does not start on a byte, which ends the kernel's search for special fields: every special field of map 'alarms' is plain memory}}
	u8 : 2;
	u8 repeated : 1;
};

HASH_MAP(alarms, struct alarm);
// expected-note@-1 {{the value of map 'alarms' holds it}}
// expected-note@-2 {{map 'alarms' loses 'timer' (a bpf_timer)}}

SEC("tc")
__failure __msg("has no valid bpf_timer")
int start(struct __sk_buff *skb)
{
	int key = 0;
	struct alarm *alarm = bpf_map_lookup_elem(&alarms, &key);

	return alarm ? bpf_timer_init(&alarm->timer, &alarms, 1) : 0;
}

// kernel: map alarms record none

//--- in-kernel-header
#include "bpf_test.h"

KEEP(struct task_struct)

struct seen {
	struct iphdr ip;
	struct task_struct __kptr *task;
};

HASH_MAP(seens, struct seen);
// expected-warning@-1 {{bit-field 'version' does not start on a byte, which ends the kernel's search for special fields: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
// expected-note@-2 {{map 'seens' loses 'task' (a kptr)}}

// expected-note@vmlinux.h:* {{put 'ip' into a union, or keep its bytes in an array}}
// expected-note@vmlinux.h:* {{'version' is declared here}}
// kernel: btf EINVAL

//--- in-kernel-header-of-an-object
#include "bpf_test.h"

/* The object is in no map, and what is in the way is in vmlinux.h. */
struct packet {
	struct iphdr ip;
	// expected-warning@-1 {{bit-field 'version' does not start on a byte, which ends the kernel's search for special fields: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	struct bpf_refcount refs;
};
KEEP(struct packet)

struct slot {
	struct packet __kptr *packet;
};

HASH_MAP(slots, struct slot);
// expected-note@-1 {{map 'slots' loses 'packet' (a kptr)}}

// expected-note@vmlinux.h:* {{put 'ip' into a union, or keep its bytes in an array}}
// expected-note@vmlinux.h:* {{'version' is declared here}}
// kernel: btf EINVAL

//--- in-kernel-header-of-a-plain-object
// expected-no-diagnostics
#include "bpf_test.h"

/* Nothing in it that the kernel looks for. */
struct packet {
	struct iphdr ip;
	u64 number;
};
KEEP(struct packet)

struct slot {
	struct packet __kptr *packet;
};

HASH_MAP(slots, struct slot);

//--- nested-and-shared
#include "bpf_test.h"

KEEP(struct task_struct)

struct bits {
	bool first : 1;
	bool second : 1;
	// expected-warning@-1 {{bit-field 'second' does not start on a byte, which ends the kernel's search for special fields: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
};

struct rows {
	struct bits bits[3];
	struct bpf_spin_lock lock;
};

struct stash {
	struct task_struct __kptr *task;
	struct {
		struct bits bits;
	} anonymous;
};

HASH_MAP(rows, struct rows);
// expected-note@-1 {{the value of map 'rows' and of 1 more holds it}}
// expected-note@-2 {{map 'rows' loses 'lock' (a bpf_spin_lock)}}
ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{map 'stashes' loses 'task' (a kptr)}}

// kernel: btf EINVAL

//--- in-a-global
#include "bpf_test.h"

KEEP(struct task_struct)

struct options {
	u32 verbose : 1, quick : 1;
	// expected-warning@-1 {{bit-field 'quick' does not start on a byte, which ends the kernel's search for special fields: every special field of section '.bss' is plain memory}}
	// expected-note@-2 {{section '.bss' loses 'task' (a kptr)}}
};

__hidden struct options options;
__hidden struct task_struct __kptr *task;
private(LOCK) struct bpf_spin_lock lock;

SEC("tc")
__failure __msg("R1 has no valid kptr")
int use(struct __sk_buff *skb)
{
	struct task_struct *old;

	bpf_spin_lock(&lock);
	options.quick = 1;
	bpf_spin_unlock(&lock);
	old = bpf_kptr_xchg(&task, NULL);
	if (old)
		bpf_task_release(old);
	return 0;
}

// kernel: map .bss record none

//--- in-a-struct-of-no-map
#include "bpf_test.h"

KEEP(struct task_struct)

struct flow {
	struct bpf_spin_lock lock;
	u32 urgent : 3, kind : 5;
	// expected-warning@-1 {{bit-field 'kind' does not start on a byte, which ends the kernel's search for special fields: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
};

KEEP(struct flow)

struct stash {
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{map 'stashes' loses 'task' (a kptr)}}

// kernel: btf EINVAL

//--- direct-members-only kernel=6.1
#include "bpf_test.h"

KEEP(struct prog_test_ref_kfunc)

struct bits {
	u32 urgent : 3, kind : 5;
	u32 : 24;
	u32 rest;
};

/* This kernel looks neither into nested structs ... */
struct outer {
	struct bits bits;
	struct prog_test_ref_kfunc __kptr_ref *task;
};

/* ... nor at locks with the kptrs. */
struct locked {
	u32 urgent : 3, kind : 5;
	struct bpf_spin_lock lock;
};

struct stash {
	u64 urgent : 3, kind : 5;
	// expected-warning@-1 {{bit-field 'kind' does not start on a byte, which ends the kernel's search for special fields: every special field of map 'stashes' is plain memory}}
	struct prog_test_ref_kfunc __kptr_ref *task;
};

HASH_MAP(outers, struct outer);
HASH_MAP(lockeds, struct locked);
HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'task' (a kptr)}}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct {
	u32 urgent : 3, kind : 5;
} bits_t;

/* Nothing of this is a bit-field inside a byte, as far as the kernel looks. */
struct flow {
	u32 first : 3;
	u32 : 0;
	u32 whole : 8, half : 16;
	u32 padded : 3, : 5;
	u32 : 0;
	u64 wide : 40, rest : 24;
	union {
		struct {
			u32 urgent : 3, kind : 5;
		};
		u32 bits;
	};
	bits_t behind_typedef;
	bits_t row[2];
	const struct iphdr ip;
	struct iphdr *pointed_to;
	struct iphdr none[0];
	struct bpf_spin_lock lock;
	struct task_struct __kptr *task;
};

HASH_MAP(flows, struct flow);

/* Nor does it matter where there is no special field. */
struct plain {
	u32 urgent : 3, kind : 5;
	struct task_struct *task;
};

HASH_MAP(plains, struct plain);

__hidden struct plain plain;

SEC("tc")
int use(struct __sk_buff *skb)
{
	plain.kind = skb->len;
	return 0;
}

//--- stored
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	unsigned int urgent : 3, kind : 5; // expected-warning {{bit-field 'kind' does not start on a byte}}
	struct task_struct __kptr_untrusted *seen;
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'seen'}}

// kernel: btf EINVAL

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (stash)
		stash->seen = bpf_get_current_task_btf(); // expected-note {{the kernel lets a pointer pass here as a number, which user space can read}}
	return 0;
}
