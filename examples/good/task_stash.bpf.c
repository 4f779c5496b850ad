/*
 * task_stash.bpf.c - holds the newest tasks of the system in an array map
 *
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Every new task takes a slot of a small ring. The slot owns a reference to
 * the task, so that a later program may still look at it, and it remembers the
 * leader of its thread group, and in a map of its own its parent, without a
 * reference, as hints. A task that exits gives its slot back.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#ifndef __kptr_untrusted
#define __kptr_untrusted __attribute__((btf_type_tag("kptr_untrusted")))
#endif

#define SLOTS 64

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym __weak;
extern void bpf_task_release(struct task_struct *p) __ksym __weak;

struct stash_slot {
	struct task_struct __kptr *task;
	struct task_struct __kptr_untrusted *leader;
	__u64 started;
};

struct parent_hint {
	struct task_struct __kptr_untrusted *parent;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct stash_slot);
	__uint(max_entries, SLOTS);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct parent_hint);
	__uint(max_entries, SLOTS);
} parents SEC(".maps");

SEC("tp_btf/task_newtask")
int BPF_PROG(stash_task, struct task_struct *task, __u64 clone_flags)
{
	__u32 key = (__u32)task->pid % SLOTS;
	struct task_struct *mine, *old;
	struct parent_hint *hint;
	struct stash_slot *slot;

	slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot)
		return 0;
	mine = bpf_task_acquire(task);
	if (!mine)
		return 0;
	old = bpf_kptr_xchg(&slot->task, mine);
	if (old)
		bpf_task_release(old);
	slot->leader = task->group_leader;
	slot->started = bpf_ktime_get_ns();

	hint = bpf_map_lookup_elem(&parents, &key);
	if (hint)
		hint->parent = bpf_get_current_task_btf();
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(drop_task, struct task_struct *task)
{
	__u32 key = (__u32)task->pid % SLOTS;
	struct task_struct *held, *old;
	struct stash_slot *slot;

	slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot)
		return 0;
	held = slot->task;
	if (!held || held->pid != task->pid)
		return 0;
	slot->leader = NULL;
	old = bpf_kptr_xchg(&slot->task, NULL);
	if (old)
		bpf_task_release(old);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
