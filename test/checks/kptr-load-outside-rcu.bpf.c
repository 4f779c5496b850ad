// The test of rule kptr-load-outside-rcu: a sleepable program loads kptrs that it
// hands to kfuncs inside of an RCU read section.

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
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{call bpf_rcu_read_lock() before the load, and bpf_rcu_read_unlock() behind the last use}}
	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	task = bpf_task_acquire(task); // expected-warning {{'task' was loaded outside of an RCU read section of this sleepable program, and bpf_task_acquire() does not take it}}
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

SEC("tc")
__success
int not_sleepable(struct __sk_buff *skb)
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

SEC("syscall")
__success
int read_only(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task)
		out = task->pid;
	return 0;
}

//--- in-a-deferred-callback
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct bpf_wq work;
	struct bpf_timer timer;
	struct task_struct __kptr *task;
};

HASH_MAP(stashes, struct stash);

extern int bpf_wq_set_callback_impl(struct bpf_wq *work,
				    int (*callback)(void *map, int *key, void *value),
				    unsigned int flags, void *aux) BPF_TEST_KFUNC;

static int take(struct stash *stash)
{
	struct task_struct *task;

	bpf_rcu_read_lock();
	task = stash->task;
	if (task)
		task = bpf_task_acquire(task);
	bpf_rcu_read_unlock();
	if (task)
		bpf_task_release(task);
	return 0;
}

static int may_sleep(void *map, int *key, void *value)
{
	struct stash *stash = value;
	struct task_struct *task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{call bpf_rcu_read_lock() before the load}}

	if (!task) // expected-note {{on the path where this is false}}
		return take(stash);
	task = bpf_task_acquire(task); // expected-warning {{'task' was loaded outside of an RCU read section of this callback, which may sleep, and bpf_task_acquire() does not take it}}
	if (task)
		bpf_task_release(task);
	return 0;
}

static int later(void *map, int *key, void *value)
{
	return take(value);
}

