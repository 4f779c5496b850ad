// The test of rule kptr-several-tags: a kptr has one type tag.

//--- with-another-purpose
#include "bpf_test.h"

#define __rcu __attribute__((btf_type_tag("rcu")))

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr __rcu *task;
	// expected-warning@-1 {{kptr 'task' has more than one type tag: the field is plain memory (Linux 6.12 to 7.1)}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

SEC("tc")
__failure __msg("R1 has no valid kptr")
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

// kernel[6.12-7.1]: field stashes.task plain

//--- other-purpose-first
#include "bpf_test.h"

#define __rcu __attribute__((btf_type_tag("rcu")))

KEEP(struct task_struct)

struct stash {
	__rcu struct task_struct __kptr *task;
	// expected-warning@-1 {{kptr 'task' has more than one type tag: the field is plain memory (Linux 6.12 to 7.1)}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel[6.12-7.1]: field stashes.task plain

//--- twice-the-same
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	__kptr struct task_struct __kptr *task;
	// expected-warning@-1 {{kptr 'task' has more than one type tag: the field is plain memory (Linux 6.12 to 7.1)}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel[6.12-7.1]: field stashes.task plain

//--- two-kinds-of-kptr
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr __kptr_untrusted *task;
	// expected-warning@-1 {{kptr 'task' has more than one type tag: the field is plain memory}}
	// expected-note@-2 {{keep the one tag that says what 'task' is}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- beside-others
#include "bpf_test.h"

#define __rcu __attribute__((btf_type_tag("rcu")))

KEEP(struct task_struct)
KEEP(struct cgroup)

struct stash {
	struct bpf_spin_lock lock;
	struct cgroup __kptr *cgroup;
	struct task_struct __kptr __rcu *task[2];
	// expected-warning@-1 {{kptr 'task' has more than one type tag: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields (Linux 6.12 to 7.1)}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'lock' (a bpf_spin_lock), 'cgroup' (a kptr), too}}

// kernel[6.12-7.1]: btf EINVAL

//--- with-an-unknown-tag
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct bpf_timer timer;
	struct task_struct __kptr __attribute__((btf_type_tag("owned"))) *task;
	// expected-warning@-1 {{kptr 'task' has more than one type tag: every special field of map 'stashes' is plain memory (Linux 6.12 to 7.1)}}
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'timer' (a bpf_timer), too}}

// kernel[6.12-7.1]: field stashes.task plain
// kernel[6.12-7.1]: map stashes record none

//--- by-one-macro
#include "bpf_test.h"

#define __kptr_rcu __kptr __attribute__((btf_type_tag("rcu")))

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_rcu *task;
	// expected-warning@-1 {{kptr 'task' has more than one type tag: the field is plain memory (Linux 6.12 to 7.1)}}
	// expected-note@-2 {{keep the one tag that says what 'task' is}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel[6.12-7.1]: field stashes.task plain

//--- in-a-section
#include "bpf_test.h"

KEEP(struct bpf_cpumask)

private(MASKS) struct bpf_cpumask __kptr __kptr *mask;
// expected-warning@-1 {{kptr 'mask' has more than one type tag: every special field of section '.data.MASKS' is plain memory (Linux 6.12 to 7.1)}}
// expected-note@-2 {{section '.data.MASKS' loses 'other' (a kptr), too}}
private(MASKS) struct bpf_cpumask __kptr *other;

SEC("tc")
int use(struct __sk_buff *skb)
{
	return !mask + !other;
}

// kernel[6.12-7.1]: field .data.MASKS.mask plain
// kernel[6.12-7.1]: field .data.MASKS.other plain

//--- new-kernel kernel=7.2-
#include "bpf_test.h"

#define __rcu __attribute__((btf_type_tag("rcu")))

KEEP(struct task_struct)

/* Only two different kptr tags are too many there. */
struct stash {
	struct task_struct __kptr __rcu *task;
	struct task_struct __kptr __kptr *same;
};

ARRAY_MAP(stashes, struct stash);

struct torn {
	struct task_struct __kptr __kptr_untrusted *task;
	// expected-warning@-1 {{kptr 'task' has more than one type tag: the field is plain memory}}
	// expected-note@-2 {{keep the one tag that says what 'task' is}}
};

ARRAY_MAP(tears, struct torn); // expected-note {{the value of map 'tears' holds it}}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct cgroup)

struct stash {
	const volatile struct task_struct __kptr *task;
	struct cgroup __kptr *a, *b;
	struct task_struct __kptr_untrusted *seen;
};

ARRAY_MAP(stashes, struct stash);
