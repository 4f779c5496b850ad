// The test of rule field-in-nested-struct: before Linux 6.11 the kernel looks
// at the direct members of a value only.

//--- kptr kernel=6.1-
#include "bpf_test.h"

KEEP(struct prog_test_ref_kfunc)

struct inner {
	long count;
	struct prog_test_ref_kfunc __kptr *object;
};

struct stash {
	long kind;
	struct inner inner; // expected-warning {{'inner.object' is a kptr in a nested struct, and the kernel does not look into nested structs: the field is plain memory (Linux 6.1 to 6.10)}} expected-note {{make the field a direct member of the map value}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- kptr-today
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct inner {
	long count;
	struct task_struct __kptr *task;
};

struct stash {
	long kind;
	struct inner inner;
	struct {
		struct task_struct __kptr *unnamed;
	};
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
	task = bpf_kptr_xchg(&stash->inner.task, NULL);
	if (task)
		bpf_task_release(task);
	task = bpf_kptr_xchg(&stash->unnamed, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- direct kernel=6.1-
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct inner {
	long count;
	long limit;
};

struct stash {
	struct inner inner;
	struct task_struct __kptr_untrusted *seen;
};

struct elsewhere {
	struct bpf_spin_lock lock;
};

struct locked {
	struct bpf_spin_lock lock;
	struct elsewhere *pointer;
};

ARRAY_MAP(locks, struct locked);

//--- anonymous kernel=6.6-6.12
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long kind;
	struct { // expected-warning {{'task' is a kptr in a nested struct, and the kernel does not look into nested structs: the field is plain memory (Linux 6.6 to 6.10)}} expected-note {{make the field a direct member of the map value}}
		long count;
		struct task_struct __kptr *task;
	};
	struct task_struct __kptr *kept;
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- lock-and-timer kernel=6.6-
#include "bpf_test.h"

struct guard {
	struct bpf_spin_lock lock;
	int users;
};

struct alarm {
	struct bpf_timer timer;
};

struct counter {
	struct guard guard; // expected-warning {{'guard.lock' is a bpf_spin_lock in a nested struct}} expected-note {{make the field a direct member}}
	struct alarm alarm; // expected-warning {{'alarm.timer' is a bpf_timer in a nested struct}} expected-note {{make the field a direct member}}
};

HASH_MAP(counters, struct counter); // expected-note 2 {{the value of map 'counters' and of 1 more holds it}}
HASH_MAP(others, struct counter);

//--- global kernel=6.6-
#include "bpf_test.h"

KEEP(struct task_struct)

static struct {
	long count;
	struct task_struct __kptr *task;
} slot; // expected-warning {{'slot.task' is a kptr in a nested struct}} expected-note {{make the field a direct member of the map value}}

SEC("tc")
__success
int take(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_kptr_xchg(&slot.task, NULL);

	slot.count++;
	if (task)
		bpf_task_release(task);
	return 0;
}
