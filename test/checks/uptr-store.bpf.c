// The test of rule uptr-store: a program that writes a uptr.

//--- store kernel=6.13-
#include "bpf_test.h"

struct data {
	int a;
};

KEEP(struct data)

struct stash {
	struct data __uptr *user; // expected-note {{'user' is declared here}}
	long count;
};

TASK_STORAGE_MAP(stashes, struct stash);

SEC("tp_btf/sys_enter")
__failure __msg("store to uptr disallowed")
int use(void *ctx)
{
	struct stash *stash = bpf_task_storage_get(&stashes, bpf_get_current_task_btf(), 0, 1);

	if (stash)
		stash->user = NULL; // expected-warning {{this writes 'user', a uptr, and only user space may}}
	return 0;
}

//--- good kernel=6.13-
// expected-no-diagnostics
#include "bpf_test.h"

struct data {
	int a;
};

KEEP(struct data)

struct stash {
	struct data __uptr *user;
	long count;
};

TASK_STORAGE_MAP(stashes, struct stash);

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	struct stash *stash = bpf_task_storage_get(&stashes, bpf_get_current_task_btf(), 0, 1);
	struct data *user;

	if (!stash)
		return 0;
	stash->count = 1;
	user = stash->user;
	if (user)
		user->a = 1;
	return 0;
}
