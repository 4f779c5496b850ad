"""flow_prelude.py - what random programs over references begin with

SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

PRELUDE = """#include "bpf_test.h"

KEEP(struct task_struct)

struct bpf_iter_num {
	__u64 opaque[1];
} __attribute__((aligned(8)));
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) BPF_TEST_KFUNC;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) BPF_TEST_KFUNC;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) BPF_TEST_KFUNC;
#ifndef bpf_for
#define bpf_for(i, start, end)                                                         \\
	for (struct bpf_iter_num it__ __attribute__((aligned(8), cleanup(bpf_iter_num_destroy))), \\
	     *p__ __attribute__((unused)) = (bpf_iter_num_new(&it__, (start), (end)),  \\
					     (void)bpf_iter_num_destroy, (void *)0);    \\
	     ({ int *t__ = bpf_iter_num_next(&it__);                                    \\
		(t__ && ((i) = *t__, (i) >= (start) && (i) < (end))); });)
#endif

struct value {
	struct task_struct __kptr *p;
	struct task_struct __kptr *q;
	long n;
	struct bpf_spin_lock lock;
};

/* What a program of another type finds where others have a packet. */
struct arguments {
	__u32 len, mark;
};

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
} jumps SEC(".maps");

HASH_MAP(map, struct value);
ARRAY_MAP(array, struct value);

int out;

static __always_inline void put(struct task_struct *task)
{
	if (task)
		bpf_task_release(task);
}

static __noinline void put_apart(struct task_struct *task)
{
	if (!task)
		return;
	bpf_task_release(task);
}

static __always_inline struct task_struct *take(struct value *v)
{
	return bpf_kptr_xchg(&v->p, NULL);
}

static __always_inline int swap(struct value *v, struct task_struct **task)
{
	*task = bpf_kptr_xchg(&v->q, *task);
	return *task != NULL;
}

static __always_inline int fetch(struct value *v, bool other, struct task_struct **task)
{
	struct task_struct *found = other ? bpf_kptr_xchg(&v->q, NULL) : take(v);

	if (!found)
		return -3;
	*task = found;
	return 0;
}

static __always_inline void put_cleanup(struct task_struct **task)
{
	if (*task)
		bpf_task_release(*task);
}
"""
