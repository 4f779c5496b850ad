// The test of rule field-foreign-tag: up to Linux 7.1 a type tag that is no
// kptr's costs the value its special fields.

//--- beside-a-lock
#include "bpf_test.h"

#define __rcu __attribute__((btf_type_tag("rcu")))

KEEP(struct sock)

struct flow {
	struct sock __rcu *sk;
	// expected-warning@-1 {{type tag "rcu" of 'sk' makes the kernel give up its search for special fields: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields (Linux 6.12 to 7.1)}}
	struct bpf_spin_lock lock;
};

HASH_MAP(flows, struct flow);
// expected-note@-1 {{the value of map 'flows' holds it}}
// expected-note@-2 {{map 'flows' loses 'lock' (a bpf_spin_lock)}}

SEC("tc")
__failure __msg("map 'flows' has to have BTF in order to use bpf_spin_lock")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct flow *flow = bpf_map_lookup_elem(&flows, &key);

	if (!flow)
		return 0;
	bpf_spin_lock(&flow->lock);
	bpf_spin_unlock(&flow->lock);
	return 0;
}

// kernel[6.12-7.1]: btf EINVAL

//--- beside-a-kptr
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct sock)

struct stash {
	struct task_struct __kptr *task;
	struct sock __attribute__((btf_type_tag("user"))) *sk;
	// expected-warning@-1 {{type tag "user" of 'sk' makes the kernel give up its search for special fields: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields (Linux 6.12 to 7.1)}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'task' (a kptr)}}

// kernel[6.12-7.1]: btf EINVAL

//--- beside-a-timer
#include "bpf_test.h"

KEEP(struct sock)

/* A timer alone does not make the kernel look at the struct when BTF is loaded. */
struct flow {
	struct bpf_timer timer;
	struct sock __attribute__((btf_type_tag("percpu"))) *sk[2];
	// expected-warning@-1 {{type tag "percpu" of 'sk' makes the kernel give up its search for special fields: every special field of map 'flows' is plain memory (Linux 6.12 to 7.1)}}
};

ARRAY_MAP(flows, struct flow);
// expected-note@-1 {{the value of map 'flows' holds it}}
// expected-note@-2 {{map 'flows' loses 'timer' (a bpf_timer)}}

// kernel[6.12-7.1]: map flows record none

//--- in-an-embedded-struct
#include "bpf_test.h"

#define __rcu __attribute__((btf_type_tag("rcu")))

KEEP(struct task_struct)

struct link {
	long id;
	int __rcu *next;
	// expected-warning@-1 {{type tag "rcu" of 'next' makes the kernel give up its search for special fields: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields (Linux 6.12 to 7.1)}}
};

struct stash {
	struct link link;
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'task' (a kptr)}}

// kernel[6.12-7.1]: btf EINVAL

//--- in-no-map
#include "bpf_test.h"

#define __rcu __attribute__((btf_type_tag("rcu")))

KEEP(struct task_struct)

struct other {
	struct bpf_spin_lock lock;
	struct task_struct __rcu *task;
	// expected-warning@-1 {{type tag "rcu" of 'task' makes the kernel give up its search for special fields: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields (Linux 6.12 to 7.1)}}
};

KEEP(struct other)

struct stash {
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash); // expected-note {{map 'stashes' loses 'task' (a kptr)}}

// kernel[6.12-7.1]: btf EINVAL

//--- in-a-section
#include "bpf_test.h"

#define __rcu __attribute__((btf_type_tag("rcu")))

KEEP(struct bpf_cpumask)
KEEP(struct sock)

private(A) struct bpf_cpumask __kptr *mask;
private(A) struct sock __rcu *sk;
// expected-warning@-1 {{type tag "rcu" of 'sk' makes the kernel give up its search for special fields: every special field of section '.data.A' is plain memory (Linux 6.12 to 7.1)}}
// expected-note@-2 {{section '.data.A' loses 'mask' (a kptr)}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	return !mask + !sk;
}

// kernel[6.12-7.1]: field .data.A.mask plain

//--- two-of-them
#include "bpf_test.h"

#define __rcu __attribute__((btf_type_tag("rcu")))
#define __user __attribute__((btf_type_tag("user")))

KEEP(struct sock)

struct flow {
	struct bpf_spin_lock lock;
	struct sock __rcu __user *sk;
	// expected-warning@-1 {{type tag "user" of 'sk' makes the kernel give up its search for special fields: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields (Linux 6.12 to 7.1)}}
};

HASH_MAP(flows, struct flow);
// expected-note@-1 {{the value of map 'flows' holds it}}
// expected-note@-2 {{map 'flows' loses 'lock' (a bpf_spin_lock)}}

// kernel[6.12-7.1]: btf EINVAL

//--- old-kernel kernel=6.1
#include "bpf_test.h"

#define __rcu __attribute__((btf_type_tag("rcu")))

KEEP(struct sock)
KEEP(struct prog_test_ref_kfunc)

/* Locks have a record of their own there. */
struct flow {
	struct sock __rcu *sk;
	// expected-warning@-1 {{type tag "rcu" of 'sk' makes the kernel give up its search for special fields: every special field of map 'flows' is plain memory}}
	struct bpf_spin_lock lock;
	struct prog_test_ref_kfunc __kptr_ref *object;
};

HASH_MAP(flows, struct flow);
// expected-note@-1 {{the value of map 'flows' holds it}}
// expected-note@-2 {{map 'flows' loses 'object' (a kptr)}}

//--- new-kernel kernel=7.2-
// expected-no-diagnostics
#include "bpf_test.h"

#define __rcu __attribute__((btf_type_tag("rcu")))

KEEP(struct sock)

struct flow {
	struct sock __rcu *sk;
	struct bpf_spin_lock lock;
};

HASH_MAP(flows, struct flow);

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

#define __rcu __attribute__((btf_type_tag("rcu")))

KEEP(struct sock)
KEEP(struct task_struct)

typedef struct sock __rcu *sock_ref;

/* Nothing else in the value that could be lost. */
struct alone {
	struct sock __rcu *sk;
};

ARRAY_MAP(alones, struct alone);

/* Where the kernel does not look. */
struct stash {
	struct task_struct __kptr *task;
	struct bpf_spin_lock lock;
	union {
		struct sock __rcu *sk;
		long number;
	};
	sock_ref by_typedef;
	struct sock __rcu *const constant;
	struct sock __rcu **indirect;
	struct sock *behind __rcu;
};

ARRAY_MAP(stashes, struct stash);

struct key {
	struct sock __rcu *sk;
};

MAP(by_sock, HASH, struct key, struct alone, 4);
