// The test of rule pointer-from-plain-memory: pointers that the kernel sees as numbers, used all the same.

//--- map-value
#include "bpf_test.h"

struct task_list {
	struct task_struct *task; // expected-note 2 {{'task' is declared here}}
	long count;
};

ARRAY_MAP(lists, struct task_list);
int pid;

SEC("tc")
__failure __msg("R1 invalid mem access 'scalar'")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct task_list *list = bpf_map_lookup_elem(&lists, &key);
	struct task_struct *task;

	if (!list)
		return 0;
	task = list->task;
	if (task)
		pid = task->pid; // expected-warning {{'task' is no kptr, so that what is loaded from it is a number, and cannot be dereferenced}} expected-note {{hold the pointer in a kptr, or read by bpf_probe_read_kernel()}}
	return 0;
}

SEC("tc")
__failure
int acquire(struct __sk_buff *skb)
{
	int key = 0;
	struct task_list *list = bpf_map_lookup_elem(&lists, &key);
	struct task_struct *task;

	if (!list || !list->task)
		return 0;
	task = bpf_task_acquire(list->task); // expected-warning {{'task' is no kptr, so that what is loaded from it is a number, and bpf_task_acquire() wants an object}} expected-note {{hold the pointer in a kptr}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- object
#include "bpf_test.h"

struct link {
	struct bpf_refcount refs;
	struct link *next; // expected-note {{'next' is declared here}}
	long value;
};

struct chain {
	struct link __kptr *first;
};

ARRAY_MAP(chains, struct chain);
KEEP(struct link)
long sum;

SEC("tc")
__failure __msg("R1 invalid mem access 'scalar'")
int walk(struct __sk_buff *skb)
{
	int key = 0;
	struct chain *chain = bpf_map_lookup_elem(&chains, &key);
	struct link *node;

	if (!chain)
		return 0;
	node = chain->first;
	if (node && node->next)
		sum += node->next->value; // expected-warning {{'next' is in a program-local object and no kptr, so that what is loaded from it is a number, and cannot be dereferenced}} expected-note {{hold the pointer in a kptr}}
	return 0;
}

//--- dropped
#include "bpf_test.h"

struct link {
	long value;
};

struct chain {
	struct link *first; // expected-note {{'first' is declared here}}
};

ARRAY_MAP(chains, struct chain);

SEC("tc")
__failure __msg("R1 must be referenced or trusted")
int drop(struct __sk_buff *skb)
{
	int key = 0;
	struct chain *chain = bpf_map_lookup_elem(&chains, &key);
	struct link *link;

	if (!chain)
		return 0;
	link = chain->first;
	if (link)
		bpf_obj_drop(link); // expected-warning {{'first' is no kptr, so that what is loaded from it is a number, and bpf_obj_drop_impl() wants an object}} expected-note {{hold the pointer in a kptr}}
	return 0;
}

//--- no-struct
// expected-no-diagnostics
#include "bpf_test.h"

struct link {
	struct bpf_refcount refs;
	void *cookie;
	long value;
};

struct chain {
	struct link __kptr *first;
};

ARRAY_MAP(chains, struct chain);
KEEP(struct link)
long out;

SEC("tc")
__success /* not on older kernels */
int read(struct __sk_buff *skb)
{
	int key = 0;
	struct chain *chain = bpf_map_lookup_elem(&chains, &key);
	struct link *link;

	if (!chain)
		return 0;
	link = chain->first;
	if (link && link->cookie)
		out = *(long *)link->cookie;
	return 0;
}

//--- uptr-in-an-object kernel=6.13-
#include "bpf_test.h"

struct shared {
	long x;
};

struct session {
	struct bpf_refcount refs;
	struct shared __uptr *shared; // expected-note {{'shared' is declared here}}
};

KEEP(struct shared)
KEEP(struct session)
long out;

SEC("tc")
__failure __msg("R1 invalid mem access 'scalar'")
int use(struct __sk_buff *skb)
{
	struct session *session = bpf_obj_new(struct session);
	struct shared *shared;

	if (!session)
		return 0;
	shared = session->shared;
	if (shared)
		out = shared->x; // expected-warning {{'shared' is in a program-local object and no kptr}} expected-note {{hold the pointer in a kptr}}
	bpf_obj_drop(session);
	return 0;
}

//--- uptr-in-both kernel=6.13-
#include "bpf_test.h"

struct shared {
	long x;
};

/* In task storage the uptr works, in an object it does not. */
struct session {
	struct bpf_refcount refs;
	struct shared __uptr *shared; // expected-note {{'shared' is declared here}}
};

KEEP(struct shared)
KEEP(struct session)
TASK_STORAGE_MAP(sessions, struct session);
long out;

SEC("tp_btf/sys_enter")
__success
int stored(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct session *session = bpf_task_storage_get(&sessions, task, 0, 0);

	if (session && session->shared) {
		struct shared *shared = session->shared;

		if (shared)
			out = shared->x;
	}
	return 0;
}

SEC("tc")
__failure __msg("R1 invalid mem access 'scalar'")
int made(struct __sk_buff *skb)
{
	struct session *session = bpf_obj_new(struct session);

	if (!session)
		return 0;
	out = session->shared->x; // expected-warning {{'shared' is in a program-local object and no kptr}} expected-note {{hold the pointer in a kptr}}
	bpf_obj_drop(session);
	return 0;
}

//--- global
#include "bpf_test.h"

struct state {
	long n;
};

struct state *current_state; // expected-note {{'current_state' is declared here}}
long out;

SEC("tc")
__failure __msg("R1 invalid mem access 'scalar'")
int use(struct __sk_buff *skb)
{
	if (current_state)
		out = current_state->n; // expected-warning {{'current_state' is no kptr, so that what is loaded from it is a number}} expected-note {{hold the pointer in a kptr}}
	return 0;
}

//--- user-memory kernel=6.13-
#include "bpf_test.h"

struct item {
	long n;
};

struct shared {
	struct item *item; // expected-note {{'item' is declared here}}
};

struct session {
	struct shared __uptr *shared;
};

KEEP(struct shared)
TASK_STORAGE_MAP(sessions, struct session);
long out;

SEC("tp_btf/sys_enter")
__failure __msg("invalid mem access 'scalar'")
int use(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct session *session = bpf_task_storage_get(&sessions, task, 0, 0);
	struct shared *shared;

	if (!session)
		return 0;
	shared = session->shared;
	if (shared && shared->item)
		out = shared->item->n; // expected-warning {{'item' is in memory of user space, so that what is loaded from it is a number}}
	return 0;
}

//--- read-as-memory
// expected-no-diagnostics
#include "bpf_test.h"

struct task_list {
	struct task_struct *task;
	struct state *state;
};

struct state {
	long n;
};

ARRAY_MAP(lists, struct task_list);
long out, address;

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct task_list *list = bpf_map_lookup_elem(&lists, &key);
	struct task_struct *task;

	if (!list)
		return 0;
	bpf_probe_read_kernel(&out, sizeof(out), &list->state->n);
	address = (long)&list->task->pid;
	task = bpf_rdonly_cast(list->task, bpf_core_type_id_kernel(struct task_struct));
	out += task->pid;
	return 0;
}

