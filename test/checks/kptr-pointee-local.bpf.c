// The test of rule kptr-pointee-local: before Linux 6.4 a kptr points to a
// struct of the kernel.

//--- own-struct kernel=6.1
#include "bpf_test.h"

struct session {
	long id;
};

KEEP(struct session)

struct stash {
	struct session __kptr_ref *session;
	// expected-warning@-1 {{kptr 'session' points to struct 'session', which is none of the kernel's: the field is plain memory}}
	// expected-note@-2 {{for these kernels, keep such objects out of maps}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.session plain

//--- untrusted kernel=6.1
#include "bpf_test.h"

struct session {
	long id;
};

KEEP(struct session)
KEEP(struct prog_test_ref_kfunc)

struct stash {
	struct prog_test_ref_kfunc __kptr_ref *object;
	struct session __kptr *session;
	// expected-warning@-1 {{kptr 'session' points to struct 'session', which is none of the kernel's: every special field of map 'stashes' is plain memory}}
	// expected-note@-2 {{for these kernels, keep such objects out of maps}}
	struct bpf_spin_lock lock;
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'object' (a kptr), too}}

//--- range kernel=6.1-
#include "bpf_test.h"

struct session {
	long id;
};

KEEP(struct session)

struct stash {
	struct session __kptr *session;
	// expected-warning@-1 {{kptr 'session' points to struct 'session', which is none of the kernel's: the field is plain memory (Linux 6.1 to 6.3)}}
	// expected-note@-2 {{for these kernels, keep such objects out of maps}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct session {
	long id;
};

typedef struct {
	long id;
} nameless;

KEEP(struct session)

struct stash {
	struct session __kptr *session;
	nameless __kptr *object;
	struct session __percpu_kptr *counters;
};

KEEP(nameless)

ARRAY_MAP(stashes, struct stash);

//--- good-old kernel=6.1
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct prog_test_ref_kfunc)
KEEP(struct task_struct)

struct stash {
	struct prog_test_ref_kfunc __kptr_ref *object;
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);
