// The test of rule kptr-variable-offset: an index that the verifier knows a range of only.

//--- xchg
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task[4]; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("doesn't have constant offset. kptr has to be at the constant offset")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task[skb->len & 3], NULL); // expected-warning {{this may reach 'task' at an offset that is known at run time only}} expected-note {{select the element by a switch}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- load
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task[4]; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr access cannot have variable offset")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	int index;

	if (!stash)
		return 0;
	index = bpf_get_smp_processor_id() & 3; 
	if (stash->task[index]) // expected-warning {{this may reach 'task'}} expected-note {{select the element by a switch}}
		return 1;
	return 0;
}

//--- argument
#include "bpf_test.h"
#include <bpf/bpf_tracing.h>

KEEP(struct task_struct)

struct slot {
	long flags;
	struct task_struct __kptr_untrusted *task; // expected-note {{'task' is declared here}}
};

struct stash {
	struct slot slots[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tp_btf/task_newtask")
__failure __msg("kptr access cannot have variable offset")
int BPF_PROG(use, struct task_struct *task, unsigned long flags)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (stash)
		stash->slots[flags & 3].task = task; // expected-warning {{this may reach 'task' at an offset that is known at run time only}} expected-note {{select the element by a switch}}
	return 0;
}

//--- good-argument
// expected-no-diagnostics
#include "bpf_test.h"
#include <bpf/bpf_tracing.h>

KEEP(struct task_struct)

struct slot {
	long flags;
	struct task_struct __kptr_untrusted *task;
};

struct stash {
	struct slot slots[4];
};

ARRAY_MAP(stashes, struct stash);

/* A bool is 0 on one path and 1 on the other. */
SEC("tp_btf/sched_switch")
__success
int BPF_PROG(use, bool preempt, struct task_struct *prev)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (stash)
		stash->slots[preempt].task = prev;
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task[4];
	long count;
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
	for (int i = 0; i < 4; i++) {
		task = bpf_kptr_xchg(&stash->task[i], NULL);
		if (task)
			bpf_task_release(task);
	}
	switch (skb->len & 1) {
	case 0:
		task = bpf_kptr_xchg(&stash->task[0], NULL);
		break;
	default:
		barrier();
		task = bpf_kptr_xchg(&stash->task[1], NULL);
	}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- beyond
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long n[4];
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr access cannot have variable offset")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->count[0] = stash->n[bpf_get_prandom_u32() & 7]; // expected-warning {{this may reach 'task'}} expected-note {{select the element by a switch}}
	return 0;
}

//--- good-masked
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long n[4];
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
	stash->count[0] = stash->n[bpf_get_prandom_u32() & 3];
	return 0;
}

//--- run-time-numbers
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	u32 next;
	struct task_struct __kptr *task[4]; // expected-note 9 {{'task' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

u32 cursor;
volatile u32 ticket;
static u32 turn;

struct bpf_iter_num {
	u64 state[1];
} __attribute__((aligned(8)));

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym __weak;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym __weak;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym __weak;

static __always_inline struct stash *find(void)
{
	int key = 0;

	return bpf_map_lookup_elem(&stashes, &key);
}

static __always_inline void drop(struct task_struct *task)
{
	if (task)
		bpf_task_release(task);
}

SEC("tc")
__failure __msg("doesn't have constant offset. kptr has to be at the constant offset")
int global(struct __sk_buff *skb)
{
	struct stash *stash = find();

	if (stash)
		drop(bpf_kptr_xchg(&stash->task[cursor++ & 3], NULL)); // expected-warning {{this may reach 'task' at an offset that is known at run time only}} expected-note {{select the element by a switch}}
	return 0;
}

SEC("tc")
__failure __msg("doesn't have constant offset. kptr has to be at the constant offset")
int volatile_global(struct __sk_buff *skb)
{
	struct stash *stash = find();

	if (stash)
		drop(bpf_kptr_xchg(&stash->task[ticket % 4], NULL)); // expected-warning {{this may reach 'task'}} expected-note {{select the element by a switch}}
	return 0;
}

