// The test of rule uptr-pointee: a uptr maps a struct of the user's, which fits
// a page.

//--- kernel-struct kernel=6.13-
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __uptr *task;
	// expected-warning@-1 {{uptr 'task' points to struct 'task_struct', which is a kernel's: the map is refused (EINVAL), and the object does not load}}
	// expected-note@-2 {{point to a struct of the program's own, with a name that no kernel struct has}}
};

TASK_STORAGE_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}

// kernel: load EINVAL
// kernel: map stashes EINVAL

//--- too-big kernel=6.13-
#include "bpf_test.h"

struct ring {
	char byte[4097];
};

KEEP(struct ring)

struct stash {
	long number;
	struct ring __uptr *ring;
	// expected-warning@-1 {{uptr 'ring' points to a struct of 4097 bytes, which is more than a page: the map is refused (E2BIG), and the object does not load}}
	// expected-note@-2 {{point to the part that fits a page}}
};

TASK_STORAGE_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}

// kernel: load EINVAL
// kernel: map stashes E2BIG

//--- empty kernel=6.13-
#include "bpf_test.h"

struct nothing {
};

KEEP(struct nothing)

struct stash {
	struct nothing __uptr *nothing;
	// expected-warning@-1 {{uptr 'nothing' points to an empty struct: the map is refused (EINVAL), and the object does not load}}
	// expected-note@-2 {{give the struct a member}}
};

TASK_STORAGE_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}

// kernel: load EINVAL
// kernel: map stashes EINVAL

//--- name-clash kernel=6.13-
#include "bpf_test.h"

/* Of the user's, but the kernel has a struct of that name. */
struct key {
	long id;
};

KEEP(struct key)

struct stash {
	struct key __uptr *key;
	// expected-warning@-1 {{uptr 'key' points to struct 'key', which is a kernel's: the map is refused (EINVAL), and the object does not load}}
	// expected-note@-2 {{point to a struct of the program's own, with a name that no kernel struct has}}
};

TASK_STORAGE_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}

// kernel: load EINVAL
// kernel: map stashes EINVAL

//--- nested kernel=6.13-
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct cgroup)

struct huge_data {
	long number[1000];
};

KEEP(struct huge_data)

struct stash {
	struct task_struct __kptr *task;
	struct {
		struct huge_data __uptr *data[2];
		// expected-warning@-1 {{uptr 'data' points to a struct of 8000 bytes, which is more than a page: the map is refused (E2BIG), and the object does not load}}
		// expected-note@-2 {{point to the part that fits a page}}
	} inner;
};

TASK_STORAGE_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}

// kernel: load EINVAL
// kernel: map stashes E2BIG

//--- good kernel=6.13-
// expected-no-diagnostics
#include "bpf_test.h"

struct user_page {
	char byte[4096];
};

struct user_data {
	long number;
};

typedef struct user_data user_data_t;

KEEP(struct user_page)
KEEP(struct user_data)

struct stash {
	struct user_page __uptr *page;
	user_data_t __uptr *data;
	const struct user_data __uptr *row[2];
	struct cgroup *plain;
};

TASK_STORAGE_MAP(stashes, struct stash);

SEC("tp_btf/sys_enter")
int BPF_PROG(use)
{
	struct stash *stash;
	struct user_data *data;

	stash = bpf_task_storage_get(&stashes, bpf_get_current_task_btf(), NULL,
				     BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!stash)
		return 0;
	data = stash->data;
	if (data)
		data->number++;
	return 0;
}
