// The test of rule kptr-unchecked-null: a loaded, exchanged or acquired pointer
// is compared with NULL before it is used.

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
__msg("Possibly NULL pointer passed to")
int released(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the pointer is taken from 'task'}} expected-note {{check it here}}
	bpf_task_release(task); // expected-warning {{'task' may be NULL where the program hands it to bpf_task_release()}}
	return 0;
}

SEC("tc")
__failure
__msg("invalid mem access 'rcu_ptr_or_null_'")
int read(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}
	out = task->pid; // expected-warning {{'task' may be NULL where the program reads through it}}
	return 0;
}

SEC("tc")
__failure
__msg("Possibly NULL pointer passed to")
int passed(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}
	task = bpf_task_acquire(task); // expected-warning {{may be NULL where the program hands it to bpf_task_acquire()}}
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure
__msg("Possibly NULL pointer passed to helper")
int moved(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1); // expected-note {{the pointer is from bpf_task_from_pid()}} expected-note {{check it here}}
	task = bpf_kptr_xchg(&stash->task, task); // expected-warning {{may be NULL where the program hands it to bpf_kptr_xchg()}}
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure
__msg("Possibly NULL pointer passed to")
int checked_on_one_path(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1); // expected-note {{the pointer is from bpf_task_from_pid()}} expected-note {{check it here}}
	if (skb->len > 9 && !task) // expected-note {{on the path where this is false}}
		return 0;
	bpf_task_release(task); // expected-warning {{'task' may be NULL where the program hands it to bpf_task_release()}}
	return 0;
}

//--- behind-a-lookup
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

SEC("tc")
__failure __msg("R1 type=map_value_or_null expected=map_value")
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key); // expected-note {{the pointer is from bpf_map_lookup_elem()}} expected-note {{check it here}}
	struct task_struct *task;

	task = bpf_kptr_xchg(&stash->task, NULL); // expected-warning {{'stash' may be NULL where the program exchanges a kptr behind it}}
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure __msg("R1 type=scalar expected=map_value")
int only_counted(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key); // expected-note {{the pointer is from bpf_map_lookup_elem()}} expected-note {{check it here}}
	struct task_struct *task;

	if (!stash) // expected-note {{on the path where this is true}}
		out++;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-warning {{'stash' may be NULL where the program exchanges a kptr behind it}}
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__success
int counted_and_left(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash) {
		out++;
		return 0;
	}
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- address-of-a-member
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr_untrusted *seen;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

SEC("tc")
__failure
__msg("pointer arithmetic on untrusted_ptr_or_null_ prohibited, null-check it first")
int core_read(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->seen; // expected-note {{the pointer is loaded from 'seen'}}
	return BPF_CORE_READ(task, pid); // expected-warning {{'task' may be NULL where the program computes an address from it}}
}

struct cgroup___first {
	int level;
} __attribute__((preserve_access_index));

/* The kernel's own place of a first member is another one, and be it the same: it is added. */
SEC("tc")
__failure
__msg("pointer arithmetic on untrusted_ptr_or_null_ prohibited, null-check it first")
int relocated(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct cgroup___first *first;

	if (!stash)
		return 0;
	first = (void *)stash->seen; // expected-note {{the pointer is loaded from 'seen'}} expected-note {{check it here}}
	bpf_probe_read_kernel(&out, sizeof(out), &first->level); // expected-warning {{'first' may be NULL where the program computes an address from it}}
	return 0;
}

SEC("tc")
__failure
__msg("pointer arithmetic on untrusted_ptr_or_null_ prohibited, null-check it first")
int without_variable(struct __sk_buff *skb)
{
	int key = 0, pid = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_probe_read_kernel(&pid, sizeof(pid), &stash->seen->pid);
	// expected-warning@-1 {{the pointer loaded from 'seen' may be NULL where the program computes an address from it}}
	// expected-note@-2 {{the pointer is loaded from 'seen'}}
	return pid;
}

