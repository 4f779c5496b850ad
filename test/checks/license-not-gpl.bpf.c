// The test of rule license-not-gpl: kfuncs and kernel objects under a license that does not allow them.

//--- read
#define BPF_TEST_OWN_LICENSE
#include "bpf_test.h"

char _license[] SEC("license") = "BSD"; // expected-warning {{license 'BSD' is not compatible with the GPL, and programs under it may not call kfuncs or read objects of the kernel}}

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("from non-GPL compatible program")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->seen;
	if (task)
		stash->count[0] = task->pid; // expected-note {{struct 'task_struct', an object of the kernel, is read here}}
	return 0;
}

//--- kfunc
#define BPF_TEST_OWN_LICENSE
#include "bpf_test.h"

char _license[] SEC("license") = "Proprietary"; // expected-warning {{license 'Proprietary' is not compatible with the GPL, and programs under it may not call kfuncs or read objects of the kernel}}

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("cannot call kernel function from non-GPL compatible program")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		bpf_task_release(task); // expected-note {{bpf_task_release() is called here}}
	return 0;
}

//--- nearly
#define BPF_TEST_OWN_LICENSE
#include "bpf_test.h"

char _license[] SEC("license") = "GPLv2"; // expected-warning {{license 'GPLv2' is not compatible with the GPL, and programs under it may not call kfuncs or read objects of the kernel}}

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("cannot call kernel function")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		bpf_task_release(task); // expected-note {{bpf_task_release() is called here}}
	return 0;
}

//--- good-dual
// expected-no-diagnostics
#define BPF_TEST_OWN_LICENSE
#include "bpf_test.h"

char _license[] SEC("license") = "Dual BSD/GPL";

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
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- good-without-use
// expected-no-diagnostics
#define BPF_TEST_OWN_LICENSE
#include "bpf_test.h"

char _license[] SEC("license") = "BSD";

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

	if (!stash)
		return 0;
	stash->seen = NULL;
	stash->count[0] = !!stash->task;
	return 0;
}

//--- good-gpl
// expected-no-diagnostics
#define BPF_TEST_OWN_LICENSE
#include "bpf_test.h"

char _license[] SEC("license") = "GPL v2";

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
	task = stash->seen;
	if (task)
		stash->count[0] = task->pid;
	return 0;
}
