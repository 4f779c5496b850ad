// The test of rule kptr-release-of-borrowed: a loaded kptr stays the map's, and
// cannot be released or moved.

//--- refused
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

SEC("tc")
__failure
__msg("R1 must be referenced or trusted")
int released(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}}
	if (task) // expected-note {{on the path where this is true}}
		bpf_task_release(task); // expected-warning {{'task' is only borrowed from the map, and bpf_task_release() wants a reference}}
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

HASH_MAP(stashes, struct stash);

int out;

SEC("tc")
__success
int taken(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__success
int acquired(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (!task)
		return 0;
	task = bpf_task_acquire(task);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- lent
#include "bpf_test.h"

KEEP(struct task_struct)

SEC("tp_btf/sys_enter")
__failure
__msg("expects refcounted")
int current(u64 *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf(); // expected-note {{the pointer is from bpf_get_current_task_btf()}}

	bpf_task_release(task); // expected-warning {{'task' is only borrowed from the kernel}}
	return 0;
}

SEC("tp_btf/sys_enter")
__success
int acquired(u64 *ctx)
{
	struct task_struct *task = bpf_task_acquire(bpf_get_current_task_btf());

	if (task)
		bpf_task_release(task);
	return 0;
}

//--- lent-by-a-list
#include "bpf_test.h"

extern struct bpf_list_node *bpf_list_front(struct bpf_list_head *head) BPF_TEST_KFUNC;

struct entry {
	struct bpf_list_node node;
	long count;
};

KEEP(struct entry)

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head entries __contains(entry, node);
private(A) struct bpf_list_head done __contains(entry, node);

SEC("tc")
__failure
__msg("arg#1 expected pointer to allocated object")
int moves(struct __sk_buff *skb)
{
	struct bpf_list_node *node;

	bpf_spin_lock(&lock);
	node = bpf_list_front(&entries); // expected-note {{the pointer is from bpf_list_front()}}
	if (node) // expected-note {{on the path where this is true}}
		bpf_list_push_front(&done, node); // expected-warning {{'node' is only borrowed from a list or tree, and bpf_list_push_front() wants a reference that the program owns}}
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("tc")
__success
int takes(struct __sk_buff *skb)
{
	struct bpf_list_node *node;

	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&entries);
	if (node)
		bpf_list_push_front(&done, node);
	bpf_spin_unlock(&lock);
	return 0;
}

//--- member
#include "bpf_test.h"
#include <bpf/bpf_tracing.h>

SEC("tp_btf/task_newtask")
__failure
int BPF_PROG(use, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *leader = task->group_leader;

	bpf_task_release(leader); // expected-warning {{'leader' is only borrowed from the kernel, and bpf_task_release() wants a reference}} expected-note {{the pointer is loaded from 'group_leader'}}
	return 0;
}
