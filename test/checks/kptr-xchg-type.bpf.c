// The test of rule kptr-xchg-type: bpf_kptr_xchg() with an object of another type.

//--- struct
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct cgroup)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("invalid kptr access")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct cgroup *group;
	struct task_struct *old;

	if (!stash)
		return 0;
	group = bpf_cgroup_from_id(1);
	if (!group)
		return 0;
	old = bpf_kptr_xchg(&stash->task, group); // expected-warning {{'task' gets a pointer to struct 'cgroup', and the kernel lets it hold one to struct 'task_struct' only}}
	if (old)
		bpf_task_release(old);
	return 0;
}

//--- stack
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R2 type=fp expected=")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, &key); // expected-warning {{'task' gets the address of a variable on the stack}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- number
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R2 type=scalar expected=")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, (void *)8); // expected-warning {{'task' gets a number}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- percpu-into-plain
#include "bpf_test.h"

struct object {
	long a;
};

KEEP(struct object)

struct stash {
	struct object __kptr *object; // expected-note {{'object' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("invalid kptr access")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object __percpu_kptr *object;

	if (!stash)
		return 0;
	object = bpf_percpu_obj_new(struct object);
	if (!object)
		return 0;
	object = bpf_kptr_xchg(&stash->object, (void *)object); // expected-warning {{'object' is a kptr and gets a per-CPU object: the program is refused}}
	if (object)
		bpf_obj_drop((void *)object);
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	long count;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_task_from_pid(1);
	if (!task)
		return 0;
	task = bpf_kptr_xchg(&stash->task, task);
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- into
#include "bpf_test.h"

KEEP(struct task_struct)

struct part {
	long number;
};

struct object {
	struct part __kptr *part;
	struct part __kptr *spare;
	long number;
};

KEEP(struct part)
KEEP(struct object)

struct stash {
	struct object __kptr *object; // expected-note {{'object' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;

	if (!stash)
		return 0;
	object = bpf_obj_new(struct object);
	if (!object)
		return 0;
	object = bpf_kptr_xchg(&stash->object, (void *)&object->number); // expected-warning {{gets a pointer into struct 'object', and what goes into a kptr points to the start of an object}}
	if (object)
		bpf_obj_drop(object);
	return 0;
}

//--- number-of-a-call
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R2 type=scalar expected=ptr_")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *old;

	if (!stash)
		return 0;
	old = bpf_kptr_xchg(&stash->task, (void *)bpf_ktime_get_ns()); // expected-warning {{'task' gets the result of bpf_ktime_get_ns(), a number}}
	if (old)
		bpf_task_release(old);
	return 0;
}

//--- number-in-map
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R2 type=scalar expected=ptr_")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *old;

	if (!stash)
		return 0;
	old = bpf_kptr_xchg(&stash->task, (void *)stash->count[1]); // expected-warning {{'task' gets a number from plain memory}}
	if (old)
		bpf_task_release(old);
	return 0;
}

//--- number-of-another-program
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int count(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (stash)
		stash->count[1] = (long)stash->task;
	return 0;
}

SEC("tc")
__failure __msg("R2 type=scalar expected=")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *old;

	if (!stash)
		return 0;
	old = bpf_kptr_xchg(&stash->task, (void *)stash->count[1]); // expected-warning {{'task' gets a number from plain memory}}
	if (old)
		bpf_task_release(old);
	return 0;
}

//--- context
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	long count[4];
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R2 type=ctx expected=ptr_")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	struct task_struct *task = bpf_kptr_xchg(&stash->task, (void *)skb); // expected-warning {{'task' gets the context of the program, and the kernel lets it hold a pointer to struct 'task_struct' only}}

	if (task)
		bpf_task_release(task);
	return 0;
}

//--- moved
#include "bpf_test.h"

struct object {
	long a;
	long b;
};

struct stash {
	struct object __kptr *object; // expected-note {{'object' is declared here}}
};

KEEP(struct object)
HASH_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("invalid kptr access, R2 type=ptr_object expected=ptr_object")
int counted(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;

	if (!stash)
		return 0;
	object = bpf_obj_new(struct object); // expected-note {{the pointer is from bpf_obj_new()}}
	if (!object) // expected-note {{on the path where this is false}}
		return 0;
	object++;
	object = bpf_kptr_xchg(&stash->object, object); // expected-warning {{'object' is exchanged with an offset, and what goes into a kptr points to the start of an object}}
	if (object)
		bpf_obj_drop(object);
	return 0;
}

SEC("tc")
__failure __msg("invalid kptr access, R2 type=ptr_object expected=ptr_object")
int member(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;

	if (!stash)
		return 0;
	object = bpf_obj_new(struct object);
	if (!object)
		return 0;
	object = bpf_kptr_xchg(&stash->object, (void *)&object->b); // expected-warning {{'object' gets a pointer into struct 'object', and what goes into a kptr points to the start of an object}}
	if (object)
		bpf_obj_drop(object);
	return 0;
}

SEC("tc")
__success
int there_and_back(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;

	if (!stash)
		return 0;
	object = bpf_obj_new(struct object);
	if (!object)
		return 0;
	object++;
	object--;
	object = bpf_kptr_xchg(&stash->object, object);
	if (object)
		bpf_obj_drop(object);
	return 0;
}
