// The test of rule kptr-misplaced-tag: a tag that does not stand between a
// struct and the '*' of a pointer to it never reaches BTF.

//--- after-star
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *__kptr task; // expected-warning {{tag of 'task' stands behind the '*'}}
};

ARRAY_MAP(stashes, struct stash);

// kernel: field stashes.task plain

SEC("tc")
__failure __msg("R1 has no valid kptr")
int take(struct __sk_buff *skb)
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

//--- after-name
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *task __kptr; // expected-warning {{tag of 'task' stands behind the '*'}}
};

ARRAY_MAP(stashes, struct stash);

// kernel: field stashes.task plain

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *task;
	struct task_struct __kptr_untrusted *seen;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int take(struct __sk_buff *skb)
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
