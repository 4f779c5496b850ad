// The test of rule field-in-key: the kernel looks for special fields in values.

//--- kptr
#include "bpf_test.h"

KEEP(struct task_struct)

struct key {
	long id;
	struct task_struct __kptr *task; // expected-warning {{'task' is a kptr in the key of a map, and the kernel looks for such fields in values only: the field is plain memory}}
};

HASH_MAP(unrelated, long);
MAP(tasks, HASH, struct key, long, 4); // expected-note {{the key of map 'tasks' holds it}}

// kernel: map tasks record none

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct key {
	long id;
	struct task_struct *task;
	void *any;
};

struct value {
	struct task_struct __kptr *task;
	struct bpf_spin_lock lock;
};

MAP(tasks, HASH, struct key, struct value, 4);
MAP(by_pointer, HASH, struct task_struct *, struct value, 4);

//--- nested-and-lock
#include "bpf_test.h"

KEEP(struct task_struct)

struct inner {
	struct bpf_spin_lock lock;
	int id;
};

struct key {
	struct inner inner[2]; // expected-warning {{'inner.lock' is a bpf_spin_lock in the key of a map}}
};

struct value {
	struct task_struct __kptr *task;
};

MAP(first, HASH, struct key, struct value, 4); // expected-note {{the key of map 'first' and of 1 more holds it}}
MAP(second, HASH, struct key, long, 4);

// kernel: map second record none

//--- pointer-itself
#include "bpf_test.h"

KEEP(struct task_struct)

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, struct task_struct __kptr *); // expected-warning {{the key of map 'tasks' is a kptr, and the kernel looks for such fields in values only}}
	__type(value, long);
} tasks SEC(".maps");

// kernel: map tasks record none

//--- shared-with-value
#include "bpf_test.h"

KEEP(struct task_struct)

struct both {
	long id;
	struct task_struct __kptr *task; // expected-warning {{'task' is a kptr in the key of a map}}
};

ARRAY_MAP(good, struct both);
MAP(bad, HASH, struct both, long, 4); // expected-note {{the key of map 'bad' holds it}}

// kernel: map bad record none

//--- pointer-that-passes
#include "bpf_test.h"

KEEP(struct task_struct)

struct key {
	long id;
	struct task_struct __kptr *task; // expected-warning {{'task' is a kptr in the key of a map}}
};

MAP(tasks, HASH, struct key, long, 4); // expected-note {{the key of map 'tasks' holds it}}

// kernel: map tasks record none

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	struct key key = {};
	long one = 1;

	key.task = bpf_get_current_task_btf();
	bpf_map_update_elem(&tasks, &key, &one, 0); // expected-note {{the kernel lets a pointer pass here as a number, which user space can read}}
	return 0;
}
