// The test of rule object-variable-offset: the kernel wants to know which member of an object is meant.

//--- kernel-object
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	struct task_struct __kptr_untrusted *seen;
};

ARRAY_MAP(stashes, struct stash);
long out;

SEC("tc")
__failure __msg("is ptr_task_struct invalid variable offset")
int loaded(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task)
		out = task->comm[bpf_get_prandom_u32() & 15]; // expected-warning {{this is at an offset into struct 'task_struct' that is known at run time only, and the kernel wants a constant one}} expected-note {{read by bpf_probe_read_kernel(), or let the index be that of a loop with a constant bound}}
	return 0;
}

SEC("tp_btf/sys_enter")
__failure __msg("invalid variable offset")
int current(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	out = task->comm[bpf_get_prandom_u32() & 15]; // expected-warning {{this is at an offset into struct 'task_struct'}} expected-note {{read by}}
	return 0;
}

//--- program-local-object
#include "bpf_test.h"

struct table {
	long used;
	long slots[4];
};

SEC("tc")
__failure __msg("is ptr_table invalid variable offset")
int fill(struct __sk_buff *skb)
{
	struct table *table = bpf_obj_new(struct table);
	unsigned int slot = skb->len & 3;

	if (!table)
		return 0;
	table->slots[slot] = 1; // expected-warning {{this is at an offset into struct 'table' that is known at run time only}} expected-note {{select the element by a switch with constant indices}}
	bpf_obj_drop(table);
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

long out;

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	char name = 0;

	for (int i = 0; i < 16; i++)
		out += task->comm[i];
	bpf_probe_read_kernel(&name, 1, (char *)task + (bpf_get_prandom_u32() & 15));
	return name;
}

//--- good-user-memory kernel=6.13-
// expected-no-diagnostics
#include "bpf_test.h"

struct shared {
	long slots[4];
};

KEEP(struct shared)

struct session {
	struct shared __uptr *shared;
};

TASK_STORAGE_MAP(sessions, struct session);
long out;

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	struct session *session = bpf_task_storage_get(&sessions, bpf_get_current_task_btf(), 0, 0);
	struct shared *shared;

	if (!session)
		return 0;
	shared = session->shared;
	if (shared)
		out = shared->slots[bpf_get_prandom_u32() & 3];
	return 0;
}

//--- per-cpu-object
#include "bpf_test.h"

struct histogram {
	long slots[8];
};

KEEP(struct histogram)

struct stash {
	struct histogram __percpu_kptr *histogram; // expected-note {{'histogram' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("is ptr_histogram invalid variable offset")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct histogram *histogram, *here;

	if (!stash)
		return 0;
	histogram = stash->histogram;
	if (!histogram)
		return 0;
	here = bpf_this_cpu_ptr(histogram);
	here->slots[3]++;
	here->slots[skb->len & 7]++; // expected-warning {{this is at an offset into struct 'histogram' that is known at run time only}} expected-note {{select the element by a switch}}
	return 0;
}
