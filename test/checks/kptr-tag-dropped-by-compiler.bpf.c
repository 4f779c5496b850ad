// The test of rule kptr-tag-dropped-by-compiler: clang 14 drops the tag of a
// member that points to a struct by its own name, and of array elements.

//--- member compiler=14
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	// expected-warning@-1 {{tag of 'task' is dropped by clang 14, which builds the program: the field is plain memory}}
	// expected-note@-2 {{build with clang 15 or later, or point to a typedef of the struct}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

NO_KPTR(stashes, task, "R1 has no valid kptr")

// kernel: field stashes.task plain

//--- nested-and-anonymous compiler=14
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct {
		long count;
		struct task_struct __kptr *task;
		// expected-warning@-1 {{tag of 'task' is dropped by clang 14, which builds the program: the field is plain memory}}
		// expected-note@-2 {{build with clang 15 or later, or point to a typedef of the struct}}
	};
	struct task_struct __kptr_untrusted *volatile seen;
	// expected-warning@-1 {{tag of 'seen' is dropped by clang 14, which builds the program: the field is plain memory}}
	// expected-note@-2 {{build with clang 15 or later, or point to a typedef of the struct}}
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain
// kernel: field stashes.seen plain

//--- array compiler=14
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct task_t;

struct stash {
	task_t __kptr *tasks[2];
	// expected-warning@-1 {{tag of 'tasks' is dropped by clang 14, which builds the program: the field is plain memory}}
	// expected-note@-2 {{build with clang 15 or later}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

NO_KPTR(stashes, tasks[0], "R1 has no valid kptr")

// kernel: map stashes record none

//--- good-typedef compiler=14
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct task_t;

struct stash {
	task_t __kptr *task;
	const struct task_struct __kptr_untrusted *seen;
};

ARRAY_MAP(stashes, struct stash);

static task_t __kptr *spare;

SEC("tc")
__success
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
	task = bpf_kptr_xchg(&spare, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

// kernel: field stashes.task referenced

//--- good-another-declaration compiler=14
// expected-no-diagnostics
#include "bpf_test.h"

struct task_struct __kptr *spare SEC(".data.spare") __hidden;

/* The same pointer type, which comes out with its tag first. */
struct stash {
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);

// kernel: clean
// kernel: skip what comes first is up to the compiler

//--- good-15 compiler=15
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr *tasks[2];
};

ARRAY_MAP(stashes, struct stash);

// kernel: field stashes.task referenced

//--- good-16 compiler=16
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr *tasks[2];
};

ARRAY_MAP(stashes, struct stash);

// kernel: field stashes.task referenced