SEC("tc")
__failure
__msg("pointer arithmetic on ptr_or_null_ prohibited, null-check it first")
int in_front_of_its_check(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the pointer is taken from 'task'}} expected-note {{check it here}}
	bpf_probe_read_kernel(&out, sizeof(out), (char *)task + 16); // expected-warning {{'task' may be NULL where the program computes an address from it}}
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure
__msg("pointer arithmetic on map_value_or_null prohibited, null-check it first")
int of_a_value(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key); // expected-note {{the pointer is from bpf_map_lookup_elem()}} expected-note {{check it here}}

	bpf_probe_read_kernel(&out, sizeof(out), &stash->count); // expected-warning {{'stash' may be NULL where the program computes an address from it}}
	return 0;
}

//--- good-address-of-a-member
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct nothing {
};

struct record {
	struct nothing nothing;
	long count;
	struct task_struct __kptr *task;
};

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr_untrusted *seen;
};

HASH_MAP(stashes, struct stash);
HASH_MAP(records, struct record);

int out;

SEC("tc")
__success
int core_read(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->seen;
	return task ? BPF_CORE_READ(task, pid) : 0;
}

// Its address is calculated where it is used: behind the check.
SEC("tc")
__success
int used_behind_the_check(struct __sk_buff *skb)
{
	int key = 0, pid = 0, *from;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->seen;
	from = &task->pid;
	if (!task)
		return 0;
	bpf_probe_read_kernel(&pid, sizeof(pid), from);
	return pid;
}

// Any address will do for the helper.
SEC("tc")
__success
int whole(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_probe_read_kernel(&out, sizeof(out), stash->seen);
	return 0;
}

SEC("tc")
__success
int member_at_the_start(struct __sk_buff *skb)
{
	int key = 0;
	struct record *record = bpf_map_lookup_elem(&records, &key);

	bpf_probe_read_kernel(&out, sizeof(out), &record->count);
	return 0;
}

//--- iterator
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
};

HASH_MAP(stashes, struct stash);

int out;

SEC("iter/task")
__failure
__msg("Possibly NULL pointer passed to")
int acquires(struct bpf_iter__task *ctx)
{
	struct task_struct *task = bpf_task_acquire(ctx->task);
	// expected-warning@-1 {{the pointer from the arguments of the program may be NULL where the program hands it to bpf_task_acquire()}}
	// expected-note@-2 {{the pointer is from the arguments of the program}}

	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("iter/task")
__failure
__msg("invalid mem access 'trusted_ptr_or_null_'")
int reads(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task; // expected-note {{the pointer is from the arguments of the program}} expected-note {{check it here}}

	out = task->pid; // expected-warning {{'task' may be NULL where the program reads through it}}
	return 0;
}

SEC("iter/task")
__failure
__msg("expects refcounted")
int releases(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task; // expected-note {{the pointer is from the arguments of the program}}

	if (task) // expected-note {{on the path where this is true}}
		bpf_task_release(task); // expected-warning {{'task' is only borrowed from its caller}}
	return 0;
}

//--- good-iterator
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
};

HASH_MAP(stashes, struct stash);

int out;

SEC("iter/task")
__success
int keeps(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task, *old;
	int key = 0;
	struct stash *stash;

	if (!task)
		return 0;
	stash = bpf_map_lookup_elem(&stashes, &key);
	if (!stash)
		return 0;
	task = bpf_task_acquire(task);
	if (!task)
		return 0;
	old = bpf_kptr_xchg(&stash->task, task);
	if (old)
		bpf_task_release(old);
	return 0;
}

