/*
 * cgroup_tracker.bpf.c - knows in which cgroup each task was before
 *
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * When a task moves, its storage takes a reference to the new cgroup, and what
 * was there before becomes the task's history. At exec time the program counts
 * the tasks that went deeper into the hierarchy, and those whose css_set is no
 * longer the one they had, which is a hint that is only ever compared.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#ifndef __kptr_untrusted
#define __kptr_untrusted __attribute__((btf_type_tag("kptr_untrusted")))
#endif
/* libbpf had it up to 1.1. */
#ifndef __kptr_ref
#define __kptr_ref __attribute__((btf_type_tag("kptr_ref")))
#endif

extern struct cgroup *bpf_cgroup_acquire(struct cgroup *cgrp) __ksym __weak;
extern void bpf_cgroup_release(struct cgroup *cgrp) __ksym __weak;

typedef struct cgroup __kptr *cgroup_ref;

struct cgroup_track {
	cgroup_ref now;
	struct cgroup __kptr_ref *before;
	struct css_set __kptr_untrusted *set;
	__u32 moves;
	__u32 level;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct cgroup_track);
} tracks SEC(".maps");

__u64 deeper, changed;

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(track_move, struct cgroup *dst, const char *path, struct task_struct *task)
{
	struct cgroup *cgrp;
	struct cgroup_track *track;

	track = bpf_task_storage_get(&tracks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!track)
		return 0;
	cgrp = bpf_cgroup_acquire(dst);
	if (!cgrp)
		return 0;
	track->level = cgrp->level;
	cgrp = bpf_kptr_xchg(&track->now, cgrp);
	if (cgrp) {
		cgrp = bpf_kptr_xchg(&track->before, cgrp);
		if (cgrp)
			bpf_cgroup_release(cgrp);
	}
	track->set = task->cgroups;
	track->moves++;
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(check_exec, struct task_struct *task)
{
	struct cgroup *before;
	struct cgroup_track *track;

	track = bpf_task_storage_get(&tracks, task, NULL, 0);
	if (!track)
		return 0;
	before = track->before;
	if (before && before->level < track->level)
		__sync_fetch_and_add(&deeper, 1);
	if (track->set != task->cgroups)
		__sync_fetch_and_add(&changed, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
