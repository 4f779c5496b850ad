// The test of rule kptr-use-after-release: a pointer whose reference is released,
// or moved into a map, is not used any more.

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
__msg("arg#0 pointer type STRUCT task_struct must point to scalar")
int twice(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the pointer is taken from 'task'}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	bpf_task_release(task); // expected-note {{released here}}
	bpf_task_release(task); // expected-warning {{'task' was released before the program hands it to bpf_task_release()}}
	return 0;
}

SEC("tc")
__failure
__msg("invalid mem access 'scalar'")
int read(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the pointer is taken from 'task'}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	bpf_task_release(task); // expected-note {{released here}}
	out = task->pid; // expected-warning {{'task' was released before the program reads through it}}
	return 0;
}

SEC("tc")
__failure
__msg("invalid mem access 'scalar'")
int moved(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	struct task_struct *old;

	task = bpf_task_from_pid(1); // expected-note {{the pointer is from bpf_task_from_pid()}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	old = bpf_kptr_xchg(&stash->task, task); // expected-note {{moved here}}
	if (old) // expected-note {{on the path where this is true}}
		bpf_task_release(old);
	out = task->pid; // expected-warning {{'task' was moved into a map before the program reads through it}}
	return 0;
}

SEC("tc")
__failure
__msg("arg#0 pointer type STRUCT task_struct must point to scalar")
int on_one_path(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1); // expected-note {{the pointer is from bpf_task_from_pid()}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	if (skb->len > 9) // expected-note {{on the path where this is true}}
		bpf_task_release(task); // expected-note {{released here}}
	bpf_task_release(task); // expected-warning {{'task' was released before}}
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
int read_before(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (!task)
		return 0;
	out = task->pid;
	bpf_task_release(task);
	return 0;
}

SEC("tc")
__success
int new_value(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	task = bpf_kptr_xchg(&stash->task, task);
	if (task)
		bpf_task_release(task);
	task = stash->task;
	if (task)
		out = task->pid;
	return 0;
}

SEC("tc")
__success
int on_one_path(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	if (skb->len > 9) {
		bpf_task_release(task);
		task = NULL;
	}
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__success
int unused(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	bpf_task_release(task);
	out = task->pid;
	out = 1;
	return 0;
}
