// The test of rule kptr-qualified-pointer: const and restrict on the pointer
// hide its tag, volatile does on old kernels.

//--- const-pointer
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *const task; // expected-warning {{kptr 'task' is a 'const' pointer, and the kernel does not look behind such a qualifier}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

SEC("tc")
__failure __msg("R1 has no valid kptr")
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg((void *)&stash->task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *task;
	const struct task_struct __kptr *of_const;
	struct task_struct volatile __kptr *of_volatile;
	struct task_struct __kptr *volatile seen_by_all;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct __kptr *const *local; /* harmless on a local */
	struct task_struct *task;

	if (!stash)
		return 0;
	local = (void *)&stash->task;
	if (*local)
		return 1;
	task = bpf_kptr_xchg((void *)&stash->seen_by_all, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- restrict-and-both
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct bpf_spin_lock lock;
	struct task_struct __kptr *kept;
	struct task_struct __kptr *restrict one; // expected-warning {{kptr 'one' is a 'restrict' pointer, and the kernel does not look behind such a qualifier}}
	struct task_struct __kptr *__restrict two; // expected-warning {{kptr 'two' is a 'restrict' pointer, and the kernel does not look behind such a qualifier}}
	struct task_struct __kptr *const volatile three; // expected-warning {{kptr 'three' is a 'const volatile' pointer, and the kernel does not look behind such a qualifier}}
	struct task_struct __kptr *volatile restrict four; // expected-warning {{kptr 'four' is a 'volatile restrict' pointer, and the kernel does not look behind such a qualifier}}
};

HASH_MAP(stashes, struct stash); // expected-note 4 {{the value of map 'stashes' holds it}}

// kernel: map stashes record valid
// kernel: field stashes.one plain
// kernel: field stashes.two plain
// kernel: field stashes.three plain
// kernel: field stashes.four plain

//--- array-and-nested
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *const seen[2]; // expected-warning {{kptr 'seen' is a 'const' pointer, and the kernel does not look behind such a qualifier}}
	struct {
		struct task_struct __kptr *const task; // expected-warning {{kptr 'task' is a 'const' pointer, and the kernel does not look behind such a qualifier}}
	} inner[2];
};

ARRAY_MAP(first, struct stash); // expected-note 2 {{the value of map 'first' and of 1 more holds it}}
LRU_HASH_MAP(second, struct stash);

// kernel: map first record none
// kernel: map second record none

//--- several-declarators
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *one, *const two, *three; // expected-warning {{kptr 'two' is a 'const' pointer, and the kernel does not look behind such a qualifier}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.two plain

//--- global
#include "bpf_test.h"

KEEP(struct task_struct)

static struct task_struct __kptr *restrict lost; // expected-warning {{kptr 'lost' is a 'restrict' pointer, and the kernel does not look behind such a qualifier}}

// kernel: field .bss.lost plain

SEC("tc")
__failure __msg("R1 has no valid kptr")
int take(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_kptr_xchg((void *)&lost, NULL);

	if (task)
		bpf_task_release(task);
	return 0;
}

//--- const-global
#include "bpf_test.h"

KEEP(struct task_struct)

// Without its const it would be in .bss, and with it 'seen' not mappable.
static struct task_struct __kptr *const volatile frozen; // expected-note {{drop the qualifier from the pointer}} expected-warning {{kptr 'frozen' is a 'const volatile' pointer, and the kernel does not look behind such a qualifier}}
int seen;

// kernel: field .rodata.frozen plain

SEC("tc")
int look(struct __sk_buff *skb)
{
	seen = !!frozen;
	return 0;
}

//--- in-macro
#include "bpf_test.h"

KEEP(struct task_struct)

#define FROZEN(type, name) type __kptr *const name

struct stash {
	// expected-warning@+1 {{kptr 'task' is a 'const' pointer, and the kernel does not look behind such a qualifier}} expected-note@+1 {{drop the qualifier}}
	FROZEN(struct task_struct, task);
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- volatile-on-old-kernels kernel=6.1-6.12 checks=-bpf-kptr-tag-of-two-meanings
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	// expected-warning@+1 {{kptr 'task' is a 'volatile' pointer, and the kernel does not look behind such a qualifier}}
	struct task_struct __kptr *volatile task;
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- no-tag
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct *const task;
	const char *restrict name;
	struct task_struct __kptr *kept;
};

ARRAY_MAP(stashes, struct stash);
