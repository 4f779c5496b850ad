// The test of rule kptr-rcu-expired: a loaded kptr is good for kfuncs until its
// RCU read section ends.

//--- refused
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

SEC("syscall")
__failure
__msg("R1 must be a rcu pointer")
int sleepable(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	bpf_rcu_read_lock();
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}}
	bpf_rcu_read_unlock(); // expected-note {{the read section ends here}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	task = bpf_task_acquire(task); // expected-warning {{the RCU read section in which 'task' was loaded is over}}
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure
__msg("R1 must be a rcu pointer")
int not_sleepable(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	bpf_rcu_read_lock();
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}}
	bpf_rcu_read_unlock(); // expected-note {{the read section ends here}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	task = bpf_task_acquire(task); // expected-warning {{the RCU read section in which 'task' was loaded is over}}
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

HASH_MAP(stashes, struct stash);

int out;

SEC("syscall")
__success
int inside(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	bpf_rcu_read_lock();
	task = stash->task;
	if (task)
		task = bpf_task_acquire(task);
	bpf_rcu_read_unlock();
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("syscall")
__success
int read_only(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	bpf_rcu_read_lock();
	task = stash->task;
	bpf_rcu_read_unlock();
	if (task)
		out = task->pid;
	return 0;
}

SEC("syscall")
__success
int owned(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	bpf_rcu_read_lock();
	task = bpf_kptr_xchg(&stash->task, NULL);
	bpf_rcu_read_unlock();
	if (task)
		bpf_task_release(task);
	return 0;
}
