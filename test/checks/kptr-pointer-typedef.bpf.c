// The test of rule kptr-pointer-typedef: the kernel does not look behind a
// typedef of the pointer for the tag.

//--- member
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct __kptr *task_kptr;

struct stash {
	long count;
	task_kptr task; // expected-warning {{kptr 'task' is declared through typedef 'task_kptr'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

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

//--- spelled-out
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct task_t;
typedef struct task_struct __kptr *task_kptr;

struct stash {
	long count;
	struct task_struct __kptr *task;
	task_t __kptr *of_typedef;
	const task_t __kptr *of_const;
	typeof(struct task_struct __kptr *) by_typeof;
	__typeof__(struct task_struct) __kptr *of_typeof;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	task_kptr task; /* harmless on a local */

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->by_typeof, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- other-fields-work
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct cgroup)

typedef struct cgroup __kptr *cgroup_kptr;
typedef cgroup_kptr again;

struct stash {
	struct bpf_spin_lock lock;
	struct task_struct __kptr *task;
	again group; // expected-warning {{kptr 'group' is declared through typedef 'again'}}
};

HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.group plain
// kernel: map stashes record valid

//--- array-and-nested
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct __kptr_untrusted *task_seen;
typedef struct task_struct __kptr *task_kptr;

struct inner {
	task_kptr task; // expected-warning {{kptr 'task' is declared through typedef 'task_kptr'}}
	int flags;
};

struct stash {
	task_seen seen[3]; // expected-warning {{kptr 'seen' is declared through typedef 'task_seen'}}
	struct inner inner[2];
};

// expected-note@+1 2 {{the value of map 'first' and of 1 more holds it}}
ARRAY_MAP(first, struct stash);
HASH_MAP(second, struct stash);

// kernel: map first record none
// kernel: map second record none

//--- qualified
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct __kptr *task_kptr;

struct stash {
	const task_kptr before; // expected-warning {{kptr 'before' is declared through typedef 'task_kptr'}} expected-note {{spell the pointer out, without qualifiers behind its '*'}}
	task_kptr volatile behind; // expected-warning {{kptr 'behind' is declared through typedef 'task_kptr'}} expected-note {{spell the pointer out, without qualifiers behind its '*'}}
	task_kptr const frozen; // expected-warning {{kptr 'frozen' is declared through typedef 'task_kptr'}} expected-note {{spell the pointer out, without qualifiers behind its '*'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note 3 {{the value of map 'stashes' holds it}}

// kernel: field stashes.before plain
// kernel: field stashes.behind plain
// kernel: field stashes.frozen plain

//--- two-declarators
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct __kptr *task_kptr;

struct stash {
	// expected-warning@+2 {{kptr 'one' is declared}} expected-warning@+2 {{kptr 'two' is declared}}
	// expected-note@+1 2 {{spell the pointer out}}
	task_kptr one, two;
};

ARRAY_MAP(stashes, struct stash); // expected-note 2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.one plain
// kernel: field stashes.two plain

//--- global
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct __kptr *task_kptr;

static task_kptr lost; // expected-warning {{kptr 'lost' is declared through typedef 'task_kptr'}}
static struct task_struct __kptr *kept;

// kernel: field .bss.lost plain

SEC("tc")
__failure __msg("doesn't point to kptr")
int take(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_kptr_xchg(&kept, NULL);

	if (task)
		bpf_task_release(task);
	task = bpf_kptr_xchg(&lost, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- keyword-among-the-words
#include "bpf_test.h"

KEEP(struct task_struct)

struct task_struct typedef __kptr *task_kptr;

struct stash {
	task_kptr task; // expected-warning {{kptr 'task' is declared through typedef 'task_kptr'}} expected-note {{spell the pointer out}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain
// kernel: map stashes record none

//--- array-typedef
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct __kptr *task_kptrs[2];

struct stash {
	long count;
	task_kptrs tasks; // expected-warning {{kptr 'tasks' is declared through typedef 'task_kptrs'}} expected-note {{spell the pointer out}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: map stashes record none

//--- in-macro
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct __kptr *task_kptr;

#define SLOT(type, name) type name

struct stash {
	// expected-warning@+1 {{kptr 'task' is declared through typedef 'task_kptr'}} expected-note@+1 {{spell the pointer out}}
	SLOT(task_kptr, task);
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- unused-or-empty-tag
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

#undef __kptr
#define __kptr

/* A header shared with user space defines the tag away. */
typedef struct task_struct __kptr *task_ptr;
typedef struct task_struct __kptr_untrusted *unused;

struct stash {
	long count;
	task_ptr task;
};

ARRAY_MAP(stashes, struct stash);

struct in_no_map {
	unused task;
};

static long use(struct in_no_map *p)
{
	return p->task != NULL;
}

SEC("tc")
int run(struct __sk_buff *skb)
{
	struct in_no_map local = {};

	return use(&local);
}

//--- stored
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct __kptr_untrusted *task_seen;

struct stash {
	task_seen seen; // expected-warning {{kptr 'seen' is declared through typedef 'task_seen'}}
	long count;
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.seen plain

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (stash)
		stash->seen = bpf_get_current_task_btf(); // expected-note {{the kernel lets a pointer pass here as a number, which user space can read}}
	return 0;
}
