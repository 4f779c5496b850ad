// The test of rule kptr-misplaced-tag: a tag that does not stand between a
// struct and the '*' of a pointer to it never reaches BTF.

//--- after-star
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *__kptr task;
	// expected-warning@-1 {{tag of 'task' stands behind the '*' and never reaches BTF: the field is plain memory}}
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

//--- after-name
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *task __kptr;
	// expected-warning@-1 {{tag of 'task' stands behind the '*' and never reaches BTF: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- beside-good-ones
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct cgroup)

/* The one that is lost does not harm the others. */
struct stash {
	struct bpf_spin_lock lock;
	struct task_struct __kptr *task;
	struct cgroup *__kptr cgroup;
	// expected-warning@-1 {{tag of 'cgroup' stands behind the '*' and never reaches BTF: the field is plain memory}}
};

HASH_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.cgroup plain

//--- tight-and-odd-spellings
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct*__kptr tight;
	// expected-warning@-1 {{tag of 'tight' stands behind the '*' and never reaches BTF: the field is plain memory}}
	struct task_struct * __attribute__((btf_type_tag("kptr"))) spelt_out;
	// expected-warning@-1 {{tag of 'spelt_out' stands behind the '*' and never reaches BTF: the field is plain memory}}
	struct task_struct *__attribute__((aligned(8), btf_type_tag("kptr"))) among_others;
	// expected-warning@-1 {{tag of 'among_others' stands behind the '*' and never reaches BTF: the field is plain memory}}
	// expected-note@-2 {{put tag "kptr" between the struct and the '*'}}
	const struct task_struct *__kptr_untrusted seen;
	// expected-warning@-1 {{tag of 'seen' stands behind the '*' and never reaches BTF: the field is plain memory}}
	struct task_struct *
		__kptr next_line;
		// expected-warning@-1 {{tag of 'next_line' stands behind the '*' and never reaches BTF: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}
// expected-note@-3 {{the value of map 'stashes' holds it}}
// expected-note@-4 {{the value of map 'stashes' holds it}}
// expected-note@-5 {{the value of map 'stashes' holds it}}

// kernel: field stashes.tight plain
// kernel: field stashes.spelt_out plain
// kernel: field stashes.among_others plain
// kernel: field stashes.seen plain
// kernel: field stashes.next_line plain

//--- before-the-name
#include "bpf_test.h"

KEEP(struct task_struct)

