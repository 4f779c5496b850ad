// The test of rule kptr-unchecked-load: a kptr that is used just as it was loaded.

//--- dereference
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

long out;

SEC("tc")
__failure __msg("invalid mem access 'rcu_ptr_or_null_'")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	out = stash->task->pid; // expected-warning {{'task' may be NULL, and is dereferenced without a check}} expected-note {{load it into a local variable, and check that}}
	return 0;
}

//--- kfunc
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("Possibly NULL pointer passed to trusted arg0")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_acquire(stash->task); // expected-warning {{'task' may be NULL, and is passed to bpf_task_acquire() without a check}} expected-note {{load it into a local variable}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- untrusted
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

long out;

SEC("tc")
__failure __msg("invalid mem access 'untrusted_ptr_or_null_'")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	out = stash->seen->pid; // expected-warning {{'seen' may be NULL, and is dereferenced without a check}} expected-note {{load it into a local variable}}
	return 0;
}

//--- global
#include "bpf_test.h"

KEEP(struct task_struct)

static struct task_struct __kptr *task; // expected-note {{'task' is declared here}}

SEC("tc")
__failure __msg("invalid mem access 'rcu_ptr_or_null_'")
int use(struct __sk_buff *skb)
{
	int pid = task->pid; // expected-warning {{'task' may be NULL, and is dereferenced}} expected-note {{load it into}}
	struct task_struct *old = bpf_kptr_xchg(&task, NULL);

	if (old)
		bpf_task_release(old);
	return pid;
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

long out;

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	if (stash->task)
		out = stash->task->pid; // the compiler makes one load of two
	task = stash->seen;
	if (task)
		out += task->pid;
	bpf_probe_read_kernel(&out, 8, &stash->task->pid);
	return 0;
}

//--- checked-in-another-program
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

long out;

static long pid_of(struct stash *stash)
{
	return stash->task->pid;
}

SEC("tc")
__success
int checked(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash || !stash->task)
		return 0;
	out = pid_of(stash);
	return 0;
}

SEC("tc")
__failure __msg("invalid mem access 'rcu_ptr_or_null_'")
int unchecked(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	out = stash->task->tgid; // expected-warning {{'task' may be NULL, and is dereferenced without a check}} expected-note {{load it into a local variable}}
	return 0;
}
