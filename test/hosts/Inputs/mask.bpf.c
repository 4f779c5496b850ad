// mask.bpf.c - the mistake of stash.bpf.c, with a type that points to no other: clang
// puts such others into an order that depends on where they lie in its memory, and
// objects differ for reasons that are not in the source.
#include "bpf_test.h"

KEEP(struct bpf_cpumask)

struct stash {
	struct bpf_cpumask *__kptr mask;
};

ARRAY_MAP(stashes, struct stash);