SEC("iter/task")
__success
int reads(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (ctx->meta->seq_num == 0)
		out = 0;
	if (task)
		out = task->pid;
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
int released(struct __sk_buff *skb)
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
int read(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	out = task ? task->pid : 0;
	return 0;
}

SEC("tc")
__success
int by_flag(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	bool is_there;

	task = stash->task;
	is_there = task && skb->len > 9;
	if (__builtin_expect(is_there, 1))
		out = task->pid;
	return 0;
}

SEC("tc")
__success
int the_same_load(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	// The compiler loads once.
	if (stash->task)
		out = stash->task->pid;
	return 0;
}

SEC("tc")
__success
int passed(struct __sk_buff *skb)
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

SEC("tc")
__success
int unused(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	// A read of which nothing comes does not reach the object.
	task = stash->task;
	key = task->pid;
	return 0;
}

SEC("tc")
__success
int overwritten(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	out = task->pid;
	out = 0;
	return 0;
}

//--- one-reference-more
#include "bpf_test.h"

struct object {
	struct bpf_refcount count;
	long data;
};

struct tree_item {
	struct bpf_refcount count;
	struct bpf_rb_node node;
};

KEEP(struct tree_item)

struct stash {
	struct object __kptr *object;
	struct tree_item __kptr *node;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int of_an_owned_one(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object, *second;

	if (!stash)
		return 0;
	object = bpf_obj_new(struct object);
	if (!object)
		return 0;
	second = bpf_refcount_acquire(object);
	object = bpf_kptr_xchg(&stash->object, object);
	second->data = 1;
	if (object)
		bpf_obj_drop(object);
	bpf_obj_drop(second);
	return 0;
}

SEC("tc")
__success
int of_a_loaded_one(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object, *second;

	if (!stash)
		return 0;
	object = stash->object;
	if (!object)
		return 0;
	second = bpf_refcount_acquire(object);
	bpf_obj_drop(second);
	return 0;
}

SEC("tc")
__failure __msg("Possibly NULL pointer passed to trusted arg0")
int of_a_loaded_node(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct tree_item *node, *second;

	if (!stash)
		return 0;
	node = stash->node;
	if (!node)
		return 0;
	second = bpf_refcount_acquire(node); // expected-note {{the pointer is from bpf_refcount_acquire}} expected-note {{check it here}}
	bpf_obj_drop(second); // expected-warning {{'second' may be NULL where the program hands it to bpf_obj_drop}}
	return 0;
}

//--- map-value
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr *other;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

TASK_STORAGE_MAP(storages, struct stash);

SEC("tc")
__failure
__msg("invalid mem access 'map_value_or_null'")
int read(struct __sk_buff *skb)
{
	int key = 1;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key); // expected-note {{the pointer is from bpf_map_lookup_elem()}} expected-note {{check it here}}

	out = stash->count; // expected-warning {{'stash' may be NULL where the program reads through it}}
	return 0;
}

SEC("tc")
__failure
__msg("invalid mem access 'map_value_or_null'")
int written(struct __sk_buff *skb)
{
	int key = 1;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key); // expected-note {{the pointer is from bpf_map_lookup_elem()}} expected-note {{check it here}}

	if (skb->len > 10) // expected-note {{on the path where this is true}}
		stash->count = 1; // expected-warning {{'stash' may be NULL where the program writes through it}}
	return 0;
}

SEC("tp_btf/sys_enter")
__failure
__msg("invalid mem access 'map_value_or_null'")
int storage(u64 *ctx)
{
	struct stash *stash =
		bpf_task_storage_get(&storages, bpf_get_current_task_btf(), 0, // expected-note {{the pointer is from bpf_task_storage_get()}} expected-note {{check it here}}
				     BPF_LOCAL_STORAGE_GET_F_CREATE);

	stash->count++; // expected-warning {{'stash' may be NULL where the program}}
	return 0;
}

//--- good-map-value
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr *other;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

TASK_STORAGE_MAP(storages, struct stash);

SEC("tc")
__success
int checked(struct __sk_buff *skb)
{
	int key = 1;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash) {
		struct stash fresh = {};

		bpf_map_update_elem(&stashes, &key, &fresh, BPF_NOEXIST);
		stash = bpf_map_lookup_elem(&stashes, &key);
		if (!stash)
			return 0;
	}
	stash->count++;
	return 0;
}

