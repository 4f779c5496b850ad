// The test of rule kptr-wrong-release: each type has its own release function.

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
__msg("expected pointer to STRUCT cgroup but R1 has a pointer to STRUCT task_struct")
int as_cgroup(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the pointer is taken from 'task'}}
	if (task)
		bpf_cgroup_release((void *)task); // expected-warning {{'task' points to struct 'task_struct', which bpf_cgroup_release() does not release}} expected-note {{release it with bpf_task_release()}}
	return 0;
}

SEC("tc")
__failure
__msg("arg#0 expected pointer to allocated object")
int as_object(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL); // expected-note {{the pointer is taken from 'task'}}
	if (task)
		bpf_obj_drop(task); // expected-warning {{'task' points to struct 'task_struct', which bpf_obj_drop_impl() does not release}} expected-note {{release it with bpf_task_release()}}
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
int taken(struct __sk_buff *skb)
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

struct object {
	long number;
};

SEC("tc")
__success
int own_object(struct __sk_buff *skb)
{
	struct object *object = bpf_obj_new(struct object);

	if (object)
		bpf_obj_drop(object);
	return 0;
}
