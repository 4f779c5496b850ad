// The test of rule kptr-percpu-kernel-type: a per-CPU kptr is for objects of the
// program's own types. The kernel takes the declaration; what is stored there
// could not be freed, so that nothing here is ever run.

//--- task
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __percpu_kptr *task; // expected-warning {{per-CPU kptr 'task' points to kernel struct 'task_struct', of which there are no per-CPU objects}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: clean

//--- mask-in-storage
#include "bpf_test.h"

KEEP(struct bpf_cpumask)

struct stash {
	long count;
	struct bpf_cpumask __percpu_kptr *mask; // expected-warning {{per-CPU kptr 'mask' points to kernel struct 'bpf_cpumask'}}
};

TASK_STORAGE_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: clean

//--- local
// expected-no-diagnostics
#include "bpf_test.h"

struct hit_count_zz {
	long hits;
};

struct stash {
	struct hit_count_zz __percpu_kptr *hits;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int renew(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct hit_count_zz __percpu_kptr *hits;

	if (!stash)
		return 0;
	hits = bpf_percpu_obj_new(struct hit_count_zz);
	if (!hits)
		return 0;
	hits = bpf_kptr_xchg(&stash->hits, hits);
	if (hits)
		bpf_percpu_obj_drop(hits);
	return 0;
}

//--- plain-kptr
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct cgroup __kptr_untrusted *cgroup;
};

KEEP(struct cgroup)
ARRAY_MAP(stashes, struct stash);
