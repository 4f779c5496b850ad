// The test of rule kptr-xchg-ignored-result: bpf_kptr_xchg() whose result is not released.

//--- null
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("Unreleased reference")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_kptr_xchg(&stash->task, NULL); // expected-warning {{nothing releases what bpf_kptr_xchg() takes out of 'task'}}
	return 0;
}

//--- void
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("Unreleased reference")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1);
	if (task)
		(void)bpf_kptr_xchg(&stash->task, task); // expected-warning {{nothing releases what}}
	return 0;
}

//--- global
#include "bpf_test.h"

KEEP(struct task_struct)

static struct task_struct __kptr *task;

SEC("tc")
__failure __msg("Unreleased reference")
int use(struct __sk_buff *skb)
{
	bpf_kptr_xchg(&task, NULL); // expected-warning {{nothing releases what bpf_kptr_xchg() takes out of 'task'}}
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

static void release(struct task_struct *task)
{
	if (task)
		bpf_task_release(task);
}

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	release(bpf_kptr_xchg(&stash->task, NULL));
	if ((task = bpf_kptr_xchg(&stash->task, NULL)))
		bpf_task_release(task);
	return 0;
}
