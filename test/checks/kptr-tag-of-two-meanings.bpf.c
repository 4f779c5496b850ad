// The test of rule kptr-tag-of-two-meanings: "kptr" made an untrusted kptr up to
// Linux 6.3 and makes a referenced one since 6.4.

//--- plain kernel=6.1-6.18
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	// expected-warning@-1 {{tag "kptr" of 'task' makes a kptr that owns nothing up to Linux 6.3, and one that owns what it points to from Linux 6.4 on}}
	// expected-note@-2 {{compile an object for each side: what "kptr" was is "kptr_untrusted" now, and what it is was "kptr_ref"}}
};

ARRAY_MAP(stashes, struct stash);
ARRAY_MAP(others, struct stash);

//--- of-an-old-header kernel=6.1-6.18
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct task_struct *of_bpf_helpers SEC(".data.task") __hidden;

/* As in bpf_helpers.h of libbpf 1.1. */
#undef __kptr
#undef __kptr_ref
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __kptr_ref __attribute__((btf_type_tag("kptr_ref")))

static struct task_struct __kptr *task SEC(".data.kptr");
// expected-warning@-1 {{tag "kptr" of 'task' makes a kptr that owns nothing up to Linux 6.3, and one that owns what it points to from Linux 6.4 on}}
// expected-note@-2 {{compile an object for each side: what "kptr" was is "kptr_untrusted" now, and what it is was "kptr_ref"}}
// expected-note@-3 {{its macro is of a header that was made for Linux 6.3 and before}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	return task != NULL;
}

//--- good-since
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct __kptr_untrusted *seen;
};

ARRAY_MAP(stashes, struct stash);

//--- good-before kernel=5.19-6.3
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
};

ARRAY_MAP(stashes, struct stash);
