// good.bpf.c - what stash.bpf.c means.
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);
