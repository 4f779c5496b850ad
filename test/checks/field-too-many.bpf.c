// The test of rule field-too-many: a record holds so many special fields and
// no more, and each element of an array is one.

//--- array
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *slot[12];
	// expected-warning@-1 {{with 'slot' there are 12 special fields in one value, and the kernel records 11: the field is plain memory}}
	// expected-note@-2 {{use more map entries, with fewer special fields each}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}

SEC("tc")
__failure __msg("R1 has no valid kptr")
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->slot[3], NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

// kernel: map stashes record none

//--- direct-members
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct bpf_spin_lock lock;
	struct task_struct __kptr *a, *b; /* both are kptrs */
	struct task_struct __kptr *c;
	struct task_struct __kptr *d;
	struct task_struct __kptr *e;
	struct task_struct __kptr_untrusted *f;
	struct task_struct __kptr_untrusted *g;
	struct task_struct __kptr_untrusted *h;
	struct task_struct __kptr_untrusted *i;
	struct task_struct __kptr_untrusted *j;
	struct bpf_timer timer;
	// expected-warning@-1 {{with 'timer' there are 13 special fields in one value, and the kernel records 11: every special field of map 'stashes' is plain memory}}
	// expected-note@-2 {{use more map entries, with fewer special fields each}}
	struct bpf_wq work;
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'lock' (a bpf_spin_lock), 'a' (a kptr), 'b' (a kptr), 'c' (a kptr), 'd' (a kptr), 'e' (a kptr), 'f' (a kptr), 'g' (a kptr), 'h' (a kptr), 'i' (a kptr), 'j' (a kptr), 'work' (a bpf_wq), too}}

// kernel: map stashes record none

//--- nested-and-multiplied
#include "bpf_test.h"

KEEP(struct task_struct)

struct pair {
	struct task_struct __kptr *from, *to;
	// expected-warning@-1 {{with 'to' there are 12 special fields in one value, and the kernel records 11: every special field of map 'grids' is plain memory}}
	// expected-note@-2 {{use more map entries, with fewer special fields each}}
};

struct grid {
	struct {
		struct pair row[2];
	} cell[3];
};

struct cube {
	struct task_struct __kptr *slot[2][2][3];
	// expected-warning@-1 {{with 'slot' there are 12 special fields in one value, and the kernel records 11: the field is plain memory}}
	// expected-note@-2 {{use more map entries, with fewer special fields each}}
};

HASH_MAP(grids, struct grid);
// expected-note@-1 {{the value of map 'grids' holds it}}
// expected-note@-2 {{map 'grids' loses 'cell[0].row[0].from' (a kptr), too}}
HASH_MAP(cubes, struct cube);
// expected-note@-1 {{the value of map 'cubes' holds it}}

// kernel: map grids record none
// kernel: map cubes record none

//--- section
#include "bpf_test.h"

KEEP(struct task_struct)

static struct task_struct __kptr *head[6];
static struct task_struct __kptr *tail[6];
// expected-warning@-1 {{with 'tail' there are 12 special fields in one value, and the kernel records 11: every special field of section '.bss' is plain memory}}
// expected-note@-2 {{use more sections, with fewer special fields each}}
// expected-note@-3 {{section '.bss' loses 'head[0]' (a kptr), too}}
private(OTHER) struct task_struct __kptr *other[6];

SEC("tc")
__failure __msg("R1 has no valid kptr")
int take(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_kptr_xchg(&head[1], NULL);

	if (task)
		bpf_task_release(task);
	task = bpf_kptr_xchg(&tail[1], NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

SEC("tc")
int take_other(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_kptr_xchg(&other[1], NULL);

	if (task)
		bpf_task_release(task);
	return 0;
}

// kernel: map .bss record none

//--- huge-array
#include "bpf_test.h"

KEEP(struct bpf_cpumask)

struct masks {
	struct bpf_cpumask __kptr *of_cpu[4096];
	// expected-warning@-1 {{with 'of_cpu' there are 4096 special fields in one value, and the kernel records 11: the field is plain memory}}
	// expected-note@-2 {{use more map entries, with fewer special fields each}}
};

PERCPU_ARRAY_MAP(masks, struct masks);
// expected-note@-1 {{the value of map 'masks' holds it}}

// kernel: map masks record none

//--- in-a-struct-of-no-map
#include "bpf_test.h"

KEEP(struct task_struct)

struct big {
	struct bpf_spin_lock lock;
	struct task_struct __kptr *task[11];
	// expected-warning@-1 {{with 'task' there are 12 special fields in one value, and the kernel records 11: the kernel refuses the BTF of the whole object (E2BIG), and no map has special fields}}
	// expected-note@-2 {{use more map entries, with fewer special fields each}}
};

KEEP(struct big)

struct stash {
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{map 'stashes' loses 'task' (a kptr), too}}

// kernel: btf E2BIG

//--- nine kernel=6.1
#include "bpf_test.h"

KEEP(struct prog_test_ref_kfunc)

typedef struct prog_test_ref_kfunc thing;

struct stash {
	thing __kptr_ref *a;
	thing __kptr_ref *b;
	thing __kptr_ref *c;
	thing __kptr_ref *d;
	thing __kptr_ref *e;
	thing __kptr_ref *f;
	thing __kptr_ref *g;
	thing __kptr_ref *h;
	thing __kptr_ref *i;
	// expected-warning@-1 {{with 'i' there are 9 special fields in one value, and the kernel records 8: every special field of map 'stashes' is plain memory}}
	// expected-note@-2 {{use more map entries, with fewer special fields each}}
};

struct full {
	thing __kptr_ref *a;
	thing __kptr_ref *b;
	thing __kptr_ref *c;
	thing __kptr_ref *d;
	thing __kptr_ref *e;
	thing __kptr_ref *f;
	thing __kptr_ref *g;
	thing __kptr_ref *h;
	struct bpf_timer timer; /* not counted with the kptrs */
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'a' (a kptr), 'b' (a kptr), 'c' (a kptr), 'd' (a kptr), 'e' (a kptr), 'f' (a kptr), 'g' (a kptr), 'h' (a kptr), too}}
HASH_MAP(fulls, struct full);

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct task_struct *plain[64];

struct pair {
	struct task_struct __kptr *from;
	struct task_struct __kptr *to;
};

struct full {
	struct pair row[5];
	struct bpf_spin_lock lock;
	struct task_struct *plain[64];
	struct pair none[0];
};

struct eleven {
	struct task_struct __kptr *slot[11];
	struct task_struct *plain;
};

HASH_MAP(elevens, struct eleven);
HASH_MAP(others, struct eleven);
private(FIRST) struct task_struct __kptr *first[11];
private(SECOND) struct eleven second;
