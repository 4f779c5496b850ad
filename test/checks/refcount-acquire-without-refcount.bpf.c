// The test of rule refcount-acquire-without-refcount: bpf_refcount_acquire() of an object without a bpf_refcount.

//--- none
#include "bpf_test.h"

struct object { // expected-note {{give 'object' a member of type struct bpf_refcount}}
	long a;
};

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

	if (!stash)
		return 0;
	object = stash->object;
	if (!object)
		return 0;
	object = bpf_refcount_acquire(object); // expected-warning {{struct 'object' has no bpf_refcount, and nothing counts a second reference to it}}
	if (object)
		bpf_obj_drop(object);
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct object {
	long a;
	struct bpf_refcount count;
};

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

	if (!stash)
		return 0;
	object = stash->object;
	if (!object)
		return 0;
	object = bpf_refcount_acquire(object);
	if (object)
		bpf_obj_drop(object);
	return 0;
}
