#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *__kptr task; // expected-warning {{stands behind the '*'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{holds it}}