static int in_interrupt(void *map, int *key, struct stash *stash)
{
	struct task_struct *task = stash->task;

	if (task)
		task = bpf_task_acquire(task);
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure __msg("R1 must be a rcu pointer")
int refused(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (stash)
		bpf_wq_set_callback_impl(&stash->work, may_sleep, 0, NULL);
	return 0;
}

SEC("tc")
__success
int accepted(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_wq_set_callback_impl(&stash->work, later, 0, NULL);
	bpf_timer_set_callback(&stash->timer, in_interrupt);
	return 0;
}

//--- callback
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr *other;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

static long visit(struct bpf_map *map, int *key, struct stash *stash, void *ctx)
{
	struct task_struct *task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{call bpf_rcu_read_lock() before the load}}

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	task = bpf_task_acquire(task); // expected-warning {{'task' was loaded outside of an RCU read section of this callback, which may sleep}}
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("syscall")
__failure
__msg("R1 must be a rcu pointer")
int outside(void *ctx)
{
	bpf_for_each_map_elem(&stashes, visit, NULL, 0);
	return 0;
}

static long visit_inside(struct bpf_map *map, int *key, struct stash *stash, void *ctx)
{
	struct task_struct *task = stash->task;

	if (!task)
		return 0;
	task = bpf_task_acquire(task);
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("syscall")
__success
int inside(void *ctx)
{
	bpf_rcu_read_lock();
	bpf_for_each_map_elem(&stashes, visit_inside, NULL, 0);
	bpf_rcu_read_unlock();
	return 0;
}

//--- per-cpu
#include "bpf_test.h"

struct counter {
	long packets;
};

KEEP(struct counter)

struct stash {
	struct counter __percpu_kptr *counter; // expected-note 3 {{'counter' is declared here}}
};

ARRAY_MAP(stashes, struct stash);
long out;

SEC("syscall")
__failure __msg("R1 type=untrusted_ptr_ expected=percpu_ptr_")
int here(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct counter *counter;

	if (!stash)
		return 0;
	counter = stash->counter; // expected-note {{call bpf_rcu_read_lock() before the load, and bpf_rcu_read_unlock() behind the last use}}
	if (!counter)
		return 0;
	counter = bpf_this_cpu_ptr(counter); // expected-warning {{what was loaded from 'counter' outside of an RCU read section of this sleepable program is nothing that bpf_this_cpu_ptr() takes}}
	out = counter->packets;
	return 0;
}

SEC("syscall")
__failure __msg("R1 type=untrusted_ptr_ expected=percpu_ptr_")
int there(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct counter *counter;

	if (!stash || !stash->counter)
		return 0;
	counter = stash->counter; // expected-note {{call bpf_rcu_read_lock() before the load}}
	if (!counter)
		return 0;
	counter = bpf_per_cpu_ptr(counter, 0); // expected-warning {{is nothing that bpf_per_cpu_ptr() takes}}
	if (counter)
		out = counter->packets;
	return 0;
}

SEC("syscall")
__failure __msg("only read is supported")
int write(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct counter *counter;

	if (!stash)
		return 0;
	counter = stash->counter; // expected-note {{call bpf_rcu_read_lock() before the load}}
	if (counter)
		counter->packets = 1; // expected-warning {{what was loaded from 'counter' outside of an RCU read section of this sleepable program is not to be written}}
	return 0;
}

SEC("syscall")
__success
int inside_rcu(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct counter *counter;

	if (!stash)
		return 0;
	bpf_rcu_read_lock();
	counter = stash->counter;
	if (counter) {
		counter = bpf_this_cpu_ptr(counter);
		counter->packets++;
	}
	bpf_rcu_read_unlock();
	return 0;
}

SEC("tc")
__success
int not_sleepable(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct counter *counter;

	if (!stash)
		return 0;
	counter = stash->counter;
	if (counter) {
		counter = bpf_this_cpu_ptr(counter);
		counter->packets++;
	}
	return 0;
}

//--- write-to-an-object
#include "bpf_test.h"

struct entry {
	long value;
};

KEEP(struct entry)

struct stash {
	struct entry __kptr *entry; // expected-note {{'entry' is declared here}}
};

ARRAY_MAP(stashes, struct stash);
long out;

SEC("syscall")
__failure __msg("only read is supported")
int write(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct entry *entry;

	if (!stash)
		return 0;
	entry = stash->entry; // expected-note {{call bpf_rcu_read_lock() before the load}}
	if (entry)
		entry->value = 1; // expected-warning {{what was loaded from 'entry' outside of an RCU read section of this sleepable program is not to be written}}
	return 0;
}

SEC("syscall")
__success
int read(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct entry *entry;

	if (!stash)
		return 0;
	entry = stash->entry;
	if (entry)
		out = entry->value;
	return 0;
}

//--- lock-that-may-fail
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct bpf_res_spin_lock lock;
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);

SEC("syscall")
__failure
__msg("R1 must be a rcu pointer")
int not_taken(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task, *held;

	if (!stash)
		return 0;
	if (bpf_res_spin_lock(&stash->lock)) {
		task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{call bpf_rcu_read_lock() before the load}}
		if (!task) // expected-note {{on the path where this is false}}
			return 0;
		held = bpf_task_acquire(task); // expected-warning {{'task'}}
		if (held)
			bpf_task_release(held);
		return 0;
	}
	bpf_res_spin_unlock(&stash->lock);
	return 0;
}

SEC("syscall")
__success
int taken(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	long prio = 0;

	if (!stash)
		return 0;
	if (bpf_res_spin_lock(&stash->lock))
		return 0;
	if (stash->task)
		prio = stash->task ? 1 : 0;
	bpf_res_spin_unlock(&stash->lock);
	return prio;
}

//--- preemption-off kernel=6.18
#include "bpf_test.h"

KEEP(struct task_struct)

extern void bpf_preempt_disable(void) BPF_TEST_KFUNC;
extern void bpf_preempt_enable(void) BPF_TEST_KFUNC;

struct stash {
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);

/* Up to 7.2 that is no read section. */
SEC("syscall")
__failure
__msg("R1 must be a rcu pointer")
int acquire(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task, *held = NULL;

	if (!stash)
		return 0;
	bpf_preempt_disable();
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{call bpf_rcu_read_lock() before the load}}
	if (task) // expected-note {{on the path where this is true}}
		held = bpf_task_acquire(task); // expected-warning {{'task'}}
	bpf_preempt_enable();
	if (held)
		bpf_task_release(held);
	return 0;
}

//--- preemption-off-of-late kernel=7.3
// expected-no-diagnostics
// kernel: skip nothing was seen on this kernel
#include "bpf_test.h"

KEEP(struct task_struct)

extern void bpf_preempt_disable(void) BPF_TEST_KFUNC;
extern void bpf_preempt_enable(void) BPF_TEST_KFUNC;

struct stash {
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);

SEC("syscall")
int acquire(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task, *held = NULL;

	if (!stash)
		return 0;
	bpf_preempt_disable();
	task = stash->task;
	if (task)
		held = bpf_task_acquire(task);
	bpf_preempt_enable();
	if (held)
		bpf_task_release(held);
	return 0;
}