SEC("tp_btf/sys_enter")
__success
int storage(u64 *ctx)
{
	struct stash *stash =
		bpf_task_storage_get(&storages, bpf_get_current_task_btf(), 0,
				     BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (stash)
		stash->count++;
	return 0;
}

//--- read-before-check
#include "bpf_test.h"

SEC("tc")
__failure __msg("invalid mem access 'ptr_or_null_'")
int late(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the pointer is from bpf_task_from_pid()}}
	int pid = task->pid; // expected-warning {{'task' may be NULL where the program reads through it}}

	if (task) // expected-note {{on the path where this is false}}
		bpf_task_release(task);
	return pid;
}

/* The compiler moves the load behind the check. */
SEC("tc")
__success
int moved(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);
	int pid = task->pid;

	if (!task)
		return 0;
	bpf_task_release(task);
	return pid;
}

//--- part-of-an-object
#include "bpf_test.h"

struct entry {
	long key;
	struct bpf_list_node node;
};

private(entries) struct bpf_spin_lock lock;
private(entries) struct bpf_list_head entries __contains(entry, node);

SEC("tc")
__failure
__msg("null-check it first")
int put(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry); // expected-note {{the pointer is from bpf_obj_new()}} expected-note {{check it here}}

	bpf_spin_lock(&lock);
	bpf_list_push_front(&entries, &entry->node); // expected-warning {{'entry' may be NULL where the program hands it to bpf_list_push_front()}}
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("tc")
__failure
__msg("invalid mem access 'ptr_or_null_'")
int whole(struct __sk_buff *skb)
{
	struct bpf_list_node *node;
	struct entry *entry;

	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&entries); // expected-note {{the pointer is from bpf_list_pop_front()}}
	bpf_spin_unlock(&lock);
	entry = container_of(node, struct entry, node);
	entry->key = 1; // expected-warning {{'node' may be NULL where the program writes through it}}
	bpf_obj_drop(entry);
	return 0;
}

SEC("tc")
__success
int checked(struct __sk_buff *skb)
{
	struct bpf_list_node *node;
	struct entry *entry;

	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&entries);
	bpf_spin_unlock(&lock);
	if (!node)
		return 0;
	entry = container_of(node, struct entry, node);
	entry->key = 1;
	bpf_obj_drop(entry);
	return 0;
}

//--- argument
#include "bpf_test.h"

#define __arg_trusted __attribute__((btf_decl_tag("arg:trusted")))
#define __arg_nonnull __attribute__((btf_decl_tag("arg:nonnull")))
#define __arg_nullable __attribute__((btf_decl_tag("arg:nullable")))

KEEP(struct task_struct)

struct order {
	long number;
};

__attribute__((noinline)) int unchecked(struct order *order) // expected-note {{the pointer is an argument of the function}}
{
	return order->number; // expected-warning {{'order' may be NULL where the program reads through it}}
}

__attribute__((noinline)) int checked(struct order *order)
{
	return order ? order->number : 0;
}

__attribute__((noinline)) int promised(struct order *order __arg_nonnull)
{
	return order->number;
}

__attribute__((noinline)) int maybe_task(struct task_struct *task __arg_trusted __arg_nullable) // expected-note {{the pointer is an argument of the function}}
{
	return task->pid; // expected-warning {{'task' may be NULL where the program reads through it}}
}

__attribute__((noinline)) int certain_task(struct task_struct *task __arg_trusted)
{
	return task->pid;
}

SEC("tc")
__failure
__msg("invalid mem access 'mem_or_null'")
int call_unchecked(struct __sk_buff *skb)
{
	struct order order = { skb->len };

	return unchecked(&order);
}

SEC("tc")
__success
int call_checked(struct __sk_buff *skb)
{
	struct order order = { skb->len };

	return checked(&order) + promised(&order);
}

SEC("tp_btf/task_newtask")
__failure
__msg("invalid mem access 'trusted_ptr_or_null_'")
int BPF_PROG(call_maybe, struct task_struct *task, u64 flags)
{
	return maybe_task(task);
}

SEC("tp_btf/task_newtask")
__success
int BPF_PROG(call_certain, struct task_struct *task, u64 flags)
{
	return certain_task(task);
}

