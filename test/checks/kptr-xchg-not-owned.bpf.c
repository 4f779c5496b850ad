// The test of rule kptr-xchg-not-owned: bpf_kptr_xchg() with a pointer that carries no reference.

//--- current
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tp_btf/sys_enter")
__failure 
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, bpf_get_current_task_btf()); // expected-warning {{'task' gets the result of bpf_get_current_task_btf(), which carries no reference to move}} expected-note {{acquire a reference to it first}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- loaded
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task, *borrowed;

	if (!stash)
		return 0;
	borrowed = stash->task; // expected-note {{take it out by bpf_kptr_xchg(), or acquire a reference}}
	if (!borrowed)
		return 0;
	task = bpf_kptr_xchg(&stash->task, borrowed); // expected-warning {{'task' gets a pointer that was loaded from 'task', and a load gives no reference to move}}
	if (task)
		bpf_task_release(task);
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
	struct task_struct *task, *mine;

	if (!stash)
		return 0;
	mine = stash->task;
	if (!mine)
		return 0;
	mine = bpf_task_acquire(mine);
	if (!mine)
		return 0;
	task = bpf_kptr_xchg(&stash->task, mine);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- member
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R2 must be referenced")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *old;

	if (!stash)
		return 0;
	old = bpf_kptr_xchg(&stash->task, bpf_get_current_task_btf()->group_leader); // expected-warning {{'task' gets a pointer that was loaded from struct 'task_struct', and a load gives no reference to move}} expected-note {{acquire a reference}}
	if (old)
		bpf_task_release(old);
	return 0;
}
