// The test of rule kptr-xchg-into-borrowed: bpf_kptr_xchg() in an object that the program does not own.

//--- loaded
#include "bpf_test.h"

KEEP(struct task_struct)

struct part {
	long number;
};

struct object {
	struct part __kptr *part; // expected-note {{'part' is declared here}}
	struct part __kptr *spare;
	long number;
};

KEEP(struct part)
KEEP(struct object)

struct stash {
	struct object __kptr *object;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R1 type=rcu_ptr_ expected=map_value, ptr_")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;
	struct part *part;

	if (!stash)
		return 0;
	object = stash->object; // expected-note {{take the object out by bpf_kptr_xchg() first, and put it back}}
	if (!object)
		return 0;
	part = bpf_kptr_xchg(&object->part, NULL); // expected-warning {{'part' is in an object that was only loaded from 'object', and bpf_kptr_xchg() works in objects that the program owns}}
	if (part)
		bpf_obj_drop(part);
	return 0;
}

//--- node kernel=6.12-7.3
// kernel[7.1-]: program use success
#include "bpf_test.h"

KEEP(struct task_struct)

struct part {
	long number;
};

struct object {
	struct part __kptr *part; // expected-note {{'part' is declared here}}
	struct part __kptr *spare;
	long number;
	struct bpf_rb_node node;
};

KEEP(struct part)
KEEP(struct object)

struct stash {
	struct object __kptr *object;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;
	struct part *part;

	if (!stash)
		return 0;
	object = stash->object; // expected-note {{take the object out}}
	if (!object)
		return 0;
	part = bpf_kptr_xchg(&object->part, NULL); // expected-warning {{'part' is in an object that was only loaded from 'object', and bpf_kptr_xchg() works in objects that the program owns (Linux 6.12 to 7.0)}}
	if (part)
		bpf_obj_drop(part);
	return 0;
}

//--- of-the-kernel
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
	struct object __kptr *object;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R1 type=trusted_ptr_ expected=map_value, ptr_")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&bpf_get_current_task_btf()->group_leader, NULL); // expected-warning {{this is in struct 'task_struct', an object of the kernel}}
	if (task)
		bpf_task_release(task);
	return 0;
}

//--- old-kernel kernel=6.6
// kernel: skip nothing was seen on this kernel
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
	struct object __kptr *object;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;
	struct part *part;

	if (!stash)
		return 0;
	object = bpf_obj_new(struct object);
	if (!object)
		return 0;
	part = bpf_kptr_xchg(&object->part, NULL); // expected-warning {{this is in struct 'object', an object of the program's own, and bpf_kptr_xchg() works on kptrs in maps only}}
	if (part)
		bpf_obj_drop(part);
	bpf_obj_drop(object);
	return 0;
}

//--- good
// expected-no-diagnostics
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
	struct object __kptr *object;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;
	struct part *part;

	if (!stash)
		return 0;
	object = bpf_kptr_xchg(&stash->object, NULL);
	if (!object)
		return 0;
	part = bpf_kptr_xchg(&object->part, NULL);
	if (part)
		bpf_obj_drop(part);
	object = bpf_kptr_xchg(&stash->object, object);
	if (object)
		bpf_obj_drop(object);
	return 0;
}

//--- good-new
// expected-no-diagnostics
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
	struct object __kptr *object;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;
	struct part *part;

	if (!stash)
		return 0;
	object = bpf_obj_new(struct object);
	if (!object)
		return 0;
	part = bpf_kptr_xchg(&object->part, NULL);
	if (part)
		bpf_obj_drop(part);
	bpf_obj_drop(object);
	return 0;
}

//--- untrusted
#include "bpf_test.h"

struct part {
	long a;
};

struct object {
	long a;
	struct part __kptr *part;
};

KEEP(struct part)
KEEP(struct object)

struct stash {
	struct object __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("R1 type=untrusted_ptr_ expected=map_value, ptr_")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	struct object *object = stash->seen;
	struct part *part;

	if (!object)
		return 0;
	part = bpf_kptr_xchg(&object->part, NULL); // expected-warning {{this is in an object that was loaded from 'seen', which nothing keeps alive, and bpf_kptr_xchg() works in objects that the program owns}}
	if (part)
		bpf_obj_drop(part);
	return 0;
}
