// The test of rule kptr-xchg-unchecked: bpf_kptr_xchg() with a result that may be NULL.

//--- nested
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("Possibly NULL pointer passed to helper")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, bpf_task_from_pid(1)); // expected-warning {{the result of bpf_task_from_pid() may be NULL and goes into bpf_kptr_xchg() without a check}} expected-note {{keep it in a local variable}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- new
#include "bpf_test.h"

struct object {
	long a;
};

KEEP(struct object)

struct stash {
	struct object __kptr *object;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;

	if (!stash)
		return 0;
	object = bpf_kptr_xchg(&stash->object, bpf_obj_new(struct object)); // expected-warning {{the result of bpf_obj_new_impl() may be NULL}} expected-note {{keep it in a local variable}}
	if (object)
		bpf_obj_drop(object);
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

SEC("tc")
__success
int use(struct __sk_buff *skb)
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
