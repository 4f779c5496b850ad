// The test of rule field-beside-invalid-type: C that clang emits as BTF, and that the kernel does not take.

//--- complex
#include "bpf_test.h"

struct filter {
	struct bpf_spin_lock lock;
	_Complex int gain;
	// expected-warning@-1 {{'gain' is a complex number, and clang gives those no type in BTF: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{hold the two parts of 'gain' in a struct}}
};

ARRAY_MAP(filters, struct filter); // expected-note {{map 'filters' loses 'lock' (a bpf_spin_lock)}}

SEC("tc")
__failure __msg("map 'filters' has to have BTF in order to use bpf_spin_lock")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct filter *filter = bpf_map_lookup_elem(&filters, &key);

	if (!filter)
		return 0;
	bpf_spin_lock(&filter->lock);
	bpf_spin_unlock(&filter->lock);
	return 0;
}

// kernel: btf EINVAL

//--- complex-global
#include "bpf_test.h"

KEEP(struct task_struct)

static _Complex long total;
// expected-warning@-1 {{'total' is a complex number}}
// expected-note@-2 {{hold the two parts of 'total' in a struct}}
// expected-note@-3 {{section '.data.TASK' loses 'task' (a kptr)}}
private(TASK) struct task_struct __kptr *task;

SEC("tc")
__failure __msg("has to have BTF in order to use bpf_kptr_xchg")
int take(struct __sk_buff *skb)
{
	struct task_struct *old = bpf_kptr_xchg(&task, NULL);

	if (old)
		bpf_task_release(old);
	asm volatile("" ::"r"(&total));
	return 0;
}

// kernel: btf EINVAL

//--- undefined-enum
#include "bpf_test.h"

KEEP(struct task_struct)

typedef enum colour colour_t;

struct stash {
	struct task_struct __kptr *task;
	colour_t *const *colours[2];
	// expected-warning@-1 {{'colours' leads to enum 'colour', which is never defined and has no size in BTF: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{define enum 'colour', or use void in its place}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{map 'stashes' loses 'task' (a kptr)}}

// kernel: btf EINVAL
// kernel: field stashes.task plain

//--- undefined-arguments
#include "bpf_test.h"

struct flow {
	struct bpf_timer timer;
	struct result (*step)(int);
	// expected-warning@-1 {{'step' leads to a function with struct 'result', which is never defined, as an argument or result}}
	// expected-note@-2 {{define struct 'result', or pass a pointer to it}}
	void (*note)(struct event);
	// expected-warning@-1 {{'note' leads to a function with struct 'event', which is never defined, as an argument or result}}
	// expected-note@-2 {{define struct 'event', or pass a pointer to it}}
	int (*paint)(enum shade *);
	// expected-warning@-1 {{'paint' leads to enum 'shade', which is never defined and has no size in BTF}}
	// expected-note@-2 {{define enum 'shade', or use void in its place}}
};

HASH_MAP(flows, struct flow); // expected-note 3 {{map 'flows' loses 'timer' (a bpf_timer)}}

// kernel: btf EINVAL

//--- in-no-map
#include "bpf_test.h"

KEEP(struct task_struct)

struct request {
	enum mode *mode;
	// expected-warning@-1 {{'mode' leads to enum 'mode', which is never defined and has no size in BTF}}
	// expected-note@-2 {{define enum 'mode', or use void in its place}}
};

KEEP(struct request)

struct stash {
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash); // expected-note {{map 'stashes' loses 'task' (a kptr)}}

// kernel: btf EINVAL
// kernel: field stashes.task plain

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

enum later;
struct undefined;

struct parts {
	int real, imaginary;
};

struct unseen { /* a forward declaration in BTF: nothing but a pointer mentions it */
	_Complex int value;
};

typedef int lanes_t __attribute__((vector_size(16)));

struct stash {
	struct task_struct __kptr *task;
	_Complex int *behind; /* clang makes it a void pointer */
	_Complex int (*of)(_Complex int);
	struct undefined *(*make)(struct undefined *);
	struct parts parts;
	struct unseen *unseen;
	enum later *mode;
	float real;
	double more;
	__int128 wide;
	_Bool flag : 1;
	lanes_t lanes;
	int none[0];
};

enum later { NOW };

ARRAY_MAP(stashes, struct stash);

// kernel: clean

//--- good-nothing-to-lose
// expected-no-diagnostics
#include "bpf_test.h"

/* The kernel refuses this BTF as well, and nobody misses it. */
struct filter {
	_Complex int gain;
	enum colour *colour;
};

ARRAY_MAP(filters, struct filter);

// kernel: skip the BTF is refused, and nothing is lost with it
