// The test of rule kptr-tag-of-other-release: kptr tags were renamed in Linux
// 6.4, and others came later.

//--- old-tag
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_ref *task;
	// expected-warning@-1 {{tag "kptr_ref" of 'task' has a meaning in other releases of Linux only: the field is plain memory}}
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

// kernel: field stashes.task plain

//--- old-tag-beside-others
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct cgroup)

struct stash {
	struct bpf_spin_lock lock;
	struct task_struct __kptr_ref *task;
	// expected-warning@-1 {{tag "kptr_ref" of 'task' has a meaning in other releases of Linux only: the field is plain memory (Linux 7.2 and later)}}
	// expected-note@-2 {{on Linux 6.12 to 7.1, the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	struct cgroup __kptr *cgroup;
};

HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel[6.12-7.1]: btf EINVAL

//--- macro-of-an-old-header
#include "bpf_test.h"

#define __owned __attribute__((btf_type_tag("kptr_ref")))

KEEP(struct bpf_cpumask)

private(MASK) struct bpf_cpumask __owned *mask;
// expected-warning@-1 {{tag "kptr_ref" of 'mask' has a meaning in other releases of Linux only: the field is plain memory}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	return !mask;
}

// kernel: field .data.MASK.mask plain

//--- redefined-macro
#include "bpf_test.h"

#undef __kptr
#define __kptr __attribute__((btf_type_tag("kptr_ref")))

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	// expected-warning@-1 {{tag "kptr_ref" of 'task' has a meaning in other releases of Linux only: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- for-old-and-new kernel=6.1-6.12
#include "bpf_test.h"

KEEP(struct prog_test_ref_kfunc)

/* One object cannot serve both. */
struct stash {
	struct prog_test_ref_kfunc __kptr_ref *object;
	// expected-warning@-1 {{tag "kptr_ref" of 'object' has a meaning in other releases of Linux only: the field is plain memory (Linux 6.4 to 6.12)}}
	// expected-note@-2 {{for these kernels, write "kptr"}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.object plain

//--- new-tag-for-old-kernel kernel=6.1
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *task;
	// expected-warning@-1 {{tag "kptr_untrusted" of 'task' has a meaning in other releases of Linux only: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- percpu-before-its-time kernel=6.1-6.6
#include "bpf_test.h"

struct thing {
	long count;
};

KEEP(struct thing)

struct stash {
	struct thing __percpu_kptr *thing;
	// expected-warning@-1 {{tag "percpu_kptr" of 'thing' has a meaning in other releases of Linux only: the field is plain memory}}
	// expected-note@-2 {{keep 'thing' out of what is compiled for these kernels, which have no such pointers}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- uptr-before-its-time kernel=6.12
#include "bpf_test.h"

struct thing {
	long count;
};

KEEP(struct thing)

struct stash {
	struct thing __uptr *thing;
	// expected-warning@-1 {{tag "uptr" of 'thing' has a meaning in other releases of Linux only: the field is plain memory}}
	// expected-note@-2 {{keep 'thing' out of what is compiled for these kernels, which have no such pointers}}
};

TASK_STORAGE_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- uptr-in-range kernel=6.12-
#include "bpf_test.h"

struct thing {
	long count;
};

KEEP(struct thing)

struct stash {
	struct thing __uptr *thing;
	// expected-warning@-1 {{tag "uptr" of 'thing' has a meaning in other releases of Linux only: the field is plain memory (Linux 6.12)}}
	// expected-note@-2 {{keep 'thing' out of what is compiled for these kernels, which have no such pointers}}
};

TASK_STORAGE_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel[6.13-]: clean

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct thing {
	long count;
};

KEEP(struct thing)
KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr_untrusted *seen;
	struct thing __percpu_kptr *thing;
};

ARRAY_MAP(stashes, struct stash);

//--- good-old kernel=6.1
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct prog_test_ref_kfunc)

struct stash {
	struct prog_test_ref_kfunc __kptr_ref *object;
	struct prog_test_ref_kfunc __kptr *seen;
};

ARRAY_MAP(stashes, struct stash);
