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

//--- put-into-a-list
#include "bpf_test.h"

struct entry {
	long key;
	struct bpf_list_node node;
};

private(entries) struct bpf_spin_lock lock;
private(entries) struct bpf_list_head entries __contains(entry, node);

SEC("tc")
__failure
__msg("invalid mem access 'scalar'")
int write_behind_the_lock(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry); // expected-note {{the pointer is from bpf_obj_new()}}

	if (!entry) // expected-note {{on the path where this is false}}
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&entries, &entry->node); // expected-note {{put into it here}}
	bpf_spin_unlock(&lock);
	entry->key = skb->len; // expected-warning {{'entry' was put into a list or tree before the program writes through it}}
	return 0;
}

SEC("tc")
__failure
__msg("R1 must be referenced or trusted")
int drop(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry); // expected-note {{the pointer is from bpf_obj_new()}}

	if (!entry) // expected-note {{on the path where this is false}}
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&entries, &entry->node); // expected-note {{put into it here}}
	bpf_spin_unlock(&lock);
	bpf_obj_drop(entry); // expected-warning {{'entry' was put into a list or tree before the program hands it to bpf_obj_drop()}}
	return 0;
}

SEC("tc")
__failure
__msg("expected pointer to allocated object")
int put_twice(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry); // expected-note {{the pointer is from bpf_obj_new()}}

	if (!entry) // expected-note {{on the path where this is false}}
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&entries, &entry->node); // expected-note {{put into it here}}
	bpf_list_push_front(&entries, &entry->node); // expected-warning {{'entry' was put into a list or tree before the program hands it to bpf_list_push_front()}}
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("tc")
__success
int write_under_the_lock(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry);

	if (!entry)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&entries, &entry->node);
	entry->key = skb->len;
	bpf_spin_unlock(&lock);
	return 0;
}

//--- lent-by-a-tree
#include "bpf_test.h"

struct entry {
	long key;
	struct bpf_rb_node node;
};

private(entries) struct bpf_spin_lock lock;
private(entries) struct bpf_rb_root entries __contains(entry, node);

SEC("tc")
__failure
__msg("invalid mem access 'scalar'")
int read_behind_the_lock(struct __sk_buff *skb)
{
	struct bpf_rb_node *first;

	bpf_spin_lock(&lock);
	first = bpf_rbtree_first(&entries); // expected-note {{the pointer is from bpf_rbtree_first()}}
	bpf_spin_unlock(&lock); // expected-note {{the lock is released here}}
	if (!first) // expected-note {{on the path where this is false}}
		return 0;
	return container_of(first, struct entry, node)->key; // expected-warning {{the lock that protects 'first' was released before the program reads through it}}
}

SEC("tc")
__success
int read_under_the_lock(struct __sk_buff *skb)
{
	struct bpf_rb_node *first;
	long key = 0;

	bpf_spin_lock(&lock);
	first = bpf_rbtree_first(&entries);
	if (first)
		key = container_of(first, struct entry, node)->key;
	bpf_spin_unlock(&lock);
	return key;
}

SEC("tc")
__success
int make(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry);

	if (entry)
		bpf_obj_drop(entry);
	return 0;
}

//--- whole-of-a-node
#include "bpf_test.h"

struct entry {
	long key;
	struct bpf_list_node node;
};

private(entries) struct bpf_spin_lock lock;
private(entries) struct bpf_list_head entries __contains(entry, node);

KEEP(struct entry)

SEC("tc")
__failure
__msg("R1 must be referenced or trusted")
int drop_twice(struct __sk_buff *skb)
{
	struct bpf_list_node *node;
	struct entry *entry;

	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&entries); // expected-note {{the pointer is from bpf_list_pop_front()}}
	bpf_spin_unlock(&lock);
	if (!node) // expected-note {{on the path where this is false}}
		return 0;
	entry = container_of(node, struct entry, node);
	if (skb->len > 100) // expected-note {{on the path where this is true}}
		bpf_obj_drop(entry); // expected-note {{released here}}
	bpf_obj_drop(entry); // expected-warning {{'node' was released before the program hands it to bpf_obj_drop()}}
	return 0;
}

SEC("tc")
__failure
__msg("expected pointer to allocated object")
int drop_and_put_back(struct __sk_buff *skb)
{
	struct bpf_list_node *node;
	struct entry *entry;

	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&entries); // expected-note {{the pointer is from bpf_list_pop_front()}}
	bpf_spin_unlock(&lock);
	if (!node) // expected-note {{on the path where this is false}}
		return 0;
	entry = container_of(node, struct entry, node);
	bpf_obj_drop(entry); // expected-note {{released here}}
	bpf_spin_lock(&lock);
	bpf_list_push_front(&entries, &entry->node); // expected-warning {{'node' was released before the program hands it to bpf_list_push_front()}}
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("tc")
__success
int drop_once(struct __sk_buff *skb)
{
	struct bpf_list_node *node;
	struct entry *entry;

	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&entries);
	bpf_spin_unlock(&lock);
	if (!node)
		return 0;
	entry = container_of(node, struct entry, node);
	if (entry->key > skb->len) {
		bpf_obj_drop(entry);
		return 1;
	}
	bpf_obj_drop(entry);
	return 0;
}

