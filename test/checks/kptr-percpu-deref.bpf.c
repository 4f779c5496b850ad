// The test of rule kptr-percpu-deref: a per-CPU object that is used as a plain one.

//--- load
#include "bpf_test.h"

struct object {
	long a;
};

KEEP(struct object)

struct stash {
	struct object __percpu_kptr *object; // expected-note {{'object' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

long out;

SEC("tc")
__failure __msg("access percpu memory")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;

	if (!stash)
		return 0;
	object = (void *)stash->object;
	if (object)
		out = object->a; // expected-warning {{this is a per-CPU object of struct 'object', of which each CPU has its own}} expected-note {{go through bpf_this_cpu_ptr()}}
	return 0;
}

//--- new
#include "bpf_test.h"

struct object {
	long a;
};

KEEP(struct object)

struct stash {
	struct object __percpu_kptr *object;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("access percpu memory")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;

	if (!stash)
		return 0;
	object = (void *)bpf_percpu_obj_new(struct object);
	if (!object)
		return 0;
	object->a = 1; // expected-warning {{this is a per-CPU object}} expected-note {{go through}}
	bpf_percpu_obj_drop(object);
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct object {
	long a;
};

KEEP(struct object)

struct stash {
	struct object __percpu_kptr *object;
};

ARRAY_MAP(stashes, struct stash);

long out;

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object, *mine;

	if (!stash)
		return 0;
	object = (void *)stash->object;
	if (!object)
		return 0;
	mine = bpf_this_cpu_ptr((void *)object);
	out = mine->a;
	return 0;
}

//--- good-sleepable
// expected-no-diagnostics
#include "bpf_test.h"

struct counter {
	long number;
	long other;
};

KEEP(struct counter)

struct stash {
	struct counter __percpu_kptr *counter;
};

ARRAY_MAP(stashes, struct stash);

long out;

SEC("syscall")
__success
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct counter *counter;

	if (!stash)
		return 0;
	counter = stash->counter;
	if (counter)
		out = counter->number;
	return 0;
}

//--- owned
#include "bpf_test.h"

struct object {
	long a;
};

KEEP(struct object)

private(A) struct object __percpu_kptr *slot;
private(B) struct object __kptr *plain; // expected-note {{'plain' is declared here}}

SEC("tc")
__failure __msg("R1 type=percpu_ptr_ expected=percpu_ptr_")
int use(struct __sk_buff *skb)
{
	struct object __percpu_kptr *object = bpf_kptr_xchg(&slot, NULL);
	struct object *own;

	if (!object)
		return 0;
	own = bpf_this_cpu_ptr((void *)object); // expected-warning {{bpf_this_cpu_ptr() wants a per-CPU object that is in a map, and this is one that the program owns}} expected-note {{move it into a per-CPU kptr and load that}}
	own->a = 1;
	bpf_percpu_obj_drop(object);
	return 0;
}

SEC("tc")
__failure __msg("expected=percpu_ptr_")
int other(struct __sk_buff *skb)
{
	struct object *object = plain, *own;

	if (!object)
		return 0;
	own = bpf_this_cpu_ptr(object); // expected-warning {{bpf_this_cpu_ptr() wants a per-CPU object that is in a map, and this is no per-CPU object}}
	own->a = 1;
	return 0;
}