SEC("tc")
__failure
__msg("Caller passes invalid args")
int hand_over(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the pointer is from bpf_task_from_pid()}}
	int pid = certain_task(task); // expected-warning {{'task' may be NULL where the program hands it to certain_task()}}

	if (task)
		bpf_task_release(task);
	return pid;
}

//--- argument-in-an-arena
// expected-no-diagnostics
// kernel: skip an arena of its own is needed, and nothing is asked of kptrs
#include "bpf_test.h"

#define __arena __attribute__((address_space(1))) __attribute__((btf_type_tag("arena")))
#define __arena_tag __attribute__((btf_type_tag("arena")))

struct order {
	long number;
};

__attribute__((noinline)) long of_arena(struct order __arena *order)
{
	return order->number;
}

__attribute__((noinline)) long of_tagged(struct order __arena_tag *order)
{
	return order->number;
}

SEC("syscall")
int call(void *ctx)
{
	return of_arena(NULL) + of_tagged(NULL);
}

//--- address
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

int out;

SEC("tc")
__failure __msg("null-check it first")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	struct task_struct *task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}

	bpf_probe_read_kernel(&key, sizeof(key), &task->pid); // expected-warning {{'task' may be NULL where the program computes an address from it}}
	out = key;
	return 0;
}

SEC("tc")
__failure __msg("null-check it first")
int sum(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	struct task_struct *task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}

	stash->count = (long)task + 8; // expected-warning {{'task' may be NULL where the program computes an address from it}}
	return 0;
}

SEC("tc")
__success
int checked(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	struct task_struct *task = stash->task;

	bpf_probe_read_kernel(&key, sizeof(key), task);
	if (task)
		bpf_probe_read_kernel(&key, sizeof(key), &task->pid);
	stash->count = ((long)task + 5) - 5;
	out = key;
	return 0;
}

//--- on-the-spot
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

SEC("tc")
__failure __msg("invalid mem access 'rcu_ptr_or_null_'")
int loaded_again(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (!task)
		return 0;
	bpf_printk("%d", task->pid);
	out += stash->task->tgid; // expected-warning {{the pointer loaded from 'task' may be NULL where the program reads through it}} expected-note {{the pointer is loaded from 'task'}}
	return 0;
}

/* In another function it is read on the spot, too. */
SEC("tc")
__success
int loaded_once(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash || !stash->task)
		return 0;
	return stash->task->pid;
}

//--- asked
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out, last;
static int unseen; // optimised away

static __always_inline void bump(int *number)
{
	++*number;
}

SEC("tc")
__failure __msg("invalid mem access 'rcu_ptr_or_null_'")
int counts(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}
	if (task->pid == 7) // expected-warning {{'task' may be NULL where the program reads through it}}
		out++;
	return 0;
}

SEC("tc")
__failure __msg("invalid mem access 'rcu_ptr_or_null_'")
int counts_in_value(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}
	if (skb->mark && task->pid == 7) // expected-warning {{'task' may be NULL where the program reads through it}} expected-note {{on the path where this is true}}
		stash->count += 2;
	return 0;
}

SEC("tc")
__failure __msg("invalid mem access 'rcu_ptr_or_null_'")
int answers(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}
	if (task->flags & 4) // expected-warning {{'task' may be NULL where the program reads through it}}
		return 1;
	return 0;
}

SEC("tc")
__failure __msg("invalid mem access 'rcu_ptr_or_null_'")
int calls_in_loop(struct __sk_buff *skb)
{
	for (int i = 0; i < 4; i++) {
		int key = i;
		struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
		struct task_struct *task;

		if (!stash)
			break;
		task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}
		if (task->pid == 7) // expected-warning {{'task' may be NULL where the program reads through it}}
			bpf_printk("seven");
	}
	return 0;
}

/* Nobody needs to know. */
SEC("tc")
__success
int same_answer(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task->flags & 4)
		return 0;
	return 0;
}

