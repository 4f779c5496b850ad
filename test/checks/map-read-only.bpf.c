// The test of rule map-read-only: a map that programs may only read, or only
// write, has no special field.

//--- read-only
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_RDONLY_PROG); // expected-warning {{map 'stashes' has BPF_F_RDONLY_PROG and holds a kptr ('task'): the map is refused (EACCES) and libbpf creates it without BTF, so that 'task' is plain memory}}
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct stash);
} stashes SEC(".maps"); // expected-note {{drop BPF_F_RDONLY_PROG}}

// kernel: map stashes EACCES

SEC("tc")
__failure __msg("map 'stashes' has to have BTF in order to use bpf_kptr_xchg")
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

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *task;
};

/* What user space may do is another matter. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_RDONLY);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct stash);
} stashes SEC(".maps");

struct plain {
	long count;
	void *any;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_RDONLY_PROG);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct plain);
} constants SEC(".maps");

const volatile struct plain options = { 1 };

//--- write-only
#include "bpf_test.h"

struct locked {
	int value;
	struct bpf_spin_lock lock; // expected-note {{'lock' is declared here}}
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_WRONLY_PROG); // expected-warning {{map 'locks' has BPF_F_WRONLY_PROG and holds a bpf_spin_lock ('lock')}}
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct locked);
} locks SEC(".maps"); // expected-note {{drop BPF_F_WRONLY_PROG}}

// kernel: map locks EACCES

//--- rodata-section
#include "bpf_test.h"

KEEP(struct task_struct)

SEC(".rodata.slot") struct task_struct __kptr *slot; // expected-warning {{section '.rodata.slot' is read-only to programs and holds a kptr ('slot')}} expected-note {{move 'slot' to a section that is not read-only}}

// kernel: map .rodata.slot EACCES

SEC("tc")
__failure
int take(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_kptr_xchg(&slot, NULL);

	if (task)
		bpf_task_release(task);
	return 0;
}

//--- const-struct-global
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *task;
};

const volatile struct stash stash = { 1 }; // expected-warning {{'stash.task' is a kptr in a 'const volatile' struct}} expected-note {{declare 'stash' with the struct itself}}

// kernel: map .rodata record none

SEC("tc")
int look(struct __sk_buff *skb)
{
	return stash.count;
}

//--- two-maps-and-macro
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

#define FLAGGED(name, flags)                                                             \
	struct {                                                                         \
		__uint(type, BPF_MAP_TYPE_ARRAY);                                        \
		__uint(map_flags, flags);                                                \
		__uint(max_entries, 4);                                                  \
		__type(key, int);                                                        \
		__type(value, struct stash);                                             \
	} name SEC(".maps")

// expected-note@+1 {{drop BPF_F_RDONLY_PROG}}
FLAGGED(bad, BPF_F_RDONLY_PROG); // expected-warning {{map 'bad' has BPF_F_RDONLY_PROG and holds a kptr ('task')}}
FLAGGED(good, 0);

// kernel: map bad EACCES
