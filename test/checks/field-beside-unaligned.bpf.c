// The test of rule field-beside-unaligned: early kernels give up on all kptrs
// at the first member that is not at a multiple of 8 bytes.

//--- second-int kernel=6.1
#include "bpf_test.h"

KEEP(struct prog_test_ref_kfunc)

struct stash {
	int id;
	int kind;
	// expected-warning@-1 {{'kind' is not at a multiple of 8 bytes, which ends the kernel's search for kptrs: every special field of map 'stashes' is plain memory}}
	// expected-note@-2 {{widen the members to 8 bytes, or put the small ones into a struct member at a multiple of 8}}
	struct prog_test_ref_kfunc __kptr_ref *task;
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'task' (a kptr)}}

//--- behind-the-kptr kernel=6.1
#include "bpf_test.h"

KEEP(struct prog_test_ref_kfunc)

struct stash {
	struct prog_test_ref_kfunc __kptr_ref *task;
	char name[12];
	u32 kind;
	// expected-warning@-1 {{'kind' is not at a multiple of 8 bytes, which ends the kernel's search for kptrs: every special field of map 'stashes' is plain memory}}
	// expected-note@-2 {{widen the members to 8 bytes, or put the small ones into a struct member at a multiple of 8}}
	struct bpf_spin_lock lock;
	u16 port, other;
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'task' (a kptr)}}

//--- global kernel=6.1
#include "bpf_test.h"

KEEP(struct prog_test_ref_kfunc)

/* In a section only what has the size of a kptr is looked at. */
private(FINE) struct prog_test_ref_kfunc __kptr_ref *fine;
SEC(".data.FINE") __hidden int one = 1, two = 2;
SEC(".data.FINE") __hidden char three[5] = "tree";

private(LOST) struct prog_test_ref_kfunc __kptr_ref *lost;
SEC(".data.LOST") __hidden char name[8] __attribute__((aligned(1))) = "kernel";
SEC(".data.LOST") __hidden char odd[3] = "od";
SEC(".data.LOST") __hidden char other[8] = "section";
// expected-warning@-1 {{'other' is not at a multiple of 8 bytes, which ends the kernel's search for kptrs: every special field of section '.data.LOST' is plain memory}}
// expected-note@-2 {{move the variable to another section}}
// expected-note@-3 {{section '.data.LOST' loses 'lost' (a kptr)}}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	int id;
	int kind;
	struct task_struct __kptr *task;
	char name[12];
	u32 last;
};

ARRAY_MAP(stashes, struct stash);

//--- early-good kernel=6.1
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct prog_test_ref_kfunc)

struct inner {
	int a, b;
};

struct stash {
	int id;
	struct prog_test_ref_kfunc __kptr_ref *task;
	struct inner inner;
	char name[12];
	struct prog_test_ref_kfunc __kptr_ref *other;
	int last;
};

struct locked {
	int id;
	struct bpf_spin_lock lock;
};

ARRAY_MAP(stashes, struct stash);
HASH_MAP(lockeds, struct locked);
