// The test of rule kptr-tag-on-typedef: a tag applied to the typedef of a
// pointer, or hidden in the typedef of a struct, never reaches BTF.

//--- on-pointer-typedef
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct *task_ptr;

struct stash {
	task_ptr __kptr task;
	// expected-warning@-1 {{tag of 'task' is applied to typedef 'task_ptr' and never reaches BTF: the field is plain memory}}
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

//--- tag-in-front
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct *task_ptr;

struct stash {
	long n;
	__kptr task_ptr task;
	// expected-warning@-1 {{tag of 'task' is applied to typedef 'task_ptr' and never reaches BTF: the field is plain memory}}
};

HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- tag-behind-the-name
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct *task_ptr;
typedef task_ptr task_handle;

struct stash {
	task_handle task __kptr;
	// expected-warning@-1 {{tag of 'task' is applied to typedef 'task_handle' and never reaches BTF: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- array-and-global
#include "bpf_test.h"

KEEP(struct cgroup)

typedef struct cgroup *cgroup_ptr;

struct stash {
	cgroup_ptr __kptr groups[2];
	// expected-warning@-1 {{tag of 'groups' is applied to typedef 'cgroup_ptr' and never reaches BTF: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

__hidden cgroup_ptr __kptr_untrusted root;
// expected-warning@-1 {{tag of 'root' is applied to typedef 'cgroup_ptr' and never reaches BTF: the field is plain memory}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	root = NULL;
	return 0;
}

// kernel: field stashes.groups[0] plain
// kernel: field stashes.groups[1] plain
// kernel: field .bss.root plain

//--- in-struct-typedef
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct __kptr owned_task;

struct stash {
	owned_task *task;
	// expected-warning@-1 {{tag of 'task' is hidden in typedef 'owned_task' and never reaches BTF: the field is plain memory}}
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

//--- in-struct-typedef-used-twice
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct __kptr owned_task;

struct stash {
	owned_task *first;
	// expected-warning@-1 {{tag of 'first' is hidden in typedef 'owned_task' and never reaches BTF: the field is plain memory}}
	struct bpf_spin_lock lock;
	owned_task *second;
	// expected-warning@-1 {{tag of 'second' is hidden in typedef 'owned_task' and never reaches BTF: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.first plain
// kernel: field stashes.second plain

//--- one-tag-for-two-names
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct *task_ptr;

struct stash {
	task_ptr __kptr first, second;
	// expected-warning@-1 {{tag of 'first' is applied to typedef 'task_ptr' and never reaches BTF: the field is plain memory}}
	// expected-note@-2 {{spell the struct out, with tag "kptr" between it and the '*'}}
	// expected-warning@-3 {{tag of 'second' is applied to typedef 'task_ptr' and never reaches BTF: the field is plain memory}}
	// expected-note@-4 {{spell the struct out, with tag "kptr" between it and the '*'}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.first plain
// kernel: field stashes.second plain

//--- in-a-chain-of-typedefs
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct __kptr owned_task;
typedef owned_task our_task;
typedef struct task_struct *task_ptr;
typedef task_ptr __kptr owned_ptr;

struct stash {
	our_task *task;
	// expected-warning@-1 {{tag of 'task' is hidden in typedef 'our_task' and never reaches BTF: the field is plain memory}}
	owned_ptr other;
	// expected-warning@-1 {{tag of 'other' is hidden in typedef 'owned_ptr' and never reaches BTF: the field is plain memory}}
	// expected-note@-2 {{spell the struct out, with tag "kptr" between it and the '*'}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain
// kernel: field stashes.other plain

//--- beside-good-one
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct cgroup)

typedef struct cgroup *cgroup_ptr;

struct stash {
	struct task_struct __kptr *task;
	cgroup_ptr __kptr group;
	// expected-warning@-1 {{tag of 'group' is applied to typedef 'cgroup_ptr' and never reaches BTF: the field is plain memory}}
};

HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.group plain

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct task_t;
typedef task_t task_alias;
typedef const struct task_struct const_task;
typedef struct task_struct *task_ptr;
typedef struct task_struct __kptr kptr_task;

struct stash {
	task_t __kptr *task;
	__kptr task_alias *alias;
	const_task __kptr *constant;
	task_ptr plain;
};

ARRAY_MAP(stashes, struct stash);

/* In no map: the typedefs are somebody's own business. */
static __always_inline int peek(task_ptr __kptr task, kptr_task *other)
{
	return task && other ? task->pid : 0;
}

SEC("tc")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	return stash ? peek(stash->task, stash->alias) : 0;
}

//--- emitted-behind compiler=23 kernel=6.12-7.3
#include "bpf_test.h"

typedef struct task_struct __kptr task_k;

struct stash {
	task_k *task;
	// expected-warning@-1 {{clang 23 puts the tag in typedef 'task_k', by which 'task' is declared, behind the typedef, where BTF has none: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields (Linux 6.12 to 7.1)}}
	// expected-note@-2 {{keep type tags out of typedef 'task_k'}}
};

ARRAY_MAP(stashes, struct stash);

struct other {
	struct bpf_spin_lock lock;
};

ARRAY_MAP(others, struct other); // expected-note {{map 'others' loses 'lock' (a bpf_spin_lock), too}}

//--- emitted-behind-no-pointer compiler=23 kernel=7.1
#include "bpf_test.h"

struct thing_zz {
	int number;
};

typedef struct thing_zz __kptr thing_k;

struct stash {
	struct bpf_spin_lock lock;
	thing_k thing;
	// expected-warning@-1 {{clang 23 puts the tag in typedef 'thing_k', by which 'thing' is declared, behind the typedef, where BTF has none: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{keep type tags out of typedef 'thing_k'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{map 'stashes' loses 'lock' (a bpf_spin_lock)}}

//--- good-emitted-behind compiler=23 kernel=7.2-
// expected-no-diagnostics
#include "bpf_test.h"

typedef struct task_struct __kptr task_k;

struct stash {
	task_k *task;
};

ARRAY_MAP(stashes, struct stash);
