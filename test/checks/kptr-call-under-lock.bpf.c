// The test of rule kptr-call-under-lock: references change hands before a lock
// is taken, or behind its release.

//--- refused
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	struct task_struct __kptr *task;
	struct bpf_spin_lock lock;
	long count;
};

HASH_MAP(slots, struct slot);

SEC("tc")
__failure
__msg("function calls are not allowed while holding a lock")
int released(struct __sk_buff *skb)
{
	int key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);
	struct task_struct *task;

	if (!slot)
		return 0;
	task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	bpf_spin_lock(&slot->lock); // expected-note {{the lock is taken here}}
	slot->count++;
	bpf_task_release(task); // expected-warning {{bpf_task_release() is called while the program holds a lock}} expected-note {{call it before the lock is taken, or behind its release}}
	bpf_spin_unlock(&slot->lock);
	return 0;
}

SEC("tc")
__failure
__msg("function calls are not allowed while holding a lock")
int on_one_path(struct __sk_buff *skb)
{
	int key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);
	struct task_struct *task = NULL;

	if (!slot)
		return 0;
	bpf_spin_lock(&slot->lock); // expected-note {{the lock is taken here}}
	if (skb->len > 100) // expected-note {{on the path where this is true}}
		task = bpf_task_from_pid(1); // expected-warning {{bpf_task_from_pid() is called while the program holds a lock}} expected-note {{call it before}}
	bpf_spin_unlock(&slot->lock);
	if (task)
		bpf_task_release(task);
	return 0;
}

static __always_inline void drop(struct task_struct *task)
{
	if (task) // expected-note {{on the path where this is true}}
		bpf_task_release(task); // expected-warning {{bpf_task_release() is called while the program holds a lock}} expected-note {{call it before}}
}

SEC("tc")
__failure
__msg("function calls are not allowed while holding a lock")
int in_a_function(struct __sk_buff *skb)
{
	int key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);
	struct task_struct *task;

	if (!slot)
		return 0;
	task = bpf_kptr_xchg(&slot->task, NULL);
	bpf_spin_lock(&slot->lock); // expected-note {{the lock is taken here}}
	slot->count++;
	drop(task); // expected-note {{called here}}
	bpf_spin_unlock(&slot->lock);
	return 0;
}

//--- exchange kernel=6.18
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	struct task_struct __kptr *task;
	struct bpf_spin_lock lock;
};

HASH_MAP(slots, struct slot);

SEC("tc")
__failure
__msg("function calls are not allowed while holding a lock")
int exchanged(struct __sk_buff *skb)
{
	int key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);
	struct task_struct *task;

	if (!slot)
		return 0;
	bpf_spin_lock(&slot->lock); // expected-note {{the lock is taken here}}
	task = bpf_kptr_xchg(&slot->task, NULL); // expected-warning {{bpf_kptr_xchg() is called while the program holds a lock}} expected-note {{call it before}}
	bpf_spin_unlock(&slot->lock);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- exchange-of-late kernel=7.1
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	struct task_struct __kptr *task;
	struct bpf_spin_lock lock;
};

HASH_MAP(slots, struct slot);

SEC("tc")
__success
int exchanged(struct __sk_buff *skb)
{
	int key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);
	struct task_struct *task;

	if (!slot)
		return 0;
	bpf_spin_lock(&slot->lock);
	task = bpf_kptr_xchg(&slot->task, NULL);
	bpf_spin_unlock(&slot->lock);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	struct task_struct __kptr *task;
	struct bpf_spin_lock lock;
	long count;
};

HASH_MAP(slots, struct slot);

int out;

SEC("tc")
__success
int behind(struct __sk_buff *skb)
{
	int key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);
	struct task_struct *task;

	if (!slot)
		return 0;
	task = bpf_kptr_xchg(&slot->task, NULL);
	bpf_spin_lock(&slot->lock);
	slot->count++;
	bpf_spin_unlock(&slot->lock);
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("syscall")
__success
int read(void *ctx)
{
	int key = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);
	struct task_struct *task;

	if (!slot)
		return 0;
	bpf_spin_lock(&slot->lock);
	task = slot->task;
	if (task)
		out = task->pid;
	bpf_spin_unlock(&slot->lock);
	return 0;
}

struct node {
	struct bpf_list_node link;
	struct bpf_refcount count;
	long value;
};

KEEP(struct node)

struct list {
	struct bpf_list_head head __contains(node, link);
	struct bpf_spin_lock lock;
};

HASH_MAP(lists, struct list);

SEC("tc")
__success
int popped(struct __sk_buff *skb)
{
	int key = 0;
	struct list *list = bpf_map_lookup_elem(&lists, &key);
	struct bpf_list_node *link;

	if (!list)
		return 0;
	bpf_spin_lock(&list->lock);
	link = bpf_list_pop_front(&list->head);
	bpf_spin_unlock(&list->lock);
	if (link)
		bpf_obj_drop(container_of(link, struct node, link));
	return 0;
}

//--- lock-that-may-fail
#include "bpf_test.h"

KEEP(struct task_struct)

struct counter {
	struct bpf_res_spin_lock lock;
	long count;
};

ARRAY_MAP(counters, struct counter);

SEC("tc")
__failure
__msg("function calls are not allowed while holding a lock")
int taken(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);
	struct task_struct *task;

	if (!counter)
		return 0;
	if (bpf_res_spin_lock(&counter->lock)) // expected-note {{the lock is taken here}} expected-note {{on the path where this is false}}
		return 0;
	task = bpf_task_from_pid(1); // expected-warning {{bpf_task_from_pid()}} expected-note {{call it before the lock is taken, or behind its release}}
	bpf_res_spin_unlock(&counter->lock);
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__success
int failed(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);
	struct task_struct *task;

	if (!counter)
		return 0;
	if (bpf_res_spin_lock(&counter->lock)) {
		task = bpf_task_from_pid(1);
		if (task)
			bpf_task_release(task);
		return 0;
	}
	bpf_res_spin_unlock(&counter->lock);
	return 0;
}
