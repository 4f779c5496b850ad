// The test of rule kptr-pointee-not-struct: a kptr points to a struct.

//--- void
#include "bpf_test.h"

struct stash {
	void __kptr *object;
	// expected-warning@-1 {{kptr 'object' points to 'void', and a kptr points to a struct: the field is plain memory}}
	// expected-note@-2 {{remove the tag, or point to a struct}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

NO_KPTR(stashes, object, "R1 has no valid kptr")

// kernel: field stashes.object plain

//--- scalars
#include "bpf_test.h"

typedef __u64 number;

enum color { RED };

struct stash {
	int __kptr *count;
	// expected-warning@-1 {{kptr 'count' points to 'int', and a kptr points to a struct: the field is plain memory}}
	// expected-note@-2 {{remove the tag, or point to a struct}}
	number __kptr *number;
	// expected-warning@-1 {{kptr 'number' points to 'number' (aka 'unsigned long long'), and a kptr points to a struct: the field is plain memory}}
	// expected-note@-2 {{remove the tag, or point to a struct}}
	enum color __kptr_untrusted *color;
	// expected-warning@-1 {{kptr 'color' points to 'enum color', and a kptr points to a struct: the field is plain memory}}
	// expected-note@-2 {{remove the tag, or point to a struct}}
	char __kptr *text[2];
	// expected-warning@-1 {{kptr 'text' points to 'char', and a kptr points to a struct: the field is plain memory}}
	// expected-note@-2 {{remove the tag, or point to a struct}}
	int __percpu_kptr *counter;
	// expected-warning@-1 {{kptr 'counter' points to 'int', and a kptr points to a struct: the field is plain memory}}
	// expected-note@-2 {{remove the tag, or point to a struct}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}
// expected-note@-3 {{the value of map 'stashes' holds it}}
// expected-note@-4 {{the value of map 'stashes' holds it}}
// expected-note@-5 {{the value of map 'stashes' holds it}}

// kernel: field stashes.count plain
// kernel: field stashes.number plain
// kernel: field stashes.color plain
// kernel: field stashes.text[0] plain
// kernel: field stashes.text[1] plain
// kernel: field stashes.counter plain

//--- union
#include "bpf_test.h"

union either {
	long number;
	void *address;
};

KEEP(union either)

struct stash {
	union either __kptr *either;
	// expected-warning@-1 {{kptr 'either' points to 'union either', and a kptr points to a struct: the field is plain memory}}
	// expected-note@-2 {{remove the tag, or point to a struct}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.either plain

//--- function-and-pointer
#include "bpf_test.h"

KEEP(struct task_struct)

typedef int callback(int);

struct stash {
	callback __kptr *call;
	// expected-warning@-1 {{kptr 'call' points to 'callback' (aka 'int (int)'), and a kptr points to a struct: the field is plain memory}}
	// expected-note@-2 {{remove the tag, or point to a struct}}
	struct task_struct *__kptr *slot;
	// expected-warning@-1 {{kptr 'slot' points to 'struct task_struct *', and a kptr points to a struct: the field is plain memory}}
	// expected-note@-2 {{remove the tag, or point to a struct}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.call plain
// kernel: field stashes.slot plain

//--- beside-a-kptr
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	void __kptr *object;
	// expected-warning@-1 {{kptr 'object' points to 'void', and a kptr points to a struct: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{remove the tag, or point to a struct}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'task' (a kptr), too}}

// kernel: btf EINVAL

//--- beside-a-timer
#include "bpf_test.h"

struct stash {
	struct bpf_timer timer;
	long __kptr *object;
	// expected-warning@-1 {{kptr 'object' points to 'long', and a kptr points to a struct: every special field of map 'stashes' is plain memory}}
	// expected-note@-2 {{remove the tag, or point to a struct}}
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'timer' (a bpf_timer), too}}

// kernel: field stashes.object plain
// kernel: map stashes record none

//--- in-a-section
#include "bpf_test.h"

KEEP(struct bpf_cpumask)

private(A) struct bpf_cpumask __kptr *mask;
private(A) int __kptr *number;
// expected-warning@-1 {{kptr 'number' points to 'int', and a kptr points to a struct: every special field of section '.data.A' is plain memory}}
// expected-note@-2 {{remove the tag, or point to a struct}}
// expected-note@-3 {{section '.data.A' loses 'mask' (a kptr), too}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	return !mask + !number;
}

// kernel: field .data.A.mask plain
// kernel: field .data.A.number plain

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct node_data {
	long number;
};

typedef struct node_data node_data_t;

KEEP(struct node_data)
KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	node_data_t __kptr *data;
	const node_data_t __kptr *constant;
	void *untagged;
	int *number;
};

ARRAY_MAP(stashes, struct stash);
