// The test of rule kptr-argument-unfit: a loaded kptr passed to a function that wants more.

//--- kfunc
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R1 must be a rcu pointer")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->seen;
	if (!task)
		return 0;
	task = bpf_task_acquire(task); // expected-warning {{bpf_task_acquire() gets what was loaded from 'seen', an object that nothing keeps alive}} expected-note {{keep a reference in a referenced kptr, or look the object up anew}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- helper
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

TASK_STORAGE_MAP(storage, long);

SEC("tp_btf/sys_enter")
__failure __msg("R2 type=untrusted_ptr_ expected=ptr_, trusted_ptr_, rcu_ptr_")
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->seen;
	if (task)
		bpf_task_storage_get(&storage, task, NULL, 0); // expected-warning {{bpf_task_storage_get() gets what was loaded from 'seen', an object that nothing keeps alive}} expected-note {{keep a reference}}
	return 0;
}

//--- borrowed
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct bpf_cpumask)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	struct bpf_cpumask __kptr *mask; // expected-note {{'mask' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tp_btf/sys_enter")
__failure __msg("R1 must be referenced or trusted")
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct bpf_cpumask *mask;

	if (!stash)
		return 0;
	mask = stash->mask;
	if (!mask)
		return 0;
	mask = bpf_cpumask_acquire(mask); // expected-warning {{bpf_cpumask_acquire() gets what was loaded from 'mask', and wants a reference of its caller's own}} expected-note {{acquire a reference, or take the pointer out by bpf_kptr_xchg()}}
	if (mask)
		bpf_cpumask_release(mask);
	return 0;
}

//--- directly
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_acquire(stash->seen); // expected-warning {{bpf_task_acquire() gets what was loaded from 'seen', an object that nothing keeps alive}} expected-note {{keep a reference}}
	if (task)
		bpf_task_release(task);
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

static struct task_struct *get(struct stash *stash)
{
	return stash->seen;
}

SEC("tc")
__failure __msg("R1 must be a rcu pointer")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = get(stash);
	if (!task)
		return 0;
	task = bpf_task_acquire(task); // expected-warning {{bpf_task_acquire() gets what was loaded from 'seen', an object that nothing keeps alive}} expected-note {{keep a reference}}
	if (task)
		bpf_task_release(task);
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
	if (!task)
		return 0;
	task = bpf_task_acquire(task);
	if (task)
		bpf_task_release(task);
	task = stash->seen;
	if (task)
		stash->count[0] = task->pid;
	return 0;
}

//--- good-mask
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct bpf_cpumask)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	struct bpf_cpumask __kptr *mask;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct bpf_cpumask *mask;

	if (!stash)
		return 0;
	mask = stash->mask;
	if (mask)
		stash->count[0] = bpf_cpumask_first((const struct cpumask *)mask);
	return 0;
}

//--- good-helper
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

TASK_STORAGE_MAP(storage, long);

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task)
		bpf_task_storage_get(&storage, task, NULL, 0);
	return 0;
}

//--- good-looked-up
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
	task = stash->seen;
	if (!task)
		return 0;
	task = bpf_task_from_pid(task->pid);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- other-struct
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct cgroup)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("expected pointer to STRUCT cgroup but R1 has a pointer to STRUCT task_struct")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	struct task_struct *task = stash->task;
	struct cgroup *cgroup;

	if (!task)
		return 0;
	cgroup = bpf_cgroup_acquire((void *)task); // expected-warning {{bpf_cgroup_acquire() gets a pointer to struct 'task_struct', and takes one to struct 'cgroup' only}}
	if (cgroup)
		bpf_cgroup_release(cgroup);
	return 0;
}

//--- into
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count[4];
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("expected pointer to STRUCT task_struct")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	struct task_struct *task = stash->task;

	if (!task)
		return 0;
	task = bpf_task_acquire((void *)task + 8); // expected-warning {{bpf_task_acquire() gets a pointer into struct 'task_struct', and takes one to struct 'task_struct' only}}
	if (task)
		bpf_task_release(task);
	return 0;
}
