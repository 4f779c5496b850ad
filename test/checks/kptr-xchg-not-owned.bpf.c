// The test of rule kptr-xchg-not-owned: bpf_kptr_xchg() with a pointer that carries no reference.

//--- current
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tp_btf/sys_enter")
__failure 
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, bpf_get_current_task_btf()); // expected-warning {{'task' gets the result of bpf_get_current_task_btf(), which carries no reference to move}} expected-note {{acquire a reference to it first}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- loaded
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task, *borrowed;

	if (!stash)
		return 0;
	borrowed = stash->task; // expected-note {{take it out by bpf_kptr_xchg(), or acquire a reference}}
	if (!borrowed)
		return 0;
	task = bpf_kptr_xchg(&stash->task, borrowed); // expected-warning {{'task' gets a pointer that was loaded from 'task', and a load gives no reference to move}}
	if (task)
		bpf_task_release(task);
	return 0;
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

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task, *mine;

	if (!stash)
		return 0;
	mine = stash->task;
	if (!mine)
		return 0;
	mine = bpf_task_acquire(mine);
	if (!mine)
		return 0;
	task = bpf_kptr_xchg(&stash->task, mine);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- member
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R2 must be referenced")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *old;

	if (!stash)
		return 0;
	old = bpf_kptr_xchg(&stash->task, bpf_get_current_task_btf()->group_leader); // expected-warning {{'task' gets a pointer that was loaded from struct 'task_struct', and a load gives no reference to move}} expected-note {{acquire a reference}}
	if (old)
		bpf_task_release(old);
	return 0;
}

//--- argument
#include "bpf_test.h"
#include <bpf/bpf_tracing.h>

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
};

HASH_MAP(stashes, struct stash);

SEC("tp_btf/task_newtask")
__failure
int BPF_PROG(given, struct task_struct *task, u64 clone_flags)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *old;

	if (!stash)
		return 0;
	old = bpf_kptr_xchg(&stash->task, task); // expected-warning {{'task' is only borrowed from the kernel, and carries no reference to move into a kptr}} expected-note {{acquire a reference to it first}} expected-note {{the pointer is from the arguments of the program}}
	if (old)
		bpf_task_release(old);
	return 0;
}

SEC("tp_btf/task_newtask")
__failure
int BPF_PROG(member, struct task_struct *task, u64 clone_flags)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *old, *leader;

	if (!stash)
		return 0;
	leader = task->group_leader;
	old = bpf_kptr_xchg(&stash->task, leader); // expected-warning {{'leader' is only borrowed from the kernel, and carries no reference to move into a kptr}} expected-note {{acquire a reference to it first}} expected-note {{the pointer is loaded from 'group_leader'}}
	if (old)
		bpf_task_release(old);
	return 0;
}

//--- by-a-function
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr *next;
};

HASH_MAP(stashes, struct stash);

static int put(struct stash *stash, struct task_struct *task)
{
	task = bpf_kptr_xchg(&stash->task, task); // expected-warning {{'next' is only borrowed from the map, and carries no reference to move into a kptr}} expected-note {{acquire a reference to it first}}
	if (!task)
		return 0;
	bpf_task_release(task);
	return 1;
}

SEC("tc")
__failure
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *next;

	if (!stash)
		return 0;
	next = stash->next; // expected-note {{the pointer is loaded from 'next'}}
	if (!next) // expected-note {{on the path where this is false}}
		return 0;
	return put(stash, next); // expected-note {{called here}}
}

//--- good-acquired
// expected-no-diagnostics
#include "bpf_test.h"
#include <bpf/bpf_tracing.h>

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
};

HASH_MAP(stashes, struct stash);

static int put(struct stash *stash, struct task_struct *task)
{
	task = bpf_kptr_xchg(&stash->task, task);
	if (!task)
		return 0;
	bpf_task_release(task);
	return 1;
}

SEC("tp_btf/task_newtask")
__success
int BPF_PROG(given, struct task_struct *task, u64 clone_flags)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *own;

	if (!stash)
		return 0;
	own = bpf_task_acquire(task);
	if (!own)
		return 0;
	put(stash, own);
	own = bpf_task_acquire(task->group_leader);
	return own ? put(stash, own) : put(stash, NULL);
}

/* NULL carries no reference and needs none. */
SEC("tc")
__success
int known(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (!task) {
		task = bpf_kptr_xchg(&stash->task, task);
		if (task)
			bpf_task_release(task);
	}
	return 0;
}
