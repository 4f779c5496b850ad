// take.bpf.c - a mistake, and a function to type.
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *__kptr task;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
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
