// The test of rule map-update-with-kptr: bpf_map_update_elem() with a pointer that it leaves out.

//--- stored
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

// kernel: clean

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct stash copy = {};

	if (!stash)
		return 0;
	copy.seen = bpf_get_current_task_btf(); // advisory-note {{it is set here}}
	bpf_map_update_elem(&stashes, &key, &copy, 0); // advisory-warning {{the pointer in 'seen' does not get into map 'stashes': an update leaves kptrs out}} advisory-note {{look the element up afterwards, and store the pointer there}}
	return 0;
}

//--- initialised
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

// kernel: clean

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	struct stash copy = { .task = stash->task }; // advisory-note {{it is set here}}
	bpf_map_update_elem(&stashes, &key, &copy, 0); // advisory-warning {{the pointer in 'task' does not get into map 'stashes'}} advisory-note {{exchange the pointer into it}}
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct stash copy = {};

	if (!stash)
		return 0;
	copy.seen = NULL;
	copy.count[0] = 1;
	bpf_map_update_elem(&stashes, &key, &copy, 0);
	copy.seen = bpf_get_current_task_btf();
	stash->count[1] = !!copy.seen;
	return 0;
}

//--- storage
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	long count;
};

TASK_STORAGE_MAP(stashes, struct stash);

// kernel: clean

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct stash first = { .seen = task }; // advisory-note {{it is set here}}

	bpf_task_storage_get(&stashes, task, &first, BPF_LOCAL_STORAGE_GET_F_CREATE); // advisory-warning {{the pointer in 'seen' does not get into map 'stashes': what a new value begins with leaves kptrs out}} advisory-note {{go on with what bpf_task_storage_get() returns, and store the pointer there}}
	return 0;
}

//--- storage-without
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	long count;
};

TASK_STORAGE_MAP(stashes, struct stash);

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct stash first = { .count = 1 }, *stash;

	stash = bpf_task_storage_get(&stashes, task, &first, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (stash)
		stash->seen = task;
	return 0;
}
