// The test of rule kptr-pointee-incomplete: the struct that a kptr points to
// must be defined.

//--- never-defined
#include "bpf_test.h"

struct stash {
	struct nf_bridge_info __kptr *bridge;
	// expected-warning@-1 {{kptr 'bridge' points to struct 'nf_bridge_info', which this file only declares: the field is plain memory}}
	// expected-note@-2 {{define struct 'nf_bridge_info', or include the header that does}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

NO_KPTR(stashes, bridge, "R1 has no valid kptr")

// kernel: field stashes.bridge plain

//--- own-struct
#include "bpf_test.h"

struct session;

struct stash {
	struct bpf_timer timer;
	struct session __kptr *session[2];
	// expected-warning@-1 {{kptr 'session' points to struct 'session', which this file only declares: every special field of map 'stashes' is plain memory}}
	// expected-note@-2 {{define struct 'session', or include the header that does}}
	struct session __kptr_untrusted *last;
	// expected-warning@-1 {{kptr 'last' points to struct 'session', which this file only declares: every special field of map 'stashes' is plain memory}}
	// expected-note@-2 {{define struct 'session', or include the header that does}}
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'timer' (a bpf_timer), too}}
// expected-note@-3 {{the value of map 'stashes' holds it}}
// expected-note@-4 {{map 'stashes' loses 'timer' (a bpf_timer), too}}

// kernel: field stashes.session[0] plain
// kernel: field stashes.session[1] plain
// kernel: field stashes.last plain
// kernel: map stashes record none

//--- by-typedef
#include "bpf_test.h"

typedef struct session session_t;

struct stash {
	const session_t __kptr *session;
	// expected-warning@-1 {{kptr 'session' points to struct 'session', which this file only declares: the field is plain memory}}
	// expected-note@-2 {{define struct 'session', or include the header that does}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.session plain

//--- beside-a-lock
#include "bpf_test.h"

struct session;

struct stash {
	struct bpf_spin_lock lock;
	struct session __kptr *session;
	// expected-warning@-1 {{kptr 'session' points to struct 'session', which this file only declares: the kernel refuses the BTF of the whole object (EINVAL), and no map has special fields}}
	// expected-note@-2 {{define struct 'session', or include the header that does}}
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'lock' (a bpf_spin_lock), too}}

// kernel: btf EINVAL

//--- in-a-section
#include "bpf_test.h"

struct session;

private(A) struct session __kptr *session;
// expected-warning@-1 {{kptr 'session' points to struct 'session', which this file only declares: the field is plain memory}}
// expected-note@-2 {{define struct 'session', or include the header that does}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	return !session;
}

// kernel: field .data.A.session plain

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct session;
struct elsewhere;

struct stash {
	struct session __kptr *session;
	struct elsewhere *untagged;
};

ARRAY_MAP(stashes, struct stash);

/* Behind the use is early enough. */
struct session {
	long id;
};

KEEP(struct session)

/* In no map. */
struct view {
	struct elsewhere __kptr *session;
};

KEEP(struct view)
