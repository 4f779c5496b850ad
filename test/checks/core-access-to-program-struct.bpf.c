// The test of rule core-access-to-program-struct: a CO-RE access to a member of
// a struct that the kernel does not have.

//--- read
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	int count; // expected-note {{'count' is declared here}}
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
};

ARRAY_MAP(stashes, struct stash);

int seen;

SEC("tc")
__failure __msg("failed to resolve CO-RE relocation <byte_off>")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	seen = BPF_CORE_READ(stash, count); // expected-warning {{libbpf is to look member 'count' up in the kernel, which has no struct 'stash'}} expected-note {{the struct is the program's own; read it by a plain access}}
	return 0;
}

SEC("tc")
__failure __msg("failed to resolve CO-RE relocation <byte_off>")
int through(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	seen = BPF_CORE_READ(stash, task, pid); // expected-warning {{libbpf is to look member 'task' up in the kernel, which has no struct 'stash'}} expected-note {{the struct is the program's own; read it by a plain access}}
	return 0;
}

//--- attribute
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	int count; // expected-note {{'count' is declared here}}
	struct task_struct __kptr *task;
} __attribute__((preserve_access_index)); // expected-note {{because of this attribute}}

ARRAY_MAP(stashes, struct stash);

int seen;

SEC("tc")
__failure __msg("failed to resolve CO-RE relocation <byte_off>")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	stash->count++; // expected-warning {{libbpf is to look member 'count' up in the kernel, which has no struct 'stash'}}
	seen = stash->count;
	return 0;
}

//--- nested
#include "bpf_test.h"

KEEP(struct task_struct)

struct part {
	int first;
	int count[4]; // expected-note {{'count' is declared here}}
} __attribute__((preserve_access_index)); // expected-note {{because of this attribute}}

typedef struct {
	struct task_struct __kptr *task;
	struct part part;
} stash_t;

ARRAY_MAP(stashes, stash_t);

SEC("tc")
__failure __msg("failed to resolve CO-RE relocation <byte_off>")
int use(struct __sk_buff *skb)
{
	int key = 0;
	stash_t *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	return stash->part.count[2]; // expected-warning {{libbpf is to look member 'count' up in the kernel, which has no struct 'part'}}
}

//--- object
#include "bpf_test.h"

KEEP(struct task_struct)

struct thing {
	int count; // expected-note {{'count' is declared here}}
	struct task_struct __kptr *task;
};

SEC("tc")
__failure __msg("failed to resolve CO-RE relocation <byte_off>")
int use(struct __sk_buff *skb)
{
	struct thing *thing = bpf_obj_new(struct thing);
	int count = 0;

	if (!thing)
		return 0;
	bpf_core_read(&count, sizeof(count), &thing->count); // expected-warning {{libbpf is to look member 'count' up in the kernel, which has no struct 'thing'}} expected-note {{the struct is the program's own; read it by a plain access}}
	bpf_obj_drop(thing);
	return count;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	int count;
	struct task_struct __kptr *task;
} __attribute__((preserve_access_index));

struct plain {
	int count;
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);
ARRAY_MAP(plains, struct plain);

int seen;
const volatile int on;

/* Nothing that libbpf did not find is reached. */
SEC("tc")
__success
int asks(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	if (bpf_core_field_exists(stash->count))
		seen = stash->count;
	if (on)
		seen = stash->count;
	seen += sizeof(stash->count);
	return 0;
}

/* The kernel has this one. */
SEC("tc")
__success
int reads(struct __sk_buff *skb)
{
	int key = 0;
	struct plain *plain = bpf_map_lookup_elem(&plains, &key);
	struct task_struct *task;

	if (!plain)
		return 0;
	task = plain->task;
	if (task)
		seen = BPF_CORE_READ(task, group_leader, pid);
	bpf_core_read(&seen, sizeof(seen), plain);
	return plain->count;
}
