// The test of rule section-left-open: who begins a read section, or takes a
// lock, ends it before the program does.

//--- read-section
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
__msg("rcu_read_lock-ed region")
int returns(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	bpf_rcu_read_lock(); // expected-note {{the section begins here}}
	task = stash->task;
	if (!task) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends inside of an RCU read section}}
	out = task->pid;
	bpf_rcu_read_unlock();
	return 0;
}

static int begin(void)
{
	bpf_rcu_read_lock(); // expected-note {{the section begins here}}
	return 0;
}

SEC("syscall")
__failure
__msg("rcu_read_lock-ed region")
int begins_elsewhere(void *ctx)
{
	return begin(); // expected-warning {{the program ends inside of an RCU read section}}
}

//--- lock
#include "bpf_test.h"

struct counter {
	struct bpf_spin_lock lock;
	long count;
};

HASH_MAP(counters, struct counter);

SEC("tc")
__failure
__msg("spin_lock-ed region")
int returns(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	if (!counter)
		return 0;
	bpf_spin_lock(&counter->lock); // expected-note {{the lock is taken here}}
	if (counter->count > 9) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with a lock held}}
	counter->count++;
	bpf_spin_unlock(&counter->lock);
	return 0;
}

//--- tail-call
#include "bpf_test.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
} jumps SEC(".maps");

SEC("tc")
__failure
__msg("rcu_read_lock-ed region")
int jumps_away(struct __sk_buff *skb)
{
	bpf_rcu_read_lock(); // expected-note {{the section begins here}}
	bpf_tail_call(skb, &jumps, 0); // expected-warning {{the program jumps to another one inside of an RCU read section}}
	bpf_rcu_read_unlock();
	return 0;
}

//--- accepted
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct bpf_spin_lock lock;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

static int begin(struct stash *stash)
{
	bpf_rcu_read_lock();
	if (stash->count > 9)
		return 1;
	return 0;
}

SEC("tc")
int ends_elsewhere(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	if (begin(stash))
		goto leave;
	task = stash->task;
	if (task)
		out = task->pid;
leave:
	bpf_rcu_read_unlock();
	return 0;
}

SEC("tc")
int both_ways(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_spin_lock(&stash->lock);
	if (stash->count++ > 9) {
		bpf_spin_unlock(&stash->lock);
		return 1;
	}
	bpf_spin_unlock(&stash->lock);
	return 0;
}

SEC("tc")
int on_a_condition(struct __sk_buff *skb)
{
	bool locked = skb->len > 9;

	if (locked)
		bpf_rcu_read_lock();
	out = skb->mark;
	if (locked)
		bpf_rcu_read_unlock();
	return 0;
}

static void end(int *unused)
{
	bpf_rcu_read_unlock();
}

SEC("tc")
int guarded(struct __sk_buff *skb)
{
	int guard __attribute__((cleanup(end))) = 0;

	bpf_rcu_read_lock();
	if (skb->len > 9)
		return 1;
	out = 2;
	return 0;
}

//--- lock-that-may-fail
#include "bpf_test.h"

struct counter {
	struct bpf_res_spin_lock lock;
	long count;
};

ARRAY_MAP(counters, struct counter);

SEC("tc")
__failure
__msg("inside bpf_spin_lock-ed region")
int left(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	if (!counter)
		return 0;
	if (bpf_res_spin_lock(&counter->lock)) // expected-note {{the lock is taken here}} expected-note {{on the path where this is false}}
		return 0;
	if (counter->count++ > 9) // expected-note {{on the path where this is true}}
		return 1; // expected-warning {{the program ends with a lock held}}
	bpf_res_spin_unlock(&counter->lock);
	return 0;
}

SEC("tc")
__success
int not_taken(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);
	int error;

	if (!counter)
		return 0;
	error = bpf_res_spin_lock(&counter->lock);
	if (error < 0)
		return error;
	counter->count++;
	bpf_res_spin_unlock(&counter->lock);
	return 0;
}