//--- lent-and-taken-over
#include "bpf_test.h"

struct entry {
	struct bpf_rb_node node;
	long key;
	struct bpf_refcount count;
};

struct stash {
	struct entry __kptr *entry;
};

KEEP(struct entry)
ARRAY_MAP(stashes, struct stash);

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_rb_root entries __contains(entry, node);

SEC("tc")
__failure
int drops(struct __sk_buff *skb)
{
	struct bpf_rb_node *node;

	bpf_spin_lock(&lock);
	node = bpf_rbtree_first(&entries); // expected-note {{the pointer is from bpf_rbtree_first()}}
	bpf_spin_unlock(&lock); // expected-note {{the lock is released here}}
	if (!node) // expected-note {{on the path where this is false}}
		return 0;
	bpf_obj_drop(container_of(node, struct entry, node)); // expected-warning {{the lock that protects 'node' was released before the program hands it to bpf_obj_drop()}}
	return 0;
}

SEC("tc")
__failure
int acquires(struct __sk_buff *skb)
{
	struct bpf_rb_node *node;
	struct entry *entry;

	bpf_spin_lock(&lock);
	node = bpf_rbtree_first(&entries); // expected-note {{the pointer is from bpf_rbtree_first()}}
	bpf_spin_unlock(&lock); // expected-note {{the lock is released here}}
	if (!node) // expected-note {{on the path where this is false}}
		return 0;
	entry = bpf_refcount_acquire(container_of(node, struct entry, node)); // expected-warning {{the lock that protects 'node' was released before the program hands it to bpf_refcount_acquire()}}
	if (entry)
		bpf_obj_drop(entry);
	return 0;
}

SEC("tc")
__success
int acquires_under_the_lock(struct __sk_buff *skb)
{
	struct bpf_rb_node *node;
	struct entry *entry = NULL;

	bpf_spin_lock(&lock);
	node = bpf_rbtree_first(&entries);
	if (node)
		entry = bpf_refcount_acquire(container_of(node, struct entry, node));
	bpf_spin_unlock(&lock);
	if (entry)
		bpf_obj_drop(entry);
	return 0;
}

SEC("tc")
__success
int removes(struct __sk_buff *skb)
{
	struct bpf_rb_node *node;

	bpf_spin_lock(&lock);
	node = bpf_rbtree_first(&entries);
	if (node)
		node = bpf_rbtree_remove(&entries, node);
	bpf_spin_unlock(&lock);
	if (node)
		bpf_obj_drop(container_of(node, struct entry, node));
	return 0;
}

//--- exchanged-behind
#include "bpf_test.h"

struct entry {
	struct bpf_list_node node;
	long key;
	struct bpf_refcount count;
	struct task_struct __kptr *task;
};

KEEP(struct entry)
KEEP(struct task_struct)

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head entries __contains(entry, node);

SEC("tc")
__failure
__msg("R1 type=scalar expected=map_value, ptr_")
int pushed(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry); // expected-note {{the pointer is from bpf_obj_new()}}
	struct task_struct *task;

	if (!entry) // expected-note {{on the path where this is false}}
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&entries, &entry->node); // expected-note {{put into it here}}
	bpf_spin_unlock(&lock);
	task = bpf_kptr_xchg(&entry->task, NULL); // expected-warning {{'entry' was put into a list or tree before the program exchanges a kptr behind it}}
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__failure
__msg("R1 type=scalar expected=map_value, ptr_")
int dropped(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry); // expected-note {{the pointer is from bpf_obj_new()}}
	struct task_struct *task;

	if (!entry) // expected-note {{on the path where this is false}}
		return 0;
	bpf_obj_drop(entry); // expected-note {{released here}}
	task = bpf_kptr_xchg(&entry->task, NULL); // expected-warning {{'entry' was released before the program exchanges a kptr behind it}}
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
__success
int kept(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry), *mine;
	struct task_struct *task;

	if (!entry)
		return 0;
	task = bpf_kptr_xchg(&entry->task, NULL);
	if (task)
		bpf_task_release(task);
	mine = bpf_refcount_acquire(entry);
	bpf_spin_lock(&lock);
	bpf_list_push_front(&entries, &entry->node);
	bpf_spin_unlock(&lock);
	task = bpf_kptr_xchg(&mine->task, NULL);
	if (task)
		bpf_task_release(task);
	bpf_obj_drop(mine);
	return 0;
}
