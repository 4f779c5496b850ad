// The test of rule kptr-atomic-access: an atomic operation on a kptr.

//--- exchange
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr in map can only be accessed using BPF_MEM instruction mode")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	__sync_lock_test_and_set((long *)&stash->task, 0); // expected-warning {{this atomic operation is on 'task', a kptr}} expected-note {{use bpf_kptr_xchg()}}
	return 0;
}

//--- add
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen; // expected-note {{'seen' is declared here}}
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr in map can only be accessed using BPF_MEM instruction mode")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	__sync_fetch_and_add((long *)&stash->seen, 1); // expected-warning {{this atomic operation is on 'seen', a kptr}}
	return 0;
}

//--- builtin
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__failure __msg("kptr in map can only be accessed using BPF_MEM instruction mode")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	__atomic_exchange_n((long *)&stash->task, 0, __ATOMIC_SEQ_CST); // expected-warning {{this atomic operation is on 'task'}} expected-note {{use bpf_kptr_xchg()}}
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_untrusted *seen;
	struct task_struct __kptr *task;
	long count[4];
};

ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	__sync_fetch_and_add(&stash->count[1], 1);
	return 0;
}

//--- by-a-function
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // expected-note {{'task' is declared here}}
	u64 count;
};

ARRAY_MAP(stashes, struct stash);

static __always_inline u64 exchange(u64 *p, u64 value)
{
	return __sync_lock_test_and_set(p, value); // expected-note {{exchange() writes it here}}
}

SEC("tc")
__failure __msg("kptr in map can only be accessed using BPF_MEM instruction mode")
int use(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (!stash)
		return 0;
	exchange(&stash->count, 1);
	exchange((u64 *)&stash->task, 0); // expected-warning {{this atomic operation is on 'task', a kptr}} expected-note {{use bpf_kptr_xchg()}}
	return 0;
}