SEC("tc")
__success
int overwritten(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task->pid == 7)
		last = 1;
	last = 2;
	return 0;
}

SEC("tc")
__success
int write_only(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task->pid == 7)
		unseen = 1;
	return 0;
}

/* A call that comes to nothing. */
SEC("tc")
__success
int inlined(struct __sk_buff *skb)
{
	int key = 0, number = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task->pid == 7)
		bump(&number);
	return 0;
}

//--- known-to-be-null
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

static __always_inline struct task_struct *find(int pid)
{
	if (pid > 3)
		return NULL;
	return bpf_task_from_pid(pid); // expected-note {{the pointer is from bpf_task_from_pid()}}
}

SEC("tc")
__failure
__msg("R1 invalid mem access 'scalar'")
int behind_the_check(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}
	if (!task) // expected-note {{on the path where this is true}}
		goto count;
	stash->count++;
count:
	out += task->pid; // expected-warning {{'task' may be NULL where the program reads through it}}
	return 0;
}

SEC("tc")
__failure
__msg("invalid mem access 'scalar'")
int never_set(struct __sk_buff *skb)
{
	struct task_struct *task = NULL; // expected-note {{the pointer is set to NULL}}

	if (skb->len > 100) { // expected-note {{on the path where this is false}}
		task = bpf_task_from_pid(1);
		if (!task)
			return 0;
	}
	out = task->pid; // expected-warning {{'task' may be NULL where the program reads through it}}
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure
__msg("Possibly NULL pointer passed to trusted arg0")
int by_a_function(struct __sk_buff *skb)
{
	struct task_struct *task = find(skb->len);

	bpf_task_release(task); // expected-warning {{'task' may be NULL where the program hands it to bpf_task_release()}}
	return 0;
}

SEC("tc")
__failure
__msg("Possibly NULL pointer passed to trusted arg0")
int on_the_wrong_side(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the pointer is from bpf_task_from_pid()}} expected-note {{check it here}}

	if (task) // expected-note {{on the path where this is false}}
		out = task->pid;
	bpf_task_release(task); // expected-warning {{'task' may be NULL where the program hands it to bpf_task_release()}}
	return 0;
}

//--- good-known-to-be-null
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

HASH_MAP(stashes, struct stash);

int out;

static __always_inline struct task_struct *find(int pid)
{
	if (pid > 3)
		return NULL;
	return bpf_task_from_pid(pid);
}

SEC("tc")
int by_flag(struct __sk_buff *skb)
{
	struct task_struct *task = NULL;
	bool found = false;

	if (skb->len > 100) {
		task = bpf_task_from_pid(1);
		if (!task)
			return 0;
		found = true;
	}
	if (found) {
		out = task->pid;
		bpf_task_release(task);
	}
	return 0;
}

SEC("tc")
int by_a_function(struct __sk_buff *skb)
{
	struct task_struct *task = find(skb->len);

	if (!task)
		return 0;
	bpf_task_release(task);
	return 0;
}

/* What is no object of the kernel is the compiler's to leave out. */
SEC("tc")
int left_out(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key), *other = NULL;

	if (!stash)
		return 0;
	if (skb->len)
		other = stash;
	other->count = 3;
	return 0;
}

//--- condition
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
__msg("invalid mem access 'rcu_ptr_or_null_'")
int of_the_result(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}
	if (task->pid == 5) // expected-warning {{'task' may be NULL where the program reads through it}}
		return 1;
	return 0;
}

SEC("tc")
__failure
__msg("invalid mem access 'rcu_ptr_or_null_'")
int of_a_store(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}
	if (task->pid == 5) // expected-warning {{'task' may be NULL where the program reads through it}}
		stash->count++;
	return 0;
}

SEC("tc")
__failure
__msg("invalid mem access 'rcu_ptr_or_null_'")
int stored_before_the_check(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}
	out = task->pid; // expected-warning {{'task' may be NULL where the program reads through it}}
	if (task) // expected-note {{on the path where this is true}}
		bpf_printk("there is one");
	out = 5;
	return 0;
}

