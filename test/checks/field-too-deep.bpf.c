// The test of rule field-too-deep: the kernel follows structs and arrays to a
// depth, and fails beyond it.

//--- thirty-two-structs
#include "bpf_test.h"

KEEP(struct task_struct)

struct s1 { struct task_struct __kptr *task; };
struct s2 { struct s1 s; };
// expected-warning@-1 {{'s' is nested more than 31 levels deep, where the kernel's search for special fields gives up: the kernel refuses the BTF of the whole object (E2BIG), and no map has special fields}}
// expected-note@-2 {{flatten the structs and arrays}}
struct s3 { struct s2 s; };
struct s4 { struct s3 s; };
struct s5 { struct s4 s; };
struct s6 { struct s5 s; };
struct s7 { struct s6 s; };
struct s8 { struct s7 s; };
struct s9 { struct s8 s; };
struct s10 { struct s9 s; };
struct s11 { struct s10 s; };
struct s12 { struct s11 s; };
struct s13 { struct s12 s; };
struct s14 { struct s13 s; };
struct s15 { struct s14 s; };
struct s16 { struct s15 s; };
struct s17 { struct s16 s; };
struct s18 { struct s17 s; };
struct s19 { struct s18 s; };
struct s20 { struct s19 s; };
struct s21 { struct s20 s; };
struct s22 { struct s21 s; };
struct s23 { struct s22 s; };
struct s24 { struct s23 s; };
struct s25 { struct s24 s; };
struct s26 { struct s25 s; };
struct s27 { struct s26 s; };
struct s28 { struct s27 s; };
struct s29 { struct s28 s; };
struct s30 { struct s29 s; };
struct s31 { struct s30 s; };
struct s32 { struct s31 s; };
struct s33 { struct s32 s; };

struct stash {
	struct s32 s;
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}

// kernel: btf E2BIG

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct s1 { struct task_struct __kptr *task; };
struct s2 { struct s1 s; };
struct s3 { struct s2 s; };
struct s4 { struct s3 s; };
struct s5 { struct s4 s; };
struct s6 { struct s5 s; };
struct s7 { struct s6 s; };
struct s8 { struct s7 s; };
struct s9 { struct s8 s; };
struct s10 { struct s9 s; };
struct s11 { struct s10 s; };
struct s12 { struct s11 s; };
struct s13 { struct s12 s; };
struct s14 { struct s13 s; };
struct s15 { struct s14 s; };
struct s16 { struct s15 s; };
struct s17 { struct s16 s; };
struct s18 { struct s17 s; };
struct s19 { struct s18 s; };
struct s20 { struct s19 s; };
struct s21 { struct s20 s; };
struct s22 { struct s21 s; };
struct s23 { struct s22 s; };
struct s24 { struct s23 s; };
struct s25 { struct s24 s; };
struct s26 { struct s25 s; };
struct s27 { struct s26 s; };
struct s28 { struct s27 s; };
struct s29 { struct s28 s; };
struct s30 { struct s29 s; };
struct s31 { struct s30 s; };

struct stash {
	struct s31 s;
};

ARRAY_MAP(stashes, struct stash);

//--- dimensions
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1];
	// expected-warning@-1 {{'task' is nested more than 31 levels deep, where the kernel's search for special fields gives up: the kernel refuses the BTF of the whole object (E2BIG), and no map has special fields}}
	// expected-note@-2 {{flatten the structs and arrays}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}

// kernel: btf E2BIG

//--- good-dimensions
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1];
};

ARRAY_MAP(stashes, struct stash);

//--- beside-a-kptr
#include "bpf_test.h"

KEEP(struct task_struct)

struct s1 { long number; };
struct s2 { struct s1 s; };
// expected-warning@-1 {{'s' is nested more than 31 levels deep, where the kernel's search for special fields gives up: the kernel refuses the BTF of the whole object (E2BIG), and no map has special fields}}
// expected-note@-2 {{flatten the structs and arrays}}
struct s3 { struct s2 s; };
struct s4 { struct s3 s; };
struct s5 { struct s4 s; };
struct s6 { struct s5 s; };
struct s7 { struct s6 s; };
struct s8 { struct s7 s; };
struct s9 { struct s8 s; };
struct s10 { struct s9 s; };
struct s11 { struct s10 s; };
struct s12 { struct s11 s; };
struct s13 { struct s12 s; };
struct s14 { struct s13 s; };
struct s15 { struct s14 s; };
struct s16 { struct s15 s; };
struct s17 { struct s16 s; };
struct s18 { struct s17 s; };
struct s19 { struct s18 s; };
struct s20 { struct s19 s; };
struct s21 { struct s20 s; };
struct s22 { struct s21 s; };
struct s23 { struct s22 s; };
struct s24 { struct s23 s; };
struct s25 { struct s24 s; };
struct s26 { struct s25 s; };
struct s27 { struct s26 s; };
struct s28 { struct s27 s; };
struct s29 { struct s28 s; };
struct s30 { struct s29 s; };
struct s31 { struct s30 s; };
struct s32 { struct s31 s; };

struct stash {
	struct task_struct __kptr *task;
	struct s32 s;
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'task' (a kptr)}}

// kernel: btf E2BIG