SEC("tc")
__failure __msg("doesn't have constant offset. kptr has to be at the constant offset")
int counter(struct __sk_buff *skb)
{
	struct stash *stash = find();

	if (stash)
		drop(bpf_kptr_xchg(&stash->task[turn & 3], NULL)); // expected-warning {{this may reach 'task'}} expected-note {{select the element by a switch}}
	turn = (turn + 1) % 4;
	return 0;
}

SEC("tc")
__failure __msg("doesn't have constant offset. kptr has to be at the constant offset")
int member(struct __sk_buff *skb)
{
	struct stash *stash = find();

	if (stash)
		drop(bpf_kptr_xchg(&stash->task[stash->next++ % 4], NULL)); // expected-warning {{this may reach 'task'}} expected-note {{select the element by a switch}}
	return 0;
}

static __noinline int peek(struct stash *stash, u32 slot)
{
	if (slot >= 4)
		return 0;
	return stash->task[slot] != NULL; // expected-warning {{this may reach 'task'}} expected-note {{select the element by a switch}}
}

SEC("tc")
__failure __msg("kptr access cannot have variable offset")
int parameter(struct __sk_buff *skb)
{
	struct stash *stash = find();

	return stash ? peek(stash, bpf_get_smp_processor_id()) : 0;
}

static long each(u32 turn, void *context)
{
	struct stash *stash = find();

	if (!stash || turn > 3)
		return 1;
	drop(bpf_kptr_xchg(&stash->task[turn], NULL)); // expected-warning {{this may reach 'task'}} expected-note {{select the element by a switch}}
	return 0;
}

SEC("tc")
__failure __msg("doesn't have constant offset. kptr has to be at the constant offset")
int callback(struct __sk_buff *skb)
{
	bpf_loop(4, each, NULL, 0);
	return 0;
}

SEC("tc")
__failure __msg("doesn't have constant offset. kptr has to be at the constant offset")
int iterator(struct __sk_buff *skb)
{
	struct stash *stash = find();
	struct bpf_iter_num it;
	int *i;

	if (!stash)
		return 0;
	bpf_iter_num_new(&it, 0, 4);
	while ((i = bpf_iter_num_next(&it))) {
		u32 slot = *i;

		if (slot > 3)
			break;
		drop(bpf_kptr_xchg(&stash->task[slot], NULL)); // expected-warning {{this may reach 'task'}} expected-note {{select the element by a switch}}
	}
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("tc")
__failure __msg("doesn't have constant offset. kptr has to be at the constant offset")
int from_there_on(struct __sk_buff *skb)
{
	struct stash *stash = find();

	if (!stash)
		return 0;
	for (u32 slot = skb->mark; slot < 4; slot++)
		drop(bpf_kptr_xchg(&stash->task[slot], NULL)); // expected-warning {{this may reach 'task'}} expected-note {{select the element by a switch}}
	return 0;
}

SEC("tc")
__failure __msg("doesn't have constant offset. kptr has to be at the constant offset")
int upper_half(struct __sk_buff *skb)
{
	struct stash *stash = find();

	if (stash)
		drop(bpf_kptr_xchg(&stash->task[(bpf_ktime_get_ns() >> 32) % 4], NULL)); // expected-warning {{this may reach 'task'}} expected-note {{select the element by a switch}}
	return 0;
}

//--- good-run-time-numbers
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	u32 next;
	struct task_struct __kptr *task[4];
};

ARRAY_MAP(stashes, struct stash);

const volatile u32 configured = 1;
u32 cursor;
static u32 never_set; // optimised away

static __always_inline struct stash *find(void)
{
	int key = 0;

	return bpf_map_lookup_elem(&stashes, &key);
}

static __always_inline void drop(struct task_struct *task)
{
	if (task)
		bpf_task_release(task);
}

static __noinline int peek(struct stash *stash, u32 slot)
{
	if (slot >= 4)
		return 0;
	return stash->task[slot] != NULL;
}

SEC("tc")
__success
int constants(struct __sk_buff *skb)
{
	struct stash *stash = find();

	if (!stash)
		return 0;
	drop(bpf_kptr_xchg(&stash->task[configured & 3], NULL));
	drop(bpf_kptr_xchg(&stash->task[never_set], NULL));
	cursor = 2;
	drop(bpf_kptr_xchg(&stash->task[cursor & 3], NULL));
	return peek(stash, 1) + peek(stash, 2);
}

