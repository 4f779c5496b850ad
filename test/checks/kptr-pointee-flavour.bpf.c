// The test of rule kptr-pointee-flavour: the suffix of a CO-RE flavour means
// something to libbpf's relocations only.

//--- flavour
#include "bpf_test.h"

struct task_struct___old {
	int pid;
} __attribute__((preserve_access_index));

KEEP(struct task_struct___old)

struct stash {
	struct task_struct___old __kptr *task; // expected-warning {{kptr 'task' points to flavour 'task_struct___old', which the kernel takes for a struct of the program's own}} expected-note {{point to 'struct task_struct'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

SEC("tc")
__failure __msg("invalid kptr access, R2 type=ptr_task_struct expected=ptr_task_struct___old")
int keep(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;
	void *old;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	old = bpf_kptr_xchg(&stash->task, task);
	if (old)
		bpf_task_release(old);
	return 0;
}

//--- flavour-for-reading
// expected-no-diagnostics
#include "bpf_test.h"

struct task_struct___old {
	int pid;
} __attribute__((preserve_access_index));

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct___old *hint; /* no kptr */
};

ARRAY_MAP(stashes, struct stash);

int seen SEC(".data.seen");

SEC("tc")
__success
int read(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task)
		seen = BPF_CORE_READ((struct task_struct___old *)task, pid);
	return 0;
}

//--- local-with-underscores
// expected-no-diagnostics
#include "bpf_test.h"

struct my_node___x {
	long value;
};

KEEP(struct my_node___x)

struct stash {
	struct my_node___x __kptr *node;
};

ARRAY_MAP(stashes, struct stash);
