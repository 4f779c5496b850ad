// The test of rule kptr-tag-behind-body: behind the closing brace a tag belongs
// to the struct, and is dropped.

//--- macro
#include "bpf_test.h"

struct stash {
	long count;
	struct thing_zz {
		long value;
	} __kptr *thing; // expected-warning {{tag of 'thing' stands behind the body of the struct and never reaches BTF}} expected-note {{define the struct in front, and declare 'thing' with the struct's name}}
};

KEEP(struct thing_zz)
ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.thing plain
NO_KPTR(stashes, thing, "R1 has no valid kptr")

//--- raw-and-anonymous
#include "bpf_test.h"

struct stash {
	long count;
	struct {
		long value;
	} __attribute__((btf_type_tag("kptr"))) *thing; // expected-warning {{tag of 'thing' stands behind the body of the struct}} expected-note {{define the struct in front}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.thing plain

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct thing_zz {
	long value;
};

struct stash {
	struct thing_zz __kptr *thing;
	struct inner_zz {
		struct thing_zz __kptr *thing;
	} in;
	struct {
		long packed_value;
	} __attribute__((packed)) *plain;
};

KEEP(struct thing_zz)
ARRAY_MAP(stashes, struct stash);
