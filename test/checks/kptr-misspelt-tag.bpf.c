// The test of rule kptr-misspelt-tag: a tag that no kernel knows, and that
// looks like a kptr's.

//--- plural
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __attribute__((btf_type_tag("kptrs"))) *task;
	// expected-warning@-1 {{'task' has type tag "kptrs", which no kernel knows: the field is plain memory}}
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

//--- in-capitals
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __attribute__((btf_type_tag("KPTR"))) *task;
	// expected-warning@-1 {{'task' has type tag "KPTR", which no kernel knows: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- letters-swapped
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __attribute__((btf_type_tag("ktpr"))) *task;
	// expected-warning@-1 {{'task' has type tag "ktpr", which no kernel knows: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- underscores
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __attribute__((btf_type_tag("__kptr"))) *task;
	// expected-warning@-1 {{'task' has type tag "__kptr", which no kernel knows: the field is plain memory}}
	struct task_struct __attribute__((btf_type_tag("kptr-untrusted"))) *seen;
	// expected-warning@-1 {{'seen' has type tag "kptr-untrusted", which no kernel knows: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain
// kernel: field stashes.seen plain

//--- words-swapped
#include "bpf_test.h"

struct thing {
	long count;
};

KEEP(struct thing)

struct stash {
	struct thing __attribute__((btf_type_tag("kptr_percpu"))) *thing;
	// expected-warning@-1 {{'thing' has type tag "kptr_percpu", which no kernel knows: the field is plain memory}}
	struct thing __attribute__((btf_type_tag("untrusted_kptr"))) *seen;
	// expected-warning@-1 {{'seen' has type tag "untrusted_kptr", which no kernel knows: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.thing plain
// kernel: field stashes.seen plain

//--- by-macro
#include "bpf_test.h"

#define OWNED __attribute__((btf_type_tag("kptr_owned")))

KEEP(struct task_struct)

struct stash {
	struct task_struct OWNED *task;
	// expected-warning@-1 {{'task' has type tag "kptr_owned", which no kernel knows: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- beside-a-lock
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct bpf_spin_lock lock;
	struct task_struct __attribute__((btf_type_tag("kptr_"))) *task;
	// expected-warning@-1 {{'task' has type tag "kptr_", which no kernel knows: the field is plain memory (Linux 7.2 and later)}}
	// expected-note@-2 {{on Linux 6.12 to 7.1, the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
};

HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel[6.12-7.1]: btf EINVAL

//--- new-kernel kernel=7.2-
#include "bpf_test.h"

KEEP(struct task_struct)

/* The lock beside it works there. */
struct stash {
	struct bpf_spin_lock lock;
	struct task_struct __attribute__((btf_type_tag("kptr_"))) *task;
	// expected-warning@-1 {{'task' has type tag "kptr_", which no kernel knows: the field is plain memory}}
};

HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __attribute__((btf_type_tag("kptr"))) *task;
	struct task_struct __attribute__((btf_type_tag("kptr_untrusted"))) *seen;
};

ARRAY_MAP(stashes, struct stash);

/* Tags of other purposes, with nothing else to lose. */
struct others {
	struct task_struct __attribute__((btf_type_tag("user"))) *user;
	struct task_struct __attribute__((btf_type_tag("rcu"))) *rcu;
	struct task_struct __attribute__((btf_type_tag("percpu"))) *percpu;
	struct task_struct __attribute__((btf_type_tag("arena"))) *arena;
};

ARRAY_MAP(others, struct others);
