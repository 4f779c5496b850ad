// stash.bpf.c - one mistake that has a fix: the tag stands behind the '*'.
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *__kptr task;
};

ARRAY_MAP(stashes, struct stash);
