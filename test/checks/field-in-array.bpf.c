// The test of rule field-in-array: before Linux 6.11 the kernel does not look
// into arrays.

//--- kptr kernel=6.6-
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *tasks[3]; // expected-warning {{array 'tasks' holds a kptr ('tasks'), and the kernel does not look into arrays: the field is plain memory (Linux 6.6 to 6.10)}} expected-note {{use a map entry for each element}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- kptr-today
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	long count;
	struct task_struct __kptr *task;
};

struct stash {
	struct task_struct __kptr *tasks[2];
	struct task_struct __kptr_untrusted *table[2][2];
	struct slot slots[2];
	struct task_struct __kptr *one[1];
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
	task = bpf_kptr_xchg(&stash->tasks[1], NULL);
	if (task)
		bpf_task_release(task);
	task = bpf_kptr_xchg(&stash->slots[1].task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- plain-arrays kernel=6.6-
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct *plain[4];
	char comm[16];
	struct ethhdr *headers[2];
};

ARRAY_MAP(stashes, struct stash);

//--- of-structs kernel=6.6-6.12
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	long count;
	struct task_struct __kptr *task;
};

struct stash {
	struct task_struct __kptr *kept;
	struct slot slots[2]; // expected-warning {{array 'slots' holds a kptr ('slots.task'), and the kernel does not look into arrays}} expected-note {{use a map entry for each element}}
	struct task_struct __kptr *table[2][2]; // expected-warning {{array 'table' holds a kptr ('table')}} expected-note {{use a map entry for each element}}
	struct task_struct __kptr *one[1]; // expected-warning {{array 'one' holds a kptr ('one')}} expected-note {{use a map entry for each element}}
};

HASH_MAP(stashes, struct stash); // expected-note 3 {{the value of map 'stashes' holds it}}

//--- global kernel=6.6-
#include "bpf_test.h"

KEEP(struct task_struct)

private(tasks) struct task_struct __kptr *tasks[2]; // expected-warning {{array 'tasks' holds a kptr ('tasks'), and the kernel does not look into arrays}} expected-note {{use a map entry for each element}}

SEC("tc")
__success
int take(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_kptr_xchg(&tasks[1], NULL);

	if (task)
		bpf_task_release(task);
	return 0;
}
