/*
 * cpu_mask.bpf.c - the sets of CPUs on which tasks wake up
 *
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Masks live in global variables: the CPUs seen so far for a few kinds of tasks,
 * with room for more, the home that tasks should not leave, and a spare mask.
 * User space runs make_masks once, and swap_home whenever the home is to start
 * afresh.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define private(name) SEC(".data." #name) __hidden __attribute__((aligned(8)))

extern struct bpf_cpumask *bpf_cpumask_create(void) __ksym __weak;
extern void bpf_cpumask_release(struct bpf_cpumask *mask) __ksym __weak;
extern void bpf_cpumask_set_cpu(__u32 cpu, struct bpf_cpumask *mask) __ksym __weak;
extern bool bpf_cpumask_test_cpu(__u32 cpu, const struct cpumask *mask) __ksym __weak;

enum { SEEN_ANY, SEEN_REALTIME, SEEN_KINDS = 16 };

private(SEEN) struct bpf_cpumask __kptr *seen[SEEN_KINDS];
private(HOME) struct cpumask __kptr *home;
static struct bpf_cpumask __kptr *spare;

__u64 strayed;

static int renew(void *where)
{
	struct bpf_cpumask *mask = bpf_cpumask_create();

	if (!mask)
		return -1;
	mask = bpf_kptr_xchg(where, mask);
	if (mask)
		bpf_cpumask_release(mask);
	return 0;
}

SEC("syscall")
int make_masks(void *ctx)
{
	int err = renew(&home);

	err = err ?: renew(&spare);
	err = err ?: renew(&seen[SEEN_ANY]);
	err = err ?: renew(&seen[SEEN_REALTIME]);
	return err;
}

SEC("syscall")
int swap_home(void *ctx)
{
	struct bpf_cpumask *mask = bpf_kptr_xchg(&spare, NULL);

	if (!mask)
		return -1;
	mask = bpf_kptr_xchg(&home, mask);
	if (mask)
		bpf_cpumask_release(mask);
	return renew(&spare);
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(on_wakeup, struct task_struct *task)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct cpumask *allowed;
	struct bpf_cpumask *mask;

	mask = seen[SEEN_ANY];
	if (mask)
		bpf_cpumask_set_cpu(cpu, mask);
	mask = seen[SEEN_REALTIME];
	if (mask && task->prio < 100)
		bpf_cpumask_set_cpu(cpu, mask);
	allowed = home;
	if (allowed && !bpf_cpumask_test_cpu(cpu, allowed))
		__sync_fetch_and_add(&strayed, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
