// The test of rule kptr-pointee-forwarded: clang up to 20 emits a struct as a
// forward declaration if only members of other structs point to it.

//--- kernel-struct compiler=19
#include "bpf_test.h"

struct stash {
	struct task_struct __kptr *task;
	// expected-warning@-1 {{kptr 'task' points to struct 'task_struct', which clang emits as a forward declaration, since nothing but members of structs mentions it: the field is plain memory}}
	// expected-note@-2 {{add a variable that makes clang emit struct 'task_struct' in full}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	return stash && stash->task;
}

// kernel: field stashes.task plain

//--- own-struct compiler=19
#include "bpf_test.h"

struct session {
	long id;
};

struct stash {
	long count;
	struct session __kptr *session;
	// expected-warning@-1 {{kptr 'session' points to struct 'session', which clang emits as a forward declaration, since nothing but members of structs mentions it: the field is plain memory}}
	// expected-note@-2 {{add a variable that makes clang emit struct 'session' in full}}
	struct session __kptr_untrusted *last;
	// expected-warning@-1 {{kptr 'last' points to struct 'session', which clang emits as a forward declaration, since nothing but members of structs mentions it: the field is plain memory}}
	// expected-note@-2 {{add a variable that makes clang emit struct 'session' in full}}
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	struct session *unused = NULL;

	return sizeof(*unused);
}

// kernel: field stashes.session plain
// kernel: field stashes.last plain

//--- by-typedef compiler=19
#include "bpf_test.h"

typedef struct task_struct task_t;

struct stash {
	task_t __kptr *task;
	// expected-warning@-1 {{kptr 'task' points to struct 'task_struct', which clang emits as a forward declaration, since nothing but members of structs mentions it: the field is plain memory}}
	// expected-note@-2 {{add a variable that makes clang emit struct 'task_struct' in full}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- beside-another compiler=19
#include "bpf_test.h"

KEEP(struct cgroup)

struct stash {
	struct cgroup __kptr *cgroup;
	struct task_struct __kptr *task;
	// expected-warning@-1 {{kptr 'task' points to struct 'task_struct', which clang emits as a forward declaration, since nothing but members of structs mentions it: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{add a variable that makes clang emit struct 'task_struct' in full}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'cgroup' (a kptr), too}}

// kernel: btf EINVAL

//--- unused-static-function compiler=19
#include "bpf_test.h"

static int peek(struct task_struct *task)
{
	return !task;
}

struct stash {
	struct task_struct __kptr *task;
	// expected-warning@-1 {{kptr 'task' points to struct 'task_struct', which clang emits as a forward declaration, since nothing but members of structs mentions it: the field is plain memory}}
	// expected-note@-2 {{add a variable that makes clang emit struct 'task_struct' in full}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- inlined-function compiler=19
#include "bpf_test.h"
#include <bpf/bpf_tracing.h>

struct stash {
	struct task_struct __kptr_untrusted *last;
	// expected-warning@-1 {{kptr 'last' points to struct 'task_struct', which clang emits as a forward declaration, since nothing but members of structs mentions it: the field is plain memory}}
	// expected-note@-2 {{add a variable that makes clang emit struct 'task_struct' in full}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

/* BPF_PROG() puts the arguments into a function that is always inlined. */
SEC("tp_btf/task_newtask")
int BPF_PROG(keep, struct task_struct *task)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (stash)
		stash->last = task; // expected-note {{the kernel lets a pointer pass here as a number, which user space can read}}
	return 0;
}

// kernel: field stashes.last plain

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct session {
	long id;
};

struct part {
	long id;
};

struct whole {
	struct part part;
};

struct mentioned {
	long id;
};

struct in_array {
	long id;
};

/* A global that is here for nothing else. */
struct session *just_here_because_of_btf;
struct whole also_here;

/* A function that is not inlined. */
__attribute__((noinline)) int look(struct mentioned *mentioned)
{
	return !mentioned;
}

struct stash {
	struct session __kptr *session;
	struct part __kptr *part;
	struct mentioned __kptr *mentioned;
	struct in_array __kptr *slots[2];
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);

/* A kfunc that is called. */
SEC("tc")
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

//--- good-callback
// expected-no-diagnostics
#include "bpf_test.h"

struct stash {
	struct task_struct __kptr *task;
};

HASH_MAP(stashes, struct stash);

/* What is called by its address is not inlined. */
static __always_inline long look(void *map, int *key, struct stash *stash, struct task_struct *task)
{
	return 0;
}

SEC("tc")
int use(struct __sk_buff *skb)
{
	return bpf_for_each_map_elem(&stashes, look, NULL, 0);
}

// kernel: field stashes.task referenced

//--- good-global
// expected-no-diagnostics
#include "bpf_test.h"

/* The pointer itself is the mention. */
private(MASK) struct bpf_cpumask __kptr *mask;

SEC("tc")
int use(struct __sk_buff *skb)
{
	return !mask;
}

//--- good-two-members-of-a-typedef compiler=16
// expected-no-diagnostics
#include "bpf_test.h"

struct thing_zz {
	long number;
};

typedef struct thing_zz thing_t;

/* The second pointer of this type makes clang 15 to 20 emit the struct. */
struct stash {
	thing_t __kptr *first, *second;
};

ARRAY_MAP(stashes, struct stash);

// kernel: field stashes.first referenced
// kernel: field stashes.second referenced

//--- two-members compiler=16
#include "bpf_test.h"

struct thing_zz {
	long number;
};

struct stash {
	// expected-note@+1 {{add a variable that makes clang emit struct 'thing_zz' in full}}
	struct thing_zz __kptr *task; // expected-warning {{kptr 'task' points to struct 'thing_zz', which clang emits as a forward declaration, since nothing but members of structs mentions it: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- good-clang-21 compiler=21
// expected-no-diagnostics
#include "bpf_test.h"

struct thing_zz {
	long number;
};

struct stash {
	struct thing_zz __kptr *task;
};

ARRAY_MAP(stashes, struct stash);
