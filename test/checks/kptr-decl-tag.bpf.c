// The test of rule kptr-decl-tag: a declaration tag makes no kptr.

//--- on-a-member
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *task __attribute__((btf_decl_tag("kptr")));
	// expected-warning@-1 {{'task' has a btf_decl_tag "kptr", but only a btf_type_tag makes a kptr: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

SEC("tc")
__failure __msg("R1 has no valid kptr")
int take(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct task_struct *task;

	if (!stash)
		return 0;
	task = bpf_kptr_xchg(&stash->task, NULL);
	if (task)
		bpf_task_release(task);
	return 0;
}

// kernel: field stashes.task plain

//--- between-struct-and-star
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __attribute__((btf_decl_tag("kptr"))) *task;
	// expected-warning@-1 {{'task' has a btf_decl_tag "kptr", but only a btf_type_tag makes a kptr: the field is plain memory}}
	struct task_struct *__attribute__((btf_decl_tag("kptr_untrusted"))) seen;
	// expected-warning@-1 {{'seen' has a btf_decl_tag "kptr_untrusted", but only a btf_type_tag makes a kptr: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain
// kernel: field stashes.seen plain

//--- by-macro
#include "bpf_test.h"

KEEP(struct task_struct)

#define owned __attribute__((btf_decl_tag("kptr")))

struct stash {
	struct task_struct *owned task;
	// expected-warning@-1 {{'task' has a btf_decl_tag "kptr", but only a btf_type_tag makes a kptr: the field is plain memory}}
	// expected-note@-2 {{put a btf_type_tag between the struct and the '*'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- global-and-array
#include "bpf_test.h"

KEEP(struct bpf_cpumask)

__hidden struct bpf_cpumask *mask __attribute__((btf_decl_tag("kptr")));
// expected-warning@-1 {{'mask' has a btf_decl_tag "kptr", but only a btf_type_tag makes a kptr: the field is plain memory}}

struct stash {
	struct bpf_cpumask *masks[2] __attribute__((btf_decl_tag("kptr")));
	// expected-warning@-1 {{'masks' has a btf_decl_tag "kptr", but only a btf_type_tag makes a kptr: the field is plain memory}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	return !mask;
}

// kernel: field stashes.masks[0] plain
// kernel: field stashes.masks[1] plain
// kernel: field .bss.mask plain

//--- two-declarators
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *a, *b __attribute__((btf_decl_tag("kptr")));
	// expected-warning@-1 {{'b' has a btf_decl_tag "kptr", but only a btf_type_tag makes a kptr: the field is plain memory}}
	// expected-note@-2 {{put a btf_type_tag between the struct and the '*'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.b plain

//--- on-a-value
#include "bpf_test.h"

struct stash {
	long count __attribute__((btf_decl_tag("kptr")));
	// expected-warning@-1 {{'count' has a btf_decl_tag "kptr", but only a btf_type_tag makes a kptr: the field is plain memory}}
	// expected-note@-2 {{put a btf_type_tag between the struct and the '*'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

NO_KPTR(stashes, count, "R1 has no valid kptr")

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct item {
	long value;
	struct bpf_list_node node;
};

KEEP(struct item)

struct stash {
	struct task_struct __kptr *task;
	struct task_struct *noted __attribute__((btf_decl_tag("owner")));
};

ARRAY_MAP(stashes, struct stash);

/* Both at once is a kptr: a declaration tag does no harm. */
struct both {
	struct task_struct __kptr *task __attribute__((btf_decl_tag("kptr")));
};

ARRAY_MAP(boths, struct both);

private(LIST) struct bpf_spin_lock lock;
private(LIST) struct bpf_list_head head __contains(item, node);

static __always_inline int peek(struct task_struct *task __attribute__((btf_decl_tag("kptr"))))
{
	return !task;
}

SEC("tc")
int use(struct __sk_buff *skb)
{
	bpf_spin_lock(&lock);
	bpf_spin_unlock(&lock);
	return peek(NULL);
}

//--- stored
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct *seen __attribute__((btf_decl_tag("kptr_untrusted")));
	// expected-warning@-1 {{'seen' has a btf_decl_tag "kptr_untrusted", but only a btf_type_tag makes a kptr}}
	long count;
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.seen plain

SEC("tp_btf/sys_enter")
__success
int use(void *ctx)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);

	if (stash)
		stash->seen = bpf_get_current_task_btf(); // expected-note {{the kernel lets a pointer pass here as a number, which user space can read}}
	return 0;
}
