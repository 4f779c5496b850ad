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
} stashes SEC(".maps");

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
} slots SEC(".maps");

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
