// The test of rule kptr-local-access: a kptr in an object of the program that is touched directly.

//--- load
#include "bpf_test.h"

struct part {
	long a;
};

struct whole {
	long a;
	struct part __kptr *part; // expected-note {{'part' is declared here}}
};

KEEP(struct part)
KEEP(struct whole)

struct stash {
	struct whole __kptr *whole;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("direct access to kptr is disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct whole *whole;
	int full;

	if (!stash)
		return 0;
	whole = bpf_obj_new(struct whole);
	if (!whole)
		return 0;
	full = !!*(void *volatile *)&whole->part; // expected-warning {{this reads 'part', a kptr in an object of the program's own}} expected-note {{take it out by bpf_kptr_xchg()}}
	bpf_obj_drop(whole);
	return full;
	return 0;
}

//--- store
#include "bpf_test.h"

struct part {
	long a;
};

struct whole {
	long a;
	struct part __kptr *part; // expected-note {{'part' is declared here}}
};

KEEP(struct part)
KEEP(struct whole)

struct stash {
	struct whole __kptr *whole;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("direct access to kptr is disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct whole *whole;

	if (!stash)
		return 0;
	whole = bpf_obj_new(struct whole);
	if (!whole)
		return 0;
	whole->part = NULL; // expected-warning {{this writes 'part'}} expected-note {{take it out by bpf_kptr_xchg()}}
	bpf_obj_drop(whole);
	return 0;
}

//--- of-map
#include "bpf_test.h"

struct part {
	long a;
};

struct whole {
	long a;
	struct part __kptr *part; // expected-note {{'part' is declared here}}
};

KEEP(struct part)
KEEP(struct whole)

struct stash {
	struct whole __kptr *whole;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("direct access to kptr is disallowed")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct whole *whole;

	if (!stash)
		return 0;
	whole = stash->whole;
	if (whole && whole->part) // expected-warning {{this reads 'part'}} expected-note {{take it out by bpf_kptr_xchg()}}
		return 1;
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct part {
	long a;
};

struct whole {
	long a;
	struct part __kptr *part;
};

KEEP(struct part)
KEEP(struct whole)

struct stash {
	struct whole __kptr *whole;
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct whole *whole;
	struct part *part;

	if (!stash)
		return 0;
	whole = bpf_obj_new(struct whole);
	if (!whole)
		return 0;
	whole->a = 1;
	part = bpf_kptr_xchg(&whole->part, NULL);
	if (part)
		bpf_obj_drop(part);
	bpf_obj_drop(whole);
	return 0;
}

//--- good-untrusted
// expected-no-diagnostics
#include "bpf_test.h"

struct part {
	long a;
};

struct object {
	long a;
	struct part __kptr *part;
};

struct stash {
	struct object __kptr *object;
};

KEEP(struct part)
KEEP(struct object)
HASH_MAP(stashes, struct stash);

int out;

/* Outside of a read section it is an untrusted pointer, and read as such. */
SEC("syscall")
__success
int sleepable(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;

	if (!stash)
		return 0;
	object = stash->object;
	if (object)
		out = !!object->part;
	return 0;
}

//--- good-copy
// expected-no-diagnostics
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

long out;

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	struct object *object = bpf_obj_new(struct object);
	struct object copy, other;

