// The test of rule percpu-object-unfit: bpf_percpu_obj_new() of a struct that it does not take.

//--- large
#include "bpf_test.h"

struct object {
	long a[65];
};

KEEP(struct object)

SEC("tc")
__failure __msg("bpf_percpu_obj_new type size (520) is greater than 512")
int use(struct __sk_buff *skb)
{
	void *object = bpf_percpu_obj_new(struct object); // expected-warning {{struct 'object' has 520 bytes, and a per-CPU object may have 512}}

	if (object)
		bpf_percpu_obj_drop(object);
	return 0;
}

//--- special
#include "bpf_test.h"

struct object {
	long a;
	struct bpf_refcount count; // expected-note {{'count' is declared here}}
};

KEEP(struct object)

SEC("tc")
__failure __msg("must not contain special fields")
int use(struct __sk_buff *skb)
{
	void *object = bpf_percpu_obj_new(struct object); // expected-warning {{struct 'object' holds a bpf_refcount ('count'), and a per-CPU object may hold no special field}}

	if (object)
		bpf_percpu_obj_drop(object);
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct object {
	long a[64];
};

KEEP(struct object)

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	void *object = bpf_percpu_obj_new(struct object);

	if (object)
		bpf_percpu_obj_drop(object);
	return 0;
}