SEC("tc")
__failure
__msg("invalid mem access 'rcu_ptr_or_null_'")
int in_a_loop(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}
	while (key++ < 3)
		out += task->pid; // expected-warning {{'task' may be NULL where the program reads through it}}
	return 0;
}

//--- good-condition
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
int of_nothing(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task->pid == 5)
		out = 1;
	else
		out = 1;
	return 0;
}

SEC("tc")
int overwritten(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task->pid == 5)
		out = 1;
	out = 2;
	return 0;
}

SEC("tc")
int read_where_it_is_needed(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	key = task->pid;
	if (!task)
		return 0;
	out = key;
	return 0;
}

//--- inner-map
#include "bpf_test.h"

KEEP(struct cgroup)

struct value {
	struct cgroup __kptr *cgroup;
};

struct value *keep_value;

struct inner {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct value);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__array(values, struct inner);
} outer SEC(".maps");

SEC("tc")
__failure
__msg("R1 type=map_value_or_null expected=map_value, ptr_")
int value_unchecked(struct __sk_buff *skb)
{
	int key = 0;
	void *inner = bpf_map_lookup_elem(&outer, &key);
	struct value *value;
	struct cgroup *cgroup;

	if (!inner)
		return 0;
	value = bpf_map_lookup_elem(inner, &key); // expected-note {{the pointer is from bpf_map_lookup_elem()}} expected-note {{check it here}}
	cgroup = bpf_kptr_xchg(&value->cgroup, NULL); // expected-warning {{'value' may be NULL where the program exchanges a kptr behind it}}
	if (cgroup)
		bpf_cgroup_release(cgroup);
	return 0;
}

SEC("tc")
__failure
__msg("R1 type=map_value_or_null expected=map_ptr")
int map_unchecked(struct __sk_buff *skb)
{
	int key = 0;
	void *inner = bpf_map_lookup_elem(&outer, &key); // expected-note {{the pointer is from bpf_map_lookup_elem()}} expected-note {{check it here}}
	struct value *value;
	struct cgroup *cgroup;

	value = bpf_map_lookup_elem(inner, &key); // expected-warning {{'inner' may be NULL where the program hands it to bpf_map_lookup_elem()}}
	if (!value)
		return 0;
	cgroup = bpf_kptr_xchg(&value->cgroup, NULL);
	if (cgroup)
		bpf_cgroup_release(cgroup);
	return 0;
}

SEC("tc")
int checked(struct __sk_buff *skb)
{
	int key = 0;
	void *inner = bpf_map_lookup_elem(&outer, &key);
	struct value *value;
	struct cgroup *cgroup;

	if (!inner)
		return 0;
	value = bpf_map_lookup_elem(inner, &key);
	if (!value)
		return 0;
	cgroup = bpf_kptr_xchg(&value->cgroup, NULL);
	if (cgroup)
		bpf_cgroup_release(cgroup);
	return 0;
}

//--- array kernel=6.14-
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);
PERCPU_ARRAY_MAP(each_cpu, struct stash);

static const int first;

SEC("tc")
__failure
__msg("R1 type=map_value_or_null expected=map_value, ptr_")
int index_from_context(struct __sk_buff *skb)
{
	int key = skb->mark;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key); // expected-note {{the pointer is from bpf_map_lookup_elem()}} expected-note {{check it here}}
	struct task_struct *task = bpf_kptr_xchg(&stash->task, NULL); // expected-warning {{'stash' may be NULL where the program exchanges a kptr behind it}}

	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure
__msg("invalid mem access 'map_value_or_null'")
int index_of_cpu(struct __sk_buff *skb)
{
	u32 key = bpf_get_smp_processor_id();
	struct stash *stash = bpf_map_lookup_elem(&each_cpu, &key); // expected-note {{the pointer is from bpf_map_lookup_elem()}} expected-note {{check it here}}

	stash->count++; // expected-warning {{'stash' may be NULL where the program}}
	return 0;
}

