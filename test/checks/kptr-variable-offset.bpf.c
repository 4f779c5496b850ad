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
