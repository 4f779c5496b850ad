// The test of rule kptr-loaded-twice: a check of one load, and the use of another.

//--- after-call
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

long out;

SEC("tc")
__failure __msg("invalid mem access 'rcu_ptr_or_null_'")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	if (stash->task) { // expected-note {{load it into a local variable once; check and use that}}
		out = bpf_ktime_get_ns();
		out += stash->task->pid; // expected-warning {{'task' is loaded again here, and the check before was of another load}}
	}
	return 0;
}

//--- early-return
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("Possibly NULL pointer passed to trusted arg0")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	if (!stash->task) // expected-note {{load it into a local variable once}}
		return 0;
	bpf_rcu_read_lock();
	task = bpf_task_acquire(stash->task); // expected-warning {{'task' is loaded again here}}
	bpf_rcu_read_unlock();
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- second-use
#include "bpf_test.h"

KEEP(struct bpf_cpumask)

struct stash {
	struct bpf_cpumask __kptr *mask; // expected-note {{'mask' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tp_btf/sys_enter")
__failure __msg("Possibly NULL pointer passed to trusted arg1")
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	if (stash->mask) { // expected-note {{load it into a local variable once}}
		bpf_cpumask_set_cpu(0, stash->mask);
		bpf_cpumask_set_cpu(1, stash->mask); // expected-warning {{'mask' is loaded again here}}
	}
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

long out;

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	if (stash->task && stash->task->pid == 1)
		out = 1;
	if (stash->task) {
		out = stash->task->pid;
		bpf_ktime_get_ns();
		task = stash->task;
		if (task)
			out += task->pid;
	}
	if (!stash->task)
		return 0;
	out += stash->task->tgid;
	return 0;
}

//--- checked-again
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

long out;

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash || !stash->task)
		return 0;
	out = stash->task->pid;
	bpf_ktime_get_ns();
	out += stash->task ? stash->task->pid : 0;
	bpf_ktime_get_ns();
	out += stash->task && stash->task->pid == 1;
	return 0;
}

//--- good-overwritten
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
int overwritten(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	if (stash->task) {
		bpf_printk("there is one");
		out = stash->task->pid;
	}
	stash->count = 3;
	out = 0;
	return 0;
}