	if (!object)
		return 0;
	copy = *object;
	other = *object;
	out = copy.a + other.a; // no more than that is loaded
	bpf_obj_drop(object);
	return 0;
}

//--- copy
#include "bpf_test.h"

struct part {
	long a;
};

struct object {
	long a;
	struct part __kptr *part; // expected-note {{'part' is declared here}}
};

KEEP(struct part)
KEEP(struct object)

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
__failure __msg("direct access to kptr is disallowed")
int use(struct __sk_buff *skb)
{
	struct object *object = bpf_obj_new(struct object);
	struct object copy;

	if (!object)
		return 0;
	copy = *object; // expected-warning {{this reads 'part', a kptr in an object of the program's own}} expected-note {{take it out}}
	bpf_ringbuf_output(&events, &copy, sizeof(copy), 0);
	bpf_obj_drop(object);
	return 0;
}

//--- copy-looked-into
#include "bpf_test.h"

struct part {
	long a;
};

struct object {
	long a;
	struct part __kptr *part; // expected-note 3 {{'part' is declared here}}
	long b;
};

KEEP(struct part)
KEEP(struct object)

SEC("tc")
__failure __msg("direct access to kptr is disallowed")
int assigned(struct __sk_buff *skb)
{
	struct object *object = bpf_obj_new(struct object);
	struct object copy;

	if (!object)
		return 0;
	copy = *object; // expected-warning {{this reads 'part', a kptr in an object of the program's own}} expected-note {{take it out}}
	bpf_obj_drop(object);
	return copy.b + (copy.part != NULL);
}

SEC("tc")
__failure __msg("direct access to kptr is disallowed")
int initialised(struct __sk_buff *skb)
{
	struct object *object = bpf_obj_new(struct object);

	if (!object)
		return 0;

	struct object copy = *object; // expected-warning {{this reads 'part'}} expected-note {{take it out}}

	bpf_obj_drop(object);
	return copy.part ? 1 : copy.a;
}

SEC("tc")
__failure __msg("direct access to kptr is disallowed")
int shown(struct __sk_buff *skb)
{
	struct object *object = bpf_obj_new(struct object);
	struct object copy;

	if (!object)
		return 0;
	copy = *object; // expected-warning {{this reads 'part'}} expected-note {{take it out}}
	bpf_obj_drop(object);
	/* What the kernel is shown a part of is in memory as a whole. */
	bpf_trace_printk((void *)&copy.a, sizeof(copy.a));
	return 0;
}

//--- good-copy-looked-into
// expected-no-diagnostics
#include "bpf_test.h"

struct part {
	long a;
};

struct object {
	long a;
	struct part __kptr *part;
	long b;
};

struct stash {
	struct object __kptr *object;
};

KEEP(struct part)
KEEP(struct object)
HASH_MAP(stashes, struct stash);

static int first(struct object *object)
{
	return object->a;
}

static int last(struct object object)
{
	return object.b;
}

SEC("tc")
__success
int overwritten(struct __sk_buff *skb)
{
	struct object *object = bpf_obj_new(struct object);
	struct object copy;

	if (!object)
		return 0;
	copy = *object;
	copy.part = NULL;
	bpf_obj_drop(object);
	return copy.b + (copy.part != NULL);
}

SEC("tc")
__success
int inlined(struct __sk_buff *skb)
{
	struct object *object = bpf_obj_new(struct object);
	int sum;

	if (!object)
		return 0;

	struct object copy = *object;

	sum = first(&copy) + last(*object);
	bpf_obj_drop(object);
	return sum;
}

SEC("tc")
__success
int not_looked_at(struct __sk_buff *skb)
{
	int key = 0, sum = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;
	struct part *part;

	if (!stash)
		return 0;
	object = stash->object;
	if (!object)
		return 0;
	part = NULL;
	sum = object->a + (part != NULL);
	part = object->part; // nobody asks what it is
	return sum;
}

//--- walk kernel=6.12-7.1
#include "bpf_test.h"

struct object {
	long value;
	struct object __kptr *next; // expected-note 4 {{'next' is declared here}}
};

struct stash {
	struct object __kptr *head;
	struct object __kptr *tail;
};

KEEP(struct object)
HASH_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("direct access to kptr is disallowed")
int finds(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;

	if (!stash)
		return 0;
	for (object = stash->head; object; object = object->next) // expected-warning {{this reads 'next', a kptr in an object of the program's own}} expected-note {{take it out}}
		if (object->value == 7)
			return 1;
	return 0;
}

SEC("tc")
__failure __msg("direct access to kptr is disallowed")
int of_two_heads(struct __sk_buff *skb)
{
	int key = 0, sum = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object;

	if (!stash)
		return 0;
	if (skb->mark)
		object = stash->head;
	else
		object = stash->tail;
	while (object) {
		sum += object->value;
		object = object->next; // expected-warning {{this reads 'next'}} expected-note {{take it out}}
	}
	return sum;
}

SEC("tc")
__failure __msg("direct access to kptr is disallowed")
int with_a_second(struct __sk_buff *skb)
{
	int key = 0, sum = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object, *next;

	if (!stash)
		return 0;
	for (object = stash->head; object; object = next) {
		next = object->next; // expected-warning {{this reads 'next'}} expected-note {{take it out}}
		sum += object->value;
	}
	return sum;
}

SEC("tc")
__failure __msg("direct access to kptr is disallowed")
int of_owned(struct __sk_buff *skb)
{
	int key = 0, sum = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object, *first;

	if (!stash)
		return 0;
	first = object = bpf_kptr_xchg(&stash->head, NULL);
	while (object) {
		sum += object->value;
		object = object->next; // expected-warning {{this reads 'next'}} expected-note {{take it out}}
	}
	if (first)
		bpf_obj_drop(first);
	return sum;
}

//--- good-walk kernel=6.12-7.1
// expected-no-diagnostics
#include "bpf_test.h"

struct object {
	long value;
	struct object __kptr *next;
};

struct stash {
	struct object __kptr *head;
};

KEEP(struct object)
HASH_MAP(stashes, struct stash);

SEC("tc")
__success
int takes_apart(struct __sk_buff *skb)
{
	int key = 0, sum = 0, i;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct object *object, *next;

	if (!stash)
		return 0;
	object = bpf_kptr_xchg(&stash->head, NULL);
	for (i = 0; i < 3 && object; i++) {
		next = bpf_kptr_xchg(&object->next, NULL);
		sum += object->value;
		bpf_obj_drop(object);
		object = next;
	}
	if (object)
		bpf_obj_drop(object);
	return sum;
}

//--- condition-of-a-loop
#include "bpf_test.h"

struct part {
	long a;
};

struct object {
	long a;
	struct part __kptr *part; // expected-note {{'part' is declared here}}
};

KEEP(struct part)
KEEP(struct object)

SEC("tc")
__failure __msg("direct access to kptr is disallowed")
int asks(struct __sk_buff *skb)
{
	struct object *object = bpf_obj_new(struct object);
	int i = 0;

	if (!object)
		return 0;
	while (object->part && i++ < 3) // expected-warning {{this reads 'part'}} expected-note {{take it out}}
		bpf_printk("full");
	bpf_obj_drop(object);
	return 0;
}

SEC("tc")
__success
int does_nothing(struct __sk_buff *skb)
{
	struct object *object = bpf_obj_new(struct object);
	struct part *part;
	int i, sum = 0;

	if (!object)
		return 0;
	for (i = 0; i < 3 && !object->part; i++)
		;
	for (i = 0; i < 3; i++) {
		part = object->part; // nobody asks what it is
		sum += object->a;
	}
	bpf_obj_drop(object);
	return sum;
}
