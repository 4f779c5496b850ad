// The test of rule kptr-passed-to-helper-memory: memory with a kptr in it that a callee gets.

//--- write
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("raw_tp/sys_enter")
__failure __msg("kptr cannot be accessed indirectly by helper")
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_get_current_comm(stash, sizeof(*stash)); // expected-warning {{the 16 bytes that bpf_get_current_comm() gets have 'task', a kptr, in them}} expected-note {{pass a part without it}}
	return 0;
}

//--- probe-read
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("raw_tp/sys_enter")
__failure __msg("kptr cannot be accessed indirectly by helper")
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_probe_read_kernel(&stash->task, 8, 0); // expected-warning {{the 8 bytes that bpf_probe_read_kernel() gets have 'task'}} expected-note {{pass a part without it}}
	return 0;
}

//--- update
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr cannot be accessed indirectly by helper")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_map_update_elem(&stashes, &key, stash, 0); // expected-warning {{the 16 bytes that bpf_map_update_elem() gets have 'task'}} expected-note {{pass a part without it}}
	return 0;
}

//--- ring-buffer
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
__failure __msg("kptr cannot be accessed indirectly by helper")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_ringbuf_output(&events, stash, sizeof(*stash), 0); // expected-warning {{the 16 bytes that bpf_ringbuf_output() gets have 'task'}} expected-note {{pass a part without it}}
	return 0;
}

//--- dynptr
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr cannot be accessed indirectly by helper")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct bpf_dynptr dynptr;

	if (!stash)
		return 0;
	bpf_dynptr_from_mem(stash, sizeof(*stash), 0, &dynptr); // expected-warning {{the 16 bytes that bpf_dynptr_from_mem() gets have 'task'}} expected-note {{pass a part without it}}
	return 0;
}

//--- global-function
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

__attribute__((noinline)) int peek(struct stash *stash)
{
	return stash ? stash->count : 0;
}

SEC("tc")
__failure __msg("kptr cannot be accessed indirectly by helper")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	return peek(stash); // expected-warning {{the 16 bytes that peek() gets have 'task', a kptr, in them, and the kernel keeps global functions away from those}} expected-note {{make it a static function}}
	return 0;
}

//--- scalar-of-global-function
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	char name[8];
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

__attribute__((noinline)) int count(int *counter)
{
	return counter ? *counter += 1 : 0;
}

SEC("tc")
__failure __msg("kptr cannot be accessed indirectly by helper")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	return count((void *)stash + 6); // expected-warning {{the 4 bytes that count() gets have 'task', a kptr, in them}} expected-note {{make it a static function}}
}

SEC("tc")
__success
int beside(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	return count((void *)stash + 4);
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

static __attribute__((noinline)) int peek(struct stash *stash)
{
	return stash->count;
}

int inlined(struct stash *stash)
{
	return stash ? stash->count : 0;
}

SEC("raw_tp/sys_enter")
__success
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	long task;

	if (!stash)
		return 0;
	bpf_get_current_comm(&stash->count, sizeof(stash->count));
	bpf_probe_read_kernel(&task, sizeof(task), &stash->task);
	return peek(stash);
	return 0;
}

//--- kfunc
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

extern void *bpf_dynptr_slice(const struct bpf_dynptr *p, u32 offset, void *buffer,
			      u32 buffer__szk) BPF_TEST_KFUNC;

SEC("tc")
__failure __msg("memory, len pair leads to invalid memory access")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct bpf_dynptr dynptr;
	char *slice;

	if (!stash)
		return 0;
	bpf_ringbuf_reserve_dynptr(&events, 64, 0, &dynptr);
	slice = bpf_dynptr_slice(&dynptr, 0, stash, 16); // expected-warning {{the 16 bytes that bpf_dynptr_slice() gets have 'seen'}} expected-note {{pass a part without it}}
	if (slice)
		stash->count[0] = *slice;
	bpf_ringbuf_discard_dynptr(&dynptr, 0);
	return 0;
}

//--- size-unknown
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr cannot be accessed indirectly by helper")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_probe_read_kernel(stash, bpf_get_prandom_u32() & 31, skb); // expected-warning {{memory that bpf_probe_read_kernel() gets has 'seen'}} expected-note {{pass a part without it}}
	return 0;
}

//--- result
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr cannot be accessed indirectly by helper")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_strtol("12", 2, 0, (long *)&stash->seen); // expected-warning {{the 8 bytes that bpf_strtol() gets have 'seen'}} expected-note {{pass a part without it}}
	return 0;
}

//--- good-no-effect
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

__attribute__((noinline)) int peek(struct stash *stash)
{
	return stash ? stash->count[0] : 0;
}

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	peek(stash);
	return 0;
}

//--- good-kfunc
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
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

extern void *bpf_dynptr_slice(const struct bpf_dynptr *p, u32 offset, void *buffer,
			      u32 buffer__szk) BPF_TEST_KFUNC;

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct bpf_dynptr dynptr;
	char *slice;

	if (!stash)
		return 0;
	bpf_ringbuf_reserve_dynptr(&events, 64, 0, &dynptr);
	slice = bpf_dynptr_slice(&dynptr, 0, stash->count, 16);
	if (slice)
		stash->count[0] = *slice;
	bpf_ringbuf_discard_dynptr(&dynptr, 0);
	return 0;
}

//--- size-of-the-map
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count[4];
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__uint(value_size, 40);
} queue SEC(".maps");

SEC("tc")
__failure __msg("kptr cannot be accessed indirectly by helper")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_map_pop_elem(&queue, stash); // expected-warning {{the 40 bytes that bpf_map_pop_elem() gets have 'task', a kptr, in them}} expected-note {{pass a part without it}}
	return 0;
}

//--- good-size-of-the-map
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count[4];
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__uint(value_size, 32);
} queue SEC(".maps");

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_map_pop_elem(&queue, stash);
	return 0;
}

//--- size-given
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

static __always_inline void fill(void *to, __u32 size, const void *from)
{
	bpf_probe_read_kernel(to, size, from); // expected-warning {{the 40 bytes that bpf_probe_read_kernel() gets have 'task', a kptr, in them}} expected-note {{pass a part without it, or a copy of what is needed}}
}

SEC("tc")
__failure __msg("kptr cannot be accessed indirectly by helper")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	fill(stash, sizeof(*stash), skb);
	return 0;
}

//--- good-size-given
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count[4];
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);

static __always_inline void fill(void *to, __u32 size, const void *from)
{
	bpf_probe_read_kernel(to, size, from);
}

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	fill(stash, sizeof(stash->count), skb);
	return 0;
}