//--- read-by-helper
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note 2 {{'task' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R1 invalid mem access 'scalar'")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task = NULL;

	if (!stash)
		return 0;
	bpf_probe_read_kernel(&task, sizeof(task), &stash->task); // expected-note {{load it by a plain access, which makes it a pointer}}
	if (!task)
		return 0;
	return task->pid; // expected-warning {{what bpf_probe_read_kernel() reads from 'task' is a number, and cannot be dereferenced}}
}

SEC("tc")
__failure __msg("pointer type STRUCT task_struct must point to scalar")
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	bpf_probe_read_kernel(&task, sizeof(task), &stash->task); // expected-note {{load it by a plain access, which makes it a pointer}}
	if (!task)
		return 0;
	task = bpf_task_acquire(task); // expected-warning {{what bpf_probe_read_kernel() reads from 'task' is a number, and bpf_task_acquire() wants an object}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- read-and-compared
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task = NULL, *loaded;
	int pid = 0;

	if (!stash)
		return 0;
	bpf_probe_read_kernel(&task, sizeof(task), &stash->task);
	if (task == (void *)bpf_get_current_task())
		pid = BPF_CORE_READ(task, pid);
	loaded = stash->task;
	if (loaded)
		pid += loaded->pid;
	return pid;
}

//--- set-by-the-program
// expected-no-diagnostics
#include "bpf_test.h"

struct task_list {
	struct task_struct *task;
	long count;
};

ARRAY_MAP(lists, struct task_list);
int pid;

/* The compiler takes the pointer from where it was stored. */
SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct task_list *list = bpf_map_lookup_elem(&lists, &key);

	if (!list)
		return 0;
	list->task = bpf_get_current_task_btf();
	pid = list->task->pid;
	return 0;
}
