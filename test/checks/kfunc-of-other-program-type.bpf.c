// The test of rule kfunc-of-other-program-type: a kfunc that programs of this type may not call.

//--- kprobe
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("kprobe/do_nanosleep")
__failure __msg("calling kernel function bpf_task_release is not allowed")
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		bpf_task_release(task); // expected-warning {{bpf_task_release() is not for programs of section 'kprobe/do_nanosleep' (type KPROBE)}}
	return 0;
}

//--- through-function
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

static __attribute__((noinline)) void drop(struct task_struct *task)
{
	bpf_task_release(task); // expected-warning {{bpf_task_release() is not for programs of section 'socket' (type SOCKET_FILTER)}}
}

SEC("socket")
__failure __msg("calling kernel function bpf_task_release is not allowed")
int use(struct __sk_buff *skb) // expected-note {{'use' leads to this call}}
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		drop(task);
	return 0;
}

//--- raw-tracepoint
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

// kernel[-6.19]: program use failure
// kernel[7.0-]: program use success

SEC("raw_tp/sys_enter")
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		bpf_task_release(task); // expected-warning {{not for programs of section 'raw_tp/sys_enter' (type RAW_TRACEPOINT) (Linux 6.12 to 6.19)}}
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

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
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
int classify(struct __sk_buff *skb)
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
SEC("?syscall")
__success
int call(void *ctx)
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
