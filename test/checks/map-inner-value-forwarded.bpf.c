// The test of rule map-inner-value-forwarded: a struct that only the definition
// of an inner map mentions has no size in BTF.

//--- only-inner compiler=19
#include "bpf_test.h"

struct counts {
	long hits;
};

struct { // expected-note {{add a variable that makes clang emit struct 'counts' in full}}
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, int);
	__array(values, struct { // expected-warning {{the value of map 'outer.inner' is struct 'counts', which clang emits as a forward declaration}}
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__type(key, int);
		__type(value, struct counts);
		__uint(max_entries, 1);
	});
} outer SEC(".maps");

// kernel: load EINVAL

//--- mentioned-elsewhere
// expected-no-diagnostics
#include "bpf_test.h"

struct counts {
	long hits;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, struct counts);
	__uint(max_entries, 1);
} inner SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, int);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__type(key, int);
		__type(value, struct counts);
		__uint(max_entries, 1);
	});
} outer SEC(".maps") = { .values = { [0] = (void *)&inner } };

//--- scalar-or-anonymous
// expected-no-diagnostics
#include "bpf_test.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, int);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__type(key, int);
		__type(value, struct { long hits; });
		__uint(max_entries, 1);
	});
} outer SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, int);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__type(key, int);
		__type(value, long);
		__uint(max_entries, 1);
	});
} numbers SEC(".maps");
