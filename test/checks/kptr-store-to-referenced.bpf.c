// The test of rule kptr-store-to-referenced: a plain store to a field that owns what it points to.

//--- null
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->task = NULL; // expected-warning {{'task' owns what it points to, and only bpf_kptr_xchg() may write it}} expected-note {{exchange it}}
	return 0;
}

//--- pointer
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	stash->task = task; // expected-warning {{'task' owns what it points to}} expected-note {{exchange it}}
	return 0;
}

//--- memset
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	__builtin_memset(stash, 0, sizeof(*stash)); // expected-warning {{this overwrites 'task' along with the rest}} expected-note {{one by one}}
	return 0;
}

//--- assignment
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	*stash = (struct stash){ .count = 1 }; // expected-warning {{this overwrites 'task' along with the rest}} expected-note {{one by one}}
	return 0;
}

//--- through-pointer
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

static void clear(void *value)
{
	struct stash *stash = value;

	*(struct task_struct *volatile *)&stash->task = NULL; // expected-warning {{'task' owns what it points to}} expected-note {{exchange it}}
}

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	clear(stash);
	return 0;
}

//--- global
#include "bpf_test.h"

KEEP(struct task_struct)

#define WRITE(x, v) (*(volatile typeof(x) *)&(x) = (v))

static struct task_struct __kptr *task; // expected-note {{'task' is declared here}}

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int use(struct __sk_buff *skb)
{
	WRITE(task, NULL); // expected-warning {{'task' owns what it points to}} expected-note {{exchange it}}
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

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
	struct task_struct *task;

	if (!stash)
		return 0;
	stash->seen = NULL;
	stash->count[0] = 1;
	__builtin_memset(stash->count, 0, sizeof(stash->count));
	struct stash copy = {};
	copy.task = NULL;
	bpf_map_update_elem(&stashes, &key, &copy, 0);
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- only-untrusted
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	long count;
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
	__builtin_memset(stash, 0, sizeof(*stash));
	return 0;
}

//--- not-run
// expected-no-diagnostics
#include "bpf_test.h"

#ifndef KERNEL_VERSION
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))
#endif

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

extern int LINUX_KERNEL_VERSION __kconfig;

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	if (LINUX_KERNEL_VERSION < KERNEL_VERSION(6, 0, 0))
		stash->task = NULL;
	if (0)
		stash->task = NULL;
	return 0;
}

//--- shared-alias
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

static struct stash *alias(void *value)
{
	return value;
}

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	alias(stash)->task = NULL; // expected-warning {{'task' owns what it points to}} expected-note {{exchange it}}
	alias(skb);
	return 0;
}

//--- shared
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

static inline void clear(void **slot)
{
	*(void *volatile *)slot = NULL; // expected-note {{clear() writes it here}}
}

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	clear((void *)&stash->seen);
	clear((void *)&stash->task); // expected-warning {{'task' owns what it points to, and only bpf_kptr_xchg() may write it}} expected-note {{exchange it}}
	return 0;
}

//--- shared-and-asked
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

static inline void clear(struct stash *stash, void *other)
{
	if (other)
		stash->seen = NULL;
	else
		stash->task = NULL;
}

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	clear(stash, stash);
	clear(stash, stash);
	return 0;
}

//--- container-of
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count[4];
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

#define holder_of(pointer, type, member)                                                 \
	({                                                                               \
		void *__member = (void *)(pointer);                                      \
		((type *)(__member - __builtin_offsetof(type, member)));                 \
	})

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	long *count = stash->count;

	holder_of(count, struct stash, count)->task = NULL; // expected-warning {{'task' owns what it points to, and only bpf_kptr_xchg() may write it}} expected-note {{exchange it, and release what was in it}}
	return 0;
}

//--- inner-map
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count[4];
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

struct shard {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct stash);
} first SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, int);
	__array(values, struct shard);
} shards SEC(".maps") = {
	.values = { &first },
};

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	void *shard = bpf_map_lookup_elem(&shards, &key);
	struct stash *stash;

	if (!shard)
		return 0;
	stash = bpf_map_lookup_elem(shard, &key);
	if (!stash)
		return 0;
	stash->task = NULL; // expected-warning {{'task' owns what it points to, and only bpf_kptr_xchg() may write it}} expected-note {{exchange it, and release what was in it}}
	return 0;
}

//--- timer-callback
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct bpf_timer timer;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

static int fired(void *map, int *key, struct stash *stash)
{
	stash->task = NULL; // expected-warning {{'task' owns what it points to, and only bpf_kptr_xchg() may write it}} expected-note {{exchange it, and release what was in it}}
	return 0;
}

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_timer_init(&stash->timer, &stashes, 1);
	bpf_timer_set_callback(&stash->timer, fired);
	return 0;
}

//--- good-folded
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

static struct task_struct __kptr *never_read; // optimised away
static struct task_struct __kptr *always_null; // optimised away

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	never_read = NULL;
	if (*(int *)&always_null)
		always_null = NULL;
	return 0;
}

//--- chain
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note 2 {{'task' is declared here}}
	struct task_struct __kptr *leader; // expected-note {{'leader' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->task = stash->leader = NULL; // expected-warning {{'task' owns what it points to}} expected-note {{exchange it}} expected-warning {{'leader' owns what it points to}} expected-note {{exchange it}}
	return 0;
}

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int borrowed(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->task = bpf_get_current_task_btf(); // expected-warning {{'task' owns what it points to}} expected-note {{exchange it}}
	return 0;
}

//--- local-copy
#include "bpf_test.h"

struct stash {
	long a;
	struct task_struct __kptr *task; // expected-note 4 {{'task' is declared here}}
	long b;
};

