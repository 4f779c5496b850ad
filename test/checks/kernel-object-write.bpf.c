// The test of rule kernel-object-write: a write to what a kptr to a kernel struct points to.

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
__failure __msg("only read is supported")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task)
		task->pid = 1; // expected-warning {{this writes to struct 'task_struct', an object of the kernel, which programs may only read}}
	return 0;
}

//--- untrusted
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("only read is supported")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->seen;
	if (task)
		task->flags |= 1; // expected-warning {{this writes to struct 'task_struct', an object of the kernel, which programs may only read}}
	return 0;
}

//--- owned
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("only read is supported")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (!task)
		return 0;
	__builtin_memset(task->comm, 0, sizeof(task->comm)); // expected-warning {{this writes to struct 'task_struct', an object of the kernel, which programs may only read}}
	bpf_task_release(task);
	return 0;
}

//--- acquired
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("only read is supported")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	__sync_fetch_and_add(&task->pid, 1); // expected-warning {{this writes to struct 'task_struct', an object of the kernel, which programs may only read}}
	bpf_task_release(task);
	return 0;
}

//--- member
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("only read is supported")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_get_current_task_btf()->group_leader->pid = 1; // expected-warning {{this writes to struct 'task_struct', an object of the kernel, which programs may only read}}
	return 0;
}

//--- forwarded
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

static void rename(struct task_struct *task)
{
	if (task)
		task->comm[0] = 'x'; // expected-warning {{this writes to struct 'task_struct', an object of the kernel, which programs may only read}}
}

SEC("tc")
__failure __msg("only read is supported")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	rename(stash->seen);
	return 0;
}

//--- good-read
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task)
		stash->count[0] = task->pid;
	return 0;
}

//--- good-own-object
// expected-no-diagnostics
#include "bpf_test.h"

struct object {
	long number;
};

KEEP(struct object)

struct stash {
	struct object __kptr *object;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;

	if (!stash)
		return 0;
	object = stash->object;
	if (object)
		object->number = 1;
	object = bpf_kptr_xchg(&stash->object, NULL);
	if (object) {
		object->number = 2;
		bpf_obj_drop(object);
	}
	return 0;
}

//--- good-copy
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;
	char copy[16];

	if (!stash)
		return 0;
	task = stash->task;
	if (!task)
		return 0;
	bpf_probe_read_kernel(copy, sizeof(copy), task->comm);
	copy[0] = 'x';
	stash->count[1] = copy[0];
	return 0;
}

//--- good-node
// expected-no-diagnostics
#include "bpf_test.h"

struct entry {
	struct bpf_list_node node;
	long key;
};

KEEP(struct entry)

private(entries) struct bpf_spin_lock lock;
private(entries) struct bpf_list_head entries __contains(entry, node);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	struct bpf_list_node *node;
	struct entry *entry;

	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&entries);
	bpf_spin_unlock(&lock);
	if (!node)
		return 0;
	entry = (struct entry *)node;
	entry->key = 1;
	bpf_obj_drop(entry);
	return 0;
}
