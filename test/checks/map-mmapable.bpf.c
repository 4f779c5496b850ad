// The test of rule map-mmapable: a map with special fields may be created with
// BPF_F_MMAPABLE, but nobody can map it.

//--- array
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE); // expected-warning {{map 'stashes' has BPF_F_MMAPABLE and holds a kptr ('task'): mmap() of it is refused (ENOTSUPP)}}
	__type(key, int);
	__type(value, struct stash);
	__uint(max_entries, 4);
} stashes SEC(".maps"); // expected-note {{drop BPF_F_MMAPABLE}}

// kernel: map stashes mmap ENOTSUPP

//--- timer-beside-kptr
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	struct bpf_timer timer; // expected-note {{'timer' is declared here}}
	struct task_struct __kptr *task;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, struct slot);
	__uint(max_entries, 4);
	__uint(map_flags, BPF_F_MMAPABLE); // expected-warning {{map 'slots' has BPF_F_MMAPABLE and holds a bpf_timer ('timer')}}
} slots SEC(".maps"); // expected-note {{drop BPF_F_MMAPABLE}}

// kernel: map slots mmap ENOTSUPP

//--- plain-values
// expected-no-diagnostics
#include "bpf_test.h"

struct counts {
	long hits;
	struct task_struct *address; /* a number, as far as the map knows */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, int);
	__type(value, struct counts);
	__uint(max_entries, 4);
} counters SEC(".maps");

//--- not-mapped
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct stash);
	__uint(max_entries, 4);
} stashes SEC(".maps");

//--- lock-and-nested
#include "bpf_test.h"

struct counter {
	long value;
	struct {
		struct bpf_spin_lock lock; // expected-note {{'lock' is declared here}}
	} inner;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_RDONLY); // expected-warning {{map 'counters' has BPF_F_MMAPABLE and holds a bpf_spin_lock ('inner.lock')}}
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct counter);
} counters SEC(".maps"); // expected-note {{drop BPF_F_MMAPABLE}}

// kernel: map counters mmap ENOTSUPP

//--- by-macro
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *tasks[2]; // expected-note {{'tasks' is declared here}}
};

#define FLAGGED(name, flags)                                                             \
	struct {                                                                         \
		__uint(type, BPF_MAP_TYPE_ARRAY);                                        \
		__uint(map_flags, flags);                                                \
		__uint(max_entries, 4);                                                  \
		__type(key, int);                                                        \
		__type(value, struct stash);                                             \
	} name SEC(".maps")

// expected-note@+1 {{drop BPF_F_MMAPABLE}}
FLAGGED(mapped, BPF_F_MMAPABLE); // expected-warning {{map 'mapped' has BPF_F_MMAPABLE and holds a kptr ('tasks[0]')}}
FLAGGED(good, 0);

// kernel: map mapped mmap ENOTSUPP

//--- nothing-left-to-protect
#include "bpf_test.h"

KEEP(struct task_struct)

/* Without a record the map can be mapped: one mistake, one finding. */
struct stash {
	long count;
	union { // expected-warning {{'task' is a kptr in a union}}
		struct task_struct __kptr *task; // expected-note {{move 'task' out of the union}}
		long number;
	};
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct stash);
} stashes SEC(".maps"); // expected-note {{the value of map 'stashes' holds it}}

// kernel: map stashes record none