/* There, an attribute is one of the struct. */
struct stash {
	struct __kptr task_struct *task;
	// expected-warning@-1 {{tag of 'task' stands in front of the struct's name and never reaches BTF: the field is plain memory}}
	struct __kptr_untrusted task_struct *rows[2];
	// expected-warning@-1 {{tag of 'rows' stands in front of the struct's name and never reaches BTF: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain
// kernel: field stashes.rows[0] plain
// kernel: field stashes.rows[1] plain

//--- before-the-name-spelt-out
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct __attribute__((btf_type_tag("kptr"))) task_struct *a, *b;
	// expected-warning@-1 {{tag of 'a' stands in front of the struct's name and never reaches BTF: the field is plain memory}}
	// expected-note@-2 {{put tag "kptr" between the struct's name and the '*'}}
	// expected-warning@-3 {{tag of 'b' stands in front of the struct's name and never reaches BTF: the field is plain memory}}
	// expected-note@-4 {{put tag "kptr" between the struct's name and the '*'}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.a plain
// kernel: field stashes.b plain

//--- before-the-keyword
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

/* In front of all of the type it is where it belongs. */
struct stash {
	__kptr struct task_struct *task;
	const struct __attribute__((unused)) task_struct __kptr *other;
};

ARRAY_MAP(stashes, struct stash);

//--- behind-another-attribute
#include "bpf_test.h"

KEEP(struct task_struct)

#define __far __attribute__((address_space(1)))

struct stash {
	struct task_struct __kptr __far *task;
	// expected-warning@-1 {{another attribute separates 'task' from its tag, which never reaches BTF: the field is plain memory}}
	// expected-note@-2 {{put tag "kptr" behind the other attribute}}
	struct task_struct __far __kptr *next;
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- second-declarator
#include "bpf_test.h"

KEEP(struct task_struct)

/* A tag in front of the second '*' belongs to the second pointer itself. */
struct stash {
	struct task_struct *plain, __kptr *task;
	// expected-warning@-1 {{tag of 'task' stands behind the '*' and never reaches BTF: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- first-of-two-declarators
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *__kptr task, *plain;
	// expected-warning@-1 {{tag of 'task' stands behind the '*' and never reaches BTF: the field is plain memory}}
	// expected-note@-2 {{declare 'task' by itself, with tag "kptr" between the struct and the '*'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- arrays
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *__kptr row[2];
	// expected-warning@-1 {{tag of 'row' stands behind the '*' and never reaches BTF: the field is plain memory}}
	struct task_struct *grid[2][2] __kptr;
	// expected-warning@-1 {{tag of 'grid' stands behind the '*' and never reaches BTF: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.row[0] plain
// kernel: field stashes.row[1] plain
// kernel: field stashes.grid[0][0] plain
// kernel: field stashes.grid[0][1] plain
// kernel: field stashes.grid[1][0] plain
// kernel: field stashes.grid[1][1] plain

//--- globals
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct bpf_cpumask)

__hidden struct task_struct *__kptr_untrusted first;
// expected-warning@-1 {{tag of 'first' stands behind the '*' and never reaches BTF: the field is plain memory}}
__hidden struct task_struct *second __kptr_untrusted = NULL;
// expected-warning@-1 {{tag of 'second' stands behind the '*' and never reaches BTF: the field is plain memory}}
private(DATA) struct bpf_cpumask *__kptr mask;
// expected-warning@-1 {{tag of 'mask' stands behind the '*' and never reaches BTF: the field is plain memory}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	first = NULL;
	second = NULL;
	return !mask;
}

// kernel: field .bss.second plain
// kernel: field .bss.first plain
// kernel: field .data.DATA.mask plain

//--- shared-struct
#include "bpf_test.h"

KEEP(struct task_struct)

struct inner {
	long id;
	struct task_struct *__kptr task;
	// expected-warning@-1 {{tag of 'task' stands behind the '*' and never reaches BTF: the field is plain memory}}
};

struct outer {
	struct inner inner[2];
};

ARRAY_MAP(inners, struct inner);
// expected-note@-1 {{the value of map 'inners' and of 1 more holds it}}
HASH_MAP(outers, struct outer);

// kernel: field inners.task plain
// kernel: field outers.inner[0].task plain
// kernel: field outers.inner[1].task plain

//--- behind-a-typedef
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct *__kptr task_slot;

struct stash {
	task_slot first;
	// expected-warning@-1 {{tag of 'first' stands behind the '*' of typedef 'task_slot' and never reaches BTF: the field is plain memory}}
	// expected-note@-2 {{declare 'first' without the typedef, with tag "kptr" between the struct and the '*'}}
	task_slot second;
	// expected-warning@-1 {{tag of 'second' stands behind the '*' of typedef 'task_slot' and never reaches BTF: the field is plain memory}}
	// expected-note@-2 {{declare 'second' without the typedef, with tag "kptr" between the struct and the '*'}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.first plain
// kernel: field stashes.second plain

//--- macros
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct cgroup)

#define OWNED __attribute__((btf_type_tag("kptr")))
#define SLOT(type, name) struct type *OWNED name

struct stash {
	struct task_struct *OWNED task;
	// expected-warning@-1 {{tag of 'task' stands behind the '*' and never reaches BTF: the field is plain memory}}
	SLOT(cgroup, cgroup);
	// expected-warning@-1 {{tag of 'cgroup' stands behind the '*' and never reaches BTF: the field is plain memory}}
	// expected-note@-2 {{put tag "kptr" between the struct and the '*'}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain
// kernel: field stashes.cgroup plain

//--- old-tag kernel=6.1
#include "bpf_test.h"

KEEP(struct prog_test_ref_kfunc)

struct stash {
	struct prog_test_ref_kfunc *__kptr_ref task;
	// expected-warning@-1 {{tag of 'task' stands behind the '*' and never reaches BTF: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

typedef struct task_struct task_t;

struct stash {
	long count;
	struct task_struct __kptr *task;
	__kptr struct task_struct *in_front;
	const struct task_struct __kptr *constant;
	struct task_struct const __kptr *constant_behind;
	struct task_struct __kptr const *constant_last;
	task_t __kptr *by_typedef;
	typeof(struct task_struct __kptr *) by_typeof;
	struct task_struct __kptr *a, *b;
	struct task_struct __kptr *__kptr twice;
	struct task_struct __kptr_untrusted *seen;
};

ARRAY_MAP(stashes, struct stash);

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
	return 0;
}

//--- good-elsewhere
// expected-no-diagnostics
#include "bpf_test.h"

/* Where no map is concerned, a tag may stand anywhere. */
extern struct task_struct __kptr *elsewhere;

static __always_inline int put(struct bpf_cpumask *__kptr *slot, struct bpf_cpumask *__kptr mask)
{
	struct bpf_cpumask *__kptr old;

	old = bpf_kptr_xchg(slot, mask);
	if (old)
		bpf_cpumask_release(old);
	return 0;
}

private(MASK) struct bpf_cpumask __kptr *global_mask;

SEC("tp_btf/task_newtask")
int BPF_PROG(use)
{
	struct bpf_cpumask *mask = bpf_cpumask_create();

	return mask ? put(&global_mask, mask) : 0;
}

//--- inside-typeof
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	typeof(struct task_struct __kptr) *task;
	// expected-warning@-1 {{typeof() separates 'task' from its tag, which never reaches BTF: the field is plain memory}}
	// expected-note@-2 {{put tag "kptr" behind the typeof()}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

NO_KPTR(stashes, task, "R1 has no valid kptr")

// kernel: field stashes.task plain

//--- good-typeof
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	typeof(struct task_struct) __kptr *task;
	typeof(struct task_struct __kptr *) other;
};

ARRAY_MAP(stashes, struct stash);

/* The type of something that is a kptr; no kptr is meant. */
struct cache {
	typeof(*((struct stash *)0)->task) *last;
};

ARRAY_MAP(caches, struct cache);

//--- misspelt-as-well
#include "bpf_test.h"

#define __kprt __attribute__((btf_type_tag("kprt")))

KEEP(struct task_struct)

struct stash {
	struct task_struct *__kprt task;
	// expected-warning@-1 {{tag of 'task' stands behind the '*' and never reaches BTF: the field is plain memory}}
	// expected-note@-2 {{put tag "kptr" between the struct and the '*'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

NO_KPTR(stashes, task, "R1 has no valid kptr")

// kernel: field stashes.task plain
