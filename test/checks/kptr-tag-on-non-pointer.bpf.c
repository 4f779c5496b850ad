// The test of rule kptr-tag-on-non-pointer: a kptr tag on something that is no
// pointer to a struct is dropped by the compiler.

//--- on-a-value
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long __kptr count;
	// expected-warning@-1 {{'count' is tagged as a kptr, but is no pointer: the field is plain memory}}
	// expected-note@-2 {{make 'count' a pointer to a struct, or remove the tag}}
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

NO_KPTR(stashes, count, "doesn't point to kptr")

//--- on-a-struct
#include "bpf_test.h"

/* The '*' was forgotten. */
struct thing {
	long count;
};

struct stash {
	struct thing __kptr thing;
	// expected-warning@-1 {{'thing' is tagged as a kptr, but is no pointer: the field is plain memory}}
	// expected-note@-2 {{make 'thing' a pointer to a struct, or remove the tag}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

NO_KPTR(stashes, thing, "R1 has no valid kptr")

//--- on-an-integer-for-a-pointer
#include "bpf_test.h"

struct stash {
	__u64 task __kptr;
	// expected-warning@-1 {{'task' is tagged as a kptr, but is no pointer: the field is plain memory}}
	// expected-note@-2 {{make 'task' a pointer to a struct, or remove the tag}}
};

HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

NO_KPTR(stashes, task, "R1 has no valid kptr")

//--- pointer-to-array
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr (*tasks)[4];
	// expected-warning@-1 {{'tasks' is tagged as a kptr, but is a pointer to an array: the field is plain memory}}
	// expected-note@-2 {{make 'tasks' a pointer to a struct, or remove the tag}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.tasks plain

//--- pointer-to-function
#include "bpf_test.h"

struct stash {
	int __kptr (*call)(void);
	// expected-warning@-1 {{'call' is tagged as a kptr, but is a pointer to a function: the field is plain memory}}
	// expected-note@-2 {{make 'call' a pointer to a struct, or remove the tag}}
	struct task_struct *(*find)(int pid);
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.call plain

//--- global-and-array
#include "bpf_test.h"

static long __kptr counts[4];
// expected-warning@-1 {{'counts' is tagged as a kptr, but is no pointer: the field is plain memory}}
// expected-note@-2 {{make 'counts' a pointer to a struct, or remove the tag}}
static struct bpf_cpumask __kptr mask;
// expected-warning@-1 {{'mask' is tagged as a kptr, but is no pointer: the field is plain memory}}
// expected-note@-2 {{make 'mask' a pointer to a struct, or remove the tag}}

SEC("tc")
__failure __msg("R1 has no valid kptr")
int use(struct __sk_buff *skb)
{
	return bpf_kptr_xchg(&counts[1], NULL) || bpf_kptr_xchg(&mask, NULL);
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *rows[2];
	struct task_struct __kptr *(parenthesized);
	long count;
	int (*call)(struct task_struct __kptr *task);
	struct task_struct __kptr *(*find)(int pid);
	struct task_struct *(*tasks)[4];
};

ARRAY_MAP(stashes, struct stash);

//--- good-lock
// expected-no-diagnostics
#include "bpf_test.h"

/* Of no use, and no harm: the fields are found by their type. */
struct stash {
	struct bpf_spin_lock __kptr lock;
	struct bpf_timer __kptr timer;
};

ARRAY_MAP(stashes, struct stash);
