// The test of rule kptr-partial-access: a load or store of fewer bytes than the pointer has.

//--- load
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr access size must be BPF_DW")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	return *(int *)&stash->task; // expected-warning {{reads 4 bytes of 'task', and the kernel allows access to all 8 bytes of a kptr only}} expected-note {{load all of it, and use what is wanted}}
	return 0;
}

//--- store
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr access size must be BPF_DW")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	*(volatile int *)&stash->seen = 0; // expected-warning {{writes 4 bytes of 'seen'}} expected-note {{store NULL into all of it}}
	return 0;
}

//--- byte
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr access misaligned expected=8 off=15")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	return ((volatile char *)stash)[15]; // expected-warning {{reads 1 byte of 'task'}}
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

#define READ_ONCE(x) (*(volatile typeof(x) *)&(x))

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	*(int *)&stash->task; // the compiler drops it
	int unused = *(int *)&stash->task;
	if (READ_ONCE(stash->task))
		return 1;
	return *(int *)&stash->count;
	return 0;
}

//--- read-once
// expected-no-diagnostics
#include "bpf_test.h"

static __always_inline void read_once(const volatile void *p, void *res, int size)
{
	switch (size) {
	case 4:
		*(__u32 *)res = *(volatile __u32 *)p;
		break;
	case 8:
		*(__u64 *)res = *(volatile __u64 *)p;
		break;
	}
}

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task = NULL;

	if (!stash)
		return 0;
	read_once(&stash->task, &task, sizeof(task));
	return task ? 1 : 0;
	return 0;
}

//--- fill
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr access")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	__builtin_memset((char *)&stash->seen + 4, 0, 4); // expected-warning {{writes 4 bytes of 'seen'}}
	return 0;
}

//--- store-owned
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr access size must be BPF_DW")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	*(volatile int *)&stash->task = 0; // expected-warning {{writes 4 bytes of 'task'}} expected-note {{exchange it for NULL, and release what was in it}}
	return 0;
}

//--- copy
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

int out;

SEC("tc")
__failure __msg("kptr access size must be BPF_DW")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	__builtin_memcpy(&out, &stash->task, sizeof(out)); // expected-warning {{reads 4 bytes of 'task'}}
	return 0;
}

//--- copy-to-stack
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr access size must be BPF_DW")
int use(struct __sk_buff *skb)
{
	int key = 0, half;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	__builtin_memcpy(&half, &stash->task, sizeof(half)); // expected-warning {{reads 4 bytes of 'task'}}
	return half;
}

//--- compare
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

int out;

SEC("tc")
__failure __msg("kptr access misaligned expected=0 off=1")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	out = __builtin_memcmp(&stash->seen, &key, sizeof(key)); // expected-warning {{this compares 'seen' byte by byte, and the kernel allows access to all 8 bytes of a kptr only}} expected-note {{compare the pointers with ==}}
	return 0;
}

//--- copy-whole
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

struct {
	void *all[2];
} out;

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	int unused;

	__builtin_memcpy(&out, stash, sizeof(out));
	__builtin_memcpy(&unused, &stash->task, sizeof(unused)); // the compiler drops it
	return __builtin_memcmp(stash->count, &key, sizeof(key));
	return 0;
}

//--- extended
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note 2 {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

long out;

SEC("tc")
__failure __msg("kptr access size must be BPF_DW")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	out = *(int *)&stash->task; // expected-warning {{reads 4 bytes of 'task'}} expected-note {{load all of it}}
	return 0;
}

SEC("tc")
__failure __msg("kptr access size must be BPF_DW")
int shifted(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	return *(unsigned char *)&stash->task << 3; // expected-warning {{reads 1 byte of 'task'}} expected-note {{load all of it}}
}
