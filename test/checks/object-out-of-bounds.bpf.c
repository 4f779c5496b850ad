// The test of rule object-out-of-bounds: an object is one struct.

//--- program-local-object
#include "bpf_test.h"

struct entry {
	long id;
	long data[2];
};

SEC("tc")
__failure __msg("access beyond struct entry at off 24 size 8")
int second(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry);

	if (!entry)
		return 0;
	entry[1].id = 2; // expected-warning {{this is beyond the end of an object of struct 'entry', which has 24 bytes}}
	bpf_obj_drop(entry);
	return 0;
}

SEC("tc")
__failure __msg("access beyond struct entry at off 24 size 8")
int index(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry);

	if (!entry)
		return 0;
	entry->data[2] = 2; // expected-warning {{this is beyond the end of an object of struct 'entry', which has 24 bytes}}
	bpf_obj_drop(entry);
	return 0;
}

//--- user-memory kernel=6.13-
#include "bpf_test.h"

struct shared {
	long n;
};

KEEP(struct shared)

struct session {
	struct shared __uptr *shared; // expected-note 2 {{'shared' is declared here}}
};

TASK_STORAGE_MAP(sessions, struct session);
long out;

SEC("tp_btf/sys_enter")
__failure __msg("R1 min value is outside of the allowed memory range")
int beyond(void *ctx)
{
	struct session *session = bpf_task_storage_get(&sessions, bpf_get_current_task_btf(), 0, 0);
	struct shared *shared;

	if (!session)
		return 0;
	shared = session->shared;
	if (shared)
		out = shared[1].n; // expected-warning {{this is beyond the end of an object of struct 'shared', which has 8 bytes}}
	return 0;
}

SEC("tp_btf/sys_enter")
__failure
int before(void *ctx)
{
	struct session *session = bpf_task_storage_get(&sessions, bpf_get_current_task_btf(), 0, 0);
	struct shared *shared;

	if (!session)
		return 0;
	shared = session->shared;
	if (shared)
		out = shared[-1].n; // expected-warning {{this is in front of an object of struct 'shared', which has 8 bytes}}
	return 0;
}

//--- user-memory-of-helper kernel=6.13-
#include "bpf_test.h"

struct shared {
	int a[4];
	char comm[16];
};

KEEP(struct shared)

struct session {
	struct shared __uptr *shared; // expected-note {{'shared' is declared here}}
};

TASK_STORAGE_MAP(sessions, struct session);

SEC("tp_btf/sys_enter")
__failure __msg("invalid access to memory, mem_size=32 off=16 size=32")
int beyond(void *ctx)
{
	struct session *session = bpf_task_storage_get(&sessions, bpf_get_current_task_btf(), 0, 0);
	struct shared *shared;

	if (!session)
		return 0;
	shared = session->shared;
	if (shared)
		bpf_get_current_comm(shared->comm, 32); // expected-warning {{the 32 bytes that bpf_get_current_comm() gets reach beyond the end of an object of struct 'shared', which has 32 bytes}}
	return 0;
}

SEC("tp_btf/sys_enter")
__success
int inside(void *ctx)
{
	struct session *session = bpf_task_storage_get(&sessions, bpf_get_current_task_btf(), 0, 0);
	struct shared *shared;

	if (!session)
		return 0;
	shared = session->shared;
	if (shared)
		bpf_get_current_comm(shared->comm, sizeof(shared->comm));
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct entry {
	long id;
	long data[2];
};

SEC("tc")
__success
int last(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry);

	if (!entry)
		return 0;
	entry->data[1] = 2;
	entry[0].id = 1;
	bpf_obj_drop(entry);
	return 0;
}
