// The test of rule map-type-without-btf: libbpf creates some maps without
// their BTF.

//--- queue
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE); // expected-warning {{map 'queue' is of type QUEUE, which libbpf creates without BTF although its value holds a kptr ('task'): the field is plain memory}}
	__uint(max_entries, 4);
	__type(value, struct stash);
} queue SEC(".maps"); // expected-note {{use a map of another type, whose BTF libbpf keeps}}

// kernel: map queue stripped

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *task;
};

struct plain {
	long count;
	struct task_struct *task;
};

HASH_MAP(stashes, struct stash);

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__type(value, struct plain);
} queue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(int));
	__uint(value_size, sizeof(int));
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

//--- stack-and-lock
#include "bpf_test.h"

struct locked {
	int value;
	struct bpf_spin_lock lock; // expected-note {{'lock' is declared here}}
};

struct {
	__uint(type, BPF_MAP_TYPE_STACK); // expected-warning {{map 'stack' is of type STACK, which libbpf creates without BTF although its value holds a bpf_spin_lock ('lock')}}
	__uint(max_entries, 4);
	__type(value, struct locked);
} stack SEC(".maps"); // expected-note {{use a map of another type}}

// kernel: map stack stripped

//--- by-size
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

struct {
	__uint(type, BPF_MAP_TYPE_STACK); // expected-warning {{map 'stack' is of type STACK, which libbpf creates without BTF}}
	__uint(max_entries, 4);
	__uint(value_size, sizeof(struct stash));
} stack SEC(".maps"); // expected-note {{use a map of another type}}

// kernel: map stack record none

//--- nested-by-macro
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct {
		struct task_struct __kptr_untrusted *seen[2]; // expected-note {{'seen' is declared here}}
	} inner;
};

#define QUEUE(name, value_type)                                                          \
	struct {                                                                         \
		__uint(type, BPF_MAP_TYPE_QUEUE);                                        \
		__uint(max_entries, 4);                                                  \
		__type(value, value_type);                                               \
	} name SEC(".maps")

// expected-note@+1 {{use a map of another type}}
QUEUE(queue, struct stash); // expected-warning {{map 'queue' is of type QUEUE, which libbpf creates without BTF although its value holds a kptr ('inner.seen[0]')}}

// kernel: map queue stripped

//--- pushed
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	long count;
};

struct {
	__uint(type, BPF_MAP_TYPE_STACK); // expected-warning {{map 'stack' is of type STACK, which libbpf creates without BTF}}
	__uint(max_entries, 4);
	__type(value, struct stash);
} stack SEC(".maps"); // expected-note {{use a map of another type, whose BTF libbpf keeps}}

// kernel: map stack stripped

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	struct stash stash = { .count = 1 };

	stash.seen = bpf_get_current_task_btf();
	bpf_map_push_elem(&stack, &stash, 0); // expected-note {{the kernel lets a pointer pass here as a number, which user space can read}}
	return 0;
}
