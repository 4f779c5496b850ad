// counters.bpf.c - a mistake on kernels before 6.8, which know no percpu kptr.
#include "bpf_test.h"

struct counter {
	long hits;
};

KEEP(struct counter)

struct slot {
	struct counter __percpu_kptr *counter;
};

ARRAY_MAP(slots, struct slot);
