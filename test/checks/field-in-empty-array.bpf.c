// The test of rule field-in-empty-array: an array of no elements has no field.

//--- zero-length
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *tasks[0]; // expected-warning {{array 'tasks' holds a kptr ('tasks') and has no elements as far as the kernel knows: the field is plain memory}} expected-note {{give the array its size}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: map stashes record none

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr *tasks[1];
	char rest[];
};

struct other {
	struct task_struct __kptr *task;
	struct task_struct *plain[0];
	long aligned[0];
	unsigned low : 3, : 0;
};

ARRAY_MAP(stashes, struct stash);
HASH_MAP(others, struct other);

//--- flexible
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	struct task_struct __kptr *task;
};

struct stash {
	long count;
	struct slot slots[]; // expected-warning {{array 'slots' holds a kptr ('slots.task') and has no elements}} expected-note {{give the array its size}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' and of 1 more holds it}}
HASH_MAP(others, struct stash);

// kernel: map stashes record none
// kernel: map others record none

//--- two-dimensions
#include "bpf_test.h"

KEEP(struct task_struct)

struct inner {
	long count;
	struct task_struct __kptr *table[2][0]; // expected-warning {{array 'table' holds a kptr ('inner.table') and has no elements}} expected-note {{give the array its size}}
};

struct stash {
	struct inner inner;
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: map stashes record none

//--- locks
#include "bpf_test.h"

struct counter {
	long value;
	struct bpf_timer timers[0]; // expected-warning {{array 'timers' holds a bpf_timer ('timers') and has no elements}} expected-note {{give the array its size}}
};

ARRAY_MAP(counters, struct counter); // expected-note {{the value of map 'counters' holds it}}

// kernel: map counters record none
