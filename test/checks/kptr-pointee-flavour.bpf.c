// The test of rule kptr-pointee-flavour: to a kptr, the suffix of a CO-RE
// flavour is part of the name.

//--- kernel-object
#include "bpf_test.h"

struct task_struct___old {
	int pid;
} __attribute__((preserve_access_index));

KEEP(struct task_struct___old)

struct stash {
	struct task_struct___old __kptr *task;
	// advisory-warning@-1 {{kptr 'task' points to flavour 'task_struct___old', which the kernel takes for a struct of the program's own}}
	// expected-note@-2 {{point to 'struct task_struct'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- untrusted-and-array
#include "bpf_test.h"

struct sock___view {
	unsigned short family;
} __attribute__((preserve_access_index));

KEEP(struct sock___view)

struct stash {
	struct sock___view __kptr_untrusted *sk;
	// advisory-warning@-1 {{kptr 'sk' points to flavour 'sock___view', which the kernel takes for a struct of the program's own}}
	// expected-note@-2 {{point to 'struct sock'}}
	const struct sock___view __kptr *others[2];
	// advisory-warning@-1 {{kptr 'others' points to flavour 'sock___view', which the kernel takes for a struct of the program's own}}
	// expected-note@-2 {{point to 'struct sock'}}
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

//--- in-a-section
#include "bpf_test.h"

struct cgroup___x {
	int level;
} __attribute__((preserve_access_index));

KEEP(struct cgroup___x)

private(A) struct cgroup___x __kptr *group;
// advisory-warning@-1 {{kptr 'group' points to flavour 'cgroup___x', which the kernel takes for a struct of the program's own}}
// expected-note@-2 {{point to 'struct cgroup'}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	return !group;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct task_struct___old {
	int pid;
} __attribute__((preserve_access_index));

/* No struct of the kernel has this name. */
struct our_session___v2 {
	long id;
};

KEEP(struct task_struct)
KEEP(struct our_session___v2)

struct stash {
	struct task_struct __kptr *task;
	struct our_session___v2 __kptr *session;
	struct task_struct___old *plain;
};

ARRAY_MAP(stashes, struct stash);

static __always_inline int pid(struct task_struct *task)
{
	return ((struct task_struct___old *)task)->pid;
}