KEEP(struct task_struct)
HASH_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int of_a_member(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct stash copy;

	if (!stash)
		return 0;
	copy.a = skb->mark;
	copy.task = NULL;
	*stash = copy; // expected-warning {{this overwrites 'task' along with the rest}} expected-note {{write the other members one by one}}
	return 0;
}

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int cleared(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct stash copy;

	if (!stash)
		return 0;
	__builtin_memset(&copy, 0, sizeof(copy));
	copy.a = skb->mark;
	__builtin_memcpy(stash, &copy, sizeof(copy)); // expected-warning {{this overwrites 'task'}} expected-note {{write the other members one by one}}
	return 0;
}

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int initialised(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct stash copy = { .a = skb->mark, .b = 3 };

	if (stash)
		*stash = copy; // expected-warning {{this overwrites 'task'}} expected-note {{write the other members one by one}}
	return 0;
}

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int shown(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct stash copy;

	if (!stash)
		return 0;
	bpf_probe_read_kernel(&copy.a, sizeof(copy.a), (void *)8);
	*stash = copy; // expected-warning {{this overwrites 'task'}} expected-note {{write the other members one by one}}
	return 0;
}

//--- good-local-copy
// expected-no-diagnostics
#include "bpf_test.h"

struct stash {
	long a;
	struct task_struct __kptr *task;
	long b;
};

KEEP(struct task_struct)
HASH_MAP(stashes, struct stash);

static void fill(struct stash *stash, long a)
{
	stash->a = a;
	stash->b = 3;
}

static struct stash made(long a)
{
	struct stash stash;

	stash.a = a;
	return stash;
}

/* What was given no value is not stored, either. */
SEC("tc")
__success
int members(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct stash copy, other, third;

	if (!stash)
		return 0;
	copy.a = skb->mark;
	copy.b = 3;
	*stash = copy;
	other.a = skb->len;
	__builtin_memcpy(stash, &other, sizeof(other));
	fill(&third, skb->len);
	*stash = third;
	*stash = made(skb->len);
	return 0;
}

//--- good-copy-by-value
// expected-no-diagnostics
#include "bpf_test.h"

struct stash {
	long a;
	struct task_struct __kptr *task;
	long b, c;
};

KEEP(struct task_struct)
HASH_MAP(stashes, struct stash);

static void put(struct stash *stash, struct stash fresh)
{
	*stash = fresh;
}

SEC("tc")
__success
int members(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct stash fresh;

	if (!stash)
		return 0;
	fresh.a = skb->mark;
	fresh.b = 3;
	put(stash, fresh);
	return 0;
}

//--- by-size
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	int small;
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

static __always_inline void write_once(volatile void *p, void *from, int size)
{
	switch (size) {
	case 1:
		*(volatile __u8 *)p = *(__u8 *)from;
		break;
	case 4:
		*(volatile __u32 *)p = *(__u32 *)from;
		break;
	case 8:
		*(volatile __u64 *)p = *(__u64 *)from; // expected-note {{write_once() writes it here}}
		break;
	default:
		__builtin_memcpy((void *)p, from, size);
	}
}

#define WRITE_ONCE(x, val)                                  \
	({                                                  \
		union {                                     \
			typeof(x) __val;                    \
			char __c[1];                        \
		} __u = { .__val = (val) };                 \
		write_once(&(x), __u.__c, sizeof(x));       \
		__u.__val;                                  \
	})

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	WRITE_ONCE(stash->count, 1);
	WRITE_ONCE(stash->small, 1);
	WRITE_ONCE(stash->task, NULL); // expected-warning {{'task' owns what it points to, and only bpf_kptr_xchg() may write it}} expected-note {{exchange it}}
	return 0;
}

SEC("tc")
__success
int fine(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	WRITE_ONCE(stash->count, 1);
	WRITE_ONCE(stash->small, 1);
	WRITE_ONCE(stash->seen, NULL);
	return 0;
}

//--- size-given
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count[2];
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

static __always_inline void zero(void *p, unsigned int size)
{
	__builtin_memset(p, 0, size); // expected-warning {{this overwrites 'task' along with the rest}} expected-note {{one by one}}
}

SEC("tc")
__failure
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (stash)
		zero(stash, sizeof(*stash));
	return 0;
}

//--- behind-a-filter
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note 3 {{'task' is declared here}}
	u64 since;
};

ARRAY_MAP(stashes, struct stash);

const volatile u32 wanted;
const volatile u64 slow;

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int filtered(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (wanted && skb->mark != wanted)
		return 0;
	if (stash)
		stash->task = NULL; // expected-warning {{'task' owns what it points to, and only bpf_kptr_xchg() may write it}} expected-note {{exchange it}}
	return 0;
}

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int fast(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	u64 now = bpf_ktime_get_ns();

	if (now < slow || !stash)
		return 0;
	stash->task = NULL; // expected-warning {{'task' owns what it points to, and only bpf_kptr_xchg() may write it}} expected-note {{exchange it}}
	return 0;
}

SEC("tc")
__failure __msg("store to referenced kptr disallowed")
int late(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	u64 now = bpf_ktime_get_ns();

	if (!stash)
		return 0;
	if (now - stash->since < slow)
		return 0;
	stash->task = NULL; // expected-warning {{'task' owns what it points to, and only bpf_kptr_xchg() may write it}} expected-note {{exchange it}}
	return 0;
}

//--- good-behind-a-filter
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);

const volatile u32 least;
const volatile bool on;

/* The kernel knows that it comes no further. */
SEC("tc")
__success
int filtered(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	if (!on)
		return 0;
	stash->task = NULL;
	return 0;
}

SEC("tc")
__success
int never(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	if (skb->mark >= least)
		return 0;
	stash->task = NULL;
	return 0;
}