/* What is compared until one number is left is a constant, too. */
SEC("tc")
__success
int pinned(struct __sk_buff *skb)
{
	struct stash *stash = find();
	u32 slot = skb->mark, other = skb->len, bit = skb->mark & 1;

	if (!stash || slot)
		return 0;
	drop(bpf_kptr_xchg(&stash->task[slot], NULL));
	if (other > 1 && other < 3)
		drop(bpf_kptr_xchg(&stash->task[other], NULL));
	if (bit)
		bpf_printk("odd");
	drop(bpf_kptr_xchg(&stash->task[bit], NULL));
	return 0;
}

/* The compiler loads where it needs the pointer: behind the comparison. */
SEC("tc")
__success
int put_off(struct __sk_buff *skb)
{
	struct stash *stash = find();
	u32 slot = skb->mark;
	struct task_struct *task;

	if (!stash || slot > 3)
		return 0;
	task = stash->task[slot];
	if (slot == 2)
		return task != NULL;
	return 0;
}

/* Nor does it load what nobody asks for. */
SEC("tc")
__success
int never_read(struct __sk_buff *skb)
{
	struct stash *stash = find();
	struct task_struct *task;

	if (stash)
		task = stash->task[skb->mark & 3];
	return 0;
}

SEC("tc")
__success
int quotient(struct __sk_buff *skb)
{
	struct stash *stash = find();
	u32 slot = skb->mark;

	if (!stash || slot > 3)
		return 0;
	drop(bpf_kptr_xchg(&stash->task[slot / 4], NULL));
	return 0;
}

SEC("tc")
__success
int turns(struct __sk_buff *skb)
{
	struct stash *stash = find();
	u32 count = skb->mark;

	if (!stash || count > 4)
		return 0;
	for (u32 slot = 0; slot < count; slot++)
		if (slot != skb->len)
			drop(bpf_kptr_xchg(&stash->task[slot], NULL));
	return 0;
}

//--- neighbour
#include "bpf_test.h"

KEEP(struct cgroup)

struct counts {
	long count[4];
	struct cgroup __kptr *cgroup; // expected-note {{'cgroup' is declared here}}
};

ARRAY_MAP(values, struct counts);

struct entry {
	long hits;
	struct cgroup __kptr *of; // expected-note {{'of' is declared here}}
};

static struct entry table[4];

SEC("tc")
__failure __msg("kptr access cannot have variable offset")
int one_too_far(struct __sk_buff *skb)
{
	int key = 0;
	struct counts *value = bpf_map_lookup_elem(&values, &key);
	u32 index = skb->mark;

	if (!value || index > 4)
		return 0;
	value->count[index]++; // expected-warning {{this may reach 'cgroup' at an offset that is known at run time only}} expected-note {{select the element by a switch}}
	return 0;
}

SEC("tc")
__failure __msg("kptr access cannot have variable offset")
int member_beside(struct __sk_buff *skb)
{
	u32 index = skb->mark;

	if (index > 3)
		return 0;
	table[index].hits++; // expected-warning {{this may reach 'of'}} expected-note {{select the element by a switch}}
	return 0;
}

//--- good-neighbour
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct cgroup)

struct counts {
	long count[4];
	struct cgroup __kptr *cgroup;
	long behind[4];
};

ARRAY_MAP(values, struct counts);

struct entry {
	long hits;
	struct cgroup __kptr *of;
};

static struct entry table[4];

SEC("tc")
__success
int within(struct __sk_buff *skb)
{
	int key = 0;
	struct counts *value = bpf_map_lookup_elem(&values, &key);
	u32 index = skb->mark;
	long count;

	if (!value || index > 4)
		return 0;
	count = value->count[index];
	if (index == 4)
		return 0;
	value->count[index] = count + 1;
	value->behind[index]++;
	return 0;
}

SEC("tc")
__success
int one_of_them(struct __sk_buff *skb)
{
	u32 index = skb->mark;

	if (index == 1)
		table[index].hits++;
	return 0;
}
