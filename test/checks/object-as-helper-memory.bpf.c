// The test of rule object-as-helper-memory: an object that is passed to a helper as plain memory.

//--- loaded
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
__failure __msg("R2 type=rcu_ptr_ expected=fp, pkt")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task)
		bpf_ringbuf_output(&events, task->comm, sizeof(task->comm), 0); // expected-warning {{bpf_ringbuf_output() gets memory of struct 'task_struct', and helpers take no memory of objects}} expected-note {{copy it to the stack first, and pass the copy}}
	return 0;
}

//--- key
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R2 type=rcu_ptr_ expected=fp")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = stash->task;
	if (task)
		stash->count[0] = !!bpf_map_lookup_elem(&stashes, &task->pid); // expected-warning {{bpf_map_lookup_elem() gets memory of struct 'task_struct', and helpers take no memory of objects}} expected-note {{copy it to the stack first, and pass the copy}}
	return 0;
}

//--- own-object
#include "bpf_test.h"

KEEP(struct task_struct)

struct part {
	long number;
};

struct object {
	struct part __kptr *part;
	struct part __kptr *spare;
	long number;
};

KEEP(struct part)
KEEP(struct object)

struct stash {
	struct object __kptr *object;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R1 type=ptr_ expected=fp")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;

	if (!stash)
		return 0;
	object = bpf_obj_new(struct object);
	if (!object)
		return 0;
	bpf_probe_read_kernel(&object->number, sizeof(object->number), skb); // expected-warning {{bpf_probe_read_kernel() gets memory of struct 'object', and helpers take no memory of objects}} expected-note {{copy it to the stack first, and pass the copy}}
	bpf_obj_drop(object);
	return 0;
}

//--- taken-out
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
__failure __msg("R2 type=ptr_ expected=fp")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (!task)
		return 0;
	bpf_ringbuf_output(&events, task->comm, sizeof(task->comm), 0); // expected-warning {{bpf_ringbuf_output() gets memory of struct 'task_struct', and helpers take no memory of objects}} expected-note {{copy it to the stack first, and pass the copy}}
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

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;
	char comm[16];

	if (!stash)
		return 0;
	task = stash->task;
	if (!task)
		return 0;
	__builtin_memcpy(comm, task->comm, sizeof(comm));
	bpf_ringbuf_output(&events, comm, sizeof(comm), 0);
	bpf_probe_read_kernel(comm, sizeof(comm), task->comm);
	stash->count[0] = comm[0];
	return 0;
}

//--- good-trusted kernel=6.18
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	bpf_ringbuf_output(&events, bpf_get_current_task_btf()->comm, 16, 0);
	return 0;
}

//--- written
#include "bpf_test.h"

SEC("tc")
__failure __msg("R1 type=ptr_ expected=fp")
int use(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	bpf_probe_read_kernel(&task->pid, sizeof(task->pid), NULL); // expected-warning {{bpf_probe_read_kernel() gets memory of struct 'task_struct', and helpers take no memory of objects}} expected-note {{copy it to the stack first}}
	bpf_task_release(task);
	return 0;
}

//--- acquired kernel=6.12-6.19
#include "bpf_test.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
__failure __msg("R2 type=ptr_ expected=fp")
int use(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	bpf_ringbuf_output(&events, &task->pid, sizeof(task->pid), 0); // expected-warning {{bpf_ringbuf_output() gets memory of struct 'task_struct'}} expected-note {{copy it to the stack first}}
	bpf_task_release(task);
	return 0;
}

//--- acquired-and-trusted kernel=7.0-7.3
// expected-no-diagnostics
#include "bpf_test.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	bpf_ringbuf_output(&events, &task->pid, sizeof(task->pid), 0);
	bpf_task_release(task);
	return 0;
}

//--- current
// expected-no-diagnostics
#include "bpf_test.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	bpf_ringbuf_output(&events, &task->pid, sizeof(task->pid), 0);
	return 0;
}
