// The test of rule kptr-percpu-kernel-type: per-CPU kptrs are for objects of
// the program's own.

//--- kernel-struct
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __percpu_kptr *task;
	// advisory-warning@-1 {{per-CPU kptr 'task' points to kernel struct 'task_struct', of which there are no per-CPU objects}}
	// expected-note@-2 {{point to a struct of the program's own, or use an ordinary kptr}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- without-destructor
#include "bpf_test.h"

KEEP(struct sock)

struct stash {
	struct sock __percpu_kptr *sk[2];
	// advisory-warning@-1 {{per-CPU kptr 'sk' points to kernel struct 'sock', of which there are no per-CPU objects}}
	// expected-note@-2 {{point to a struct of the program's own, or use an ordinary kptr}}
};

HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- name-of-a-kernel-struct
#include "bpf_test.h"

struct node {
	long value;
};

KEEP(struct node)

struct stash {
	struct node __percpu_kptr *node;
	// advisory-warning@-1 {{per-CPU kptr 'node' points to kernel struct 'node', of which there are no per-CPU objects}}
	// expected-note@-2 {{point to a struct of the program's own, or use an ordinary kptr}}
};

HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- in-a-section
#include "bpf_test.h"

KEEP(struct bpf_cpumask)

private(A) struct bpf_cpumask __percpu_kptr *mask;
// advisory-warning@-1 {{per-CPU kptr 'mask' points to kernel struct 'bpf_cpumask', of which there are no per-CPU objects}}
// expected-note@-2 {{point to a struct of the program's own, or use an ordinary kptr}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	return !mask;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct our_counter {
	long hits;
};

KEEP(struct our_counter)
KEEP(struct task_struct)

struct stash {
	struct our_counter __percpu_kptr *counter;
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);
PERCPU_ARRAY_MAP(by_cpu, struct stash);