SEC("tc")
__failure
__msg("invalid mem access 'map_value_or_null'")
int beyond(struct __sk_buff *skb)
{
	int key = 4;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key); // expected-note {{the pointer is from bpf_map_lookup_elem()}} expected-note {{check it here}}

	stash->count++; // expected-warning {{'stash' may be NULL where the program}}
	return 0;
}

/* Only on the stack the verifier looks for it. */
SEC("tc")
__failure
__msg("invalid mem access 'map_value_or_null'")
int index_of_global(struct __sk_buff *skb)
{
	struct stash *stash = bpf_map_lookup_elem(&stashes, &first); // expected-note {{the pointer is from bpf_map_lookup_elem()}} expected-note {{check it here}}

	stash->count++; // expected-warning {{'stash' may be NULL where the program}}
	return 0;
}

SEC("tc")
__failure
__msg("invalid mem access 'map_value_or_null'")
int of_one_cpu(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_percpu_elem(&each_cpu, &key, 0); // expected-note {{the pointer is from bpf_map_lookup_percpu_elem()}} expected-note {{check it here}}

	stash->count++; // expected-warning {{'stash' may be NULL where the program}}
	return 0;
}

static __noinline long hit(int key)
{
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key); // expected-note {{the pointer is from bpf_map_lookup_elem()}}

	return stash->count++; // expected-warning {{'stash' may be NULL where the program}}
}

/* One call gives a constant, the other one does not. */
SEC("tc")
__failure
__msg("invalid mem access 'map_value_or_null'")
int through_function(struct __sk_buff *skb)
{
	return hit(0) + hit(skb->mark); // expected-note {{called here}}
}

//--- good-array kernel=6.14-
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);
PERCPU_ARRAY_MAP(each_cpu, struct stash);

SEC("tc")
__success
int constants(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	stash->count++;
	stash = bpf_map_lookup_elem(&each_cpu, &key);
	stash->count++;
	return 0;
}

static __noinline long hit(int key)
{
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	return stash->count++;
}

SEC("tc")
__success
int through_function(struct __sk_buff *skb)
{
	return hit(0);
}

SEC("tc")
__success
int checked(struct __sk_buff *skb)
{
	int key = skb->mark;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (stash)
		stash->count++;
	return 0;
}

//--- array-of-old-kernels kernel=6.6-6.13
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
int constant(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key); // expected-note {{the pointer is from bpf_map_lookup_elem()}} expected-note {{check it here}}

	stash->count++; // expected-warning {{'stash' may be NULL where the program}}
	return 0;
}

//--- read-for-a-helper
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
};

struct event {
	u64 time;
	int pid;
};

HASH_MAP(stashes, struct stash);
HASH_MAP(events, struct event);

SEC("tc")
__failure __msg("R1 invalid mem access 'rcu_ptr_or_null_'")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct event event = {};
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task; // expected-note {{the pointer is loaded from 'task'}} expected-note {{check it here}}
	event.pid = task->pid; // expected-warning {{'task' may be NULL where the program reads through it}}
	bpf_map_update_elem(&events, &key, &event, 0);
	return 0;
}

//--- good-read-for-a-helper
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
};

HASH_MAP(stashes, struct stash);
HASH_MAP(pids, int);

/* What nobody reads is not loaded. */
SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0, pid = 1, unread;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	unread = task->pid;
	if (task)
		pid = task->pid;
	bpf_map_update_elem(&pids, &key, &pid, 0);
	return 0;
}

//--- per-cpu
#include "bpf_test.h"

struct object {
	long count;
};

KEEP(struct object)

struct stash {
	struct object __percpu_kptr *object;
};

HASH_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R1 type=percpu_rcu_ptr_or_null_ expected=percpu_ptr_")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object __percpu_kptr *object;
	struct object *own;

	if (!stash)
		return 0;
	object = stash->object; // expected-note {{the pointer is loaded from 'object'}} expected-note {{check it here}}
	own = bpf_this_cpu_ptr((void *)object); // expected-warning {{'object' may be NULL where}}
	own->count++;
	return 0;
}
