// The test of rule map-inner-mismatch: the special fields of an inner map are
// those of the map that the outer one is declared with.

//--- kind
#include "bpf_test.h"

KEEP(struct task_struct)

struct owned {
	long count;
	struct task_struct __kptr *task;
};
KEEP(struct owned)
struct borrowed {
	long count;
	struct task_struct __kptr_untrusted *task; // expected-note {{'task' is declared here}}
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, struct borrowed); // expected-warning {{the special fields of map 'inner' are not those of the inner maps that map 'outer' declares: the map is refused (EINVAL), and the object does not load}}
	__uint(max_entries, 1);
} inner SEC(".maps"); // expected-note {{give both the same value type}}

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, int);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__type(key, int);
		__type(value, struct owned);
		__uint(max_entries, 1);
	});
} outer SEC(".maps") = { .values = { [0] = (void *)&inner } };

// kernel: load EINVAL

//--- offset
#include "bpf_test.h"

KEEP(struct task_struct)

struct late {
	long count;
	struct task_struct __kptr *task;
};
KEEP(struct late)
struct early {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, int);
	__type(value, struct early); // expected-warning {{the special fields of map 'inner' are not those of the inner maps that map 'outer' declares}}
	__uint(max_entries, 1);
} inner SEC(".maps"); // expected-note {{give both the same value type}}

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, int);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__type(key, int);
		__type(value, struct late);
		__uint(max_entries, 1);
	});
} outer SEC(".maps") = { .values = { [1] = (void *)&inner } };

// kernel: load EINVAL

//--- none
#include "bpf_test.h"

KEEP(struct task_struct)

struct owned {
	long count;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};
KEEP(struct owned)
struct numbers {
	long count;
	struct task_struct *task;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, struct numbers); // expected-warning {{the special fields of map 'inner' are not those of the inner maps that map 'outer' declares}}
	__uint(max_entries, 1);
} inner SEC(".maps"); // expected-note {{give both the same value type}}

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, int);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__type(key, int);
		__type(value, struct owned);
		__uint(max_entries, 1);
	});
} outer SEC(".maps") = { .values = { [0] = (void *)&inner } };

// kernel: load EINVAL

//--- same
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct owned {
	long count;
	struct task_struct __kptr *task;
};
KEEP(struct owned)
struct also_owned {
	int hits, misses;
	struct task_struct __kptr *other_name;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, struct owned);
	__uint(max_entries, 1);
} first SEC(".maps"), second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, struct also_owned);
	__uint(max_entries, 1);
} third SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, int);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__type(key, int);
		__type(value, struct owned);
		__uint(max_entries, 1);
	});
} outer SEC(".maps") = {
	.values = { [0] = (void *)&first, [2] = (void *)&second, (void *)&third },
};

//--- timer-offset
#include "bpf_test.h"

struct early {
	struct bpf_timer timer;
	long count;
};

struct late {
	long count;
	struct bpf_timer timer; // expected-note {{'timer' is declared here}}
};

KEEP(struct early)

// expected-note@+1 {{give both the same value type}}
ARRAY_MAP(inner, struct late); // expected-warning {{the special fields of map 'inner' are not those}}

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, int);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__uint(max_entries, 4);
		__type(key, int);
		__type(value, struct early);
	});
} outer SEC(".maps") = { .values = { [1] = (void *)&inner } };

// kernel: load EINVAL

//--- several-slots
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count;
	struct task_struct __kptr *task;
};

struct inner_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct stash);
} first SEC(".maps"), second SEC(".maps");

struct twin {
	long different_name;
	struct task_struct __kptr *other_name;
};

ARRAY_MAP(third, struct twin);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, int);
	__array(values, struct inner_map);
} outer SEC(".maps") = { .values = { [0] = &first, [1] = (void *)&second, [3] = (void *)&third } };

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, int);
	__array(values, struct inner_map);
} empty SEC(".maps");
