// The test of rule kptr-without-destructor: the kernel must be able to release
// what a referenced kptr holds.

//--- alone
#include "bpf_test.h"

KEEP(struct sock)

struct stash {
	struct sock __kptr *sk;
	// expected-warning@-1 {{kptr 'sk' cannot hold a reference, since the kernel has no destructor for struct 'sock': the kernel refuses the BTF of the whole object (ENOENT), and no map has special fields}}
	// expected-note@-2 {{keep the address without a reference, as an untrusted kptr}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: btf ENOENT

//--- beside-others
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct file)

struct stash {
	struct bpf_spin_lock lock;
	struct task_struct __kptr *task;
	const struct file __kptr *file;
	// expected-warning@-1 {{kptr 'file' cannot hold a reference, since the kernel has no destructor for struct 'file': the kernel refuses the BTF of the whole object (ENOENT), and no map has special fields}}
	// expected-note@-2 {{keep the address without a reference, as an untrusted kptr}}
};

HASH_MAP(stashes, struct stash);
// expected-note@-1 {{the value of map 'stashes' holds it}}
// expected-note@-2 {{map 'stashes' loses 'lock' (a bpf_spin_lock), 'task' (a kptr), too}}

struct other {
	struct task_struct __kptr *task;
};

ARRAY_MAP(others, struct other); // expected-note {{map 'others' loses 'task' (a kptr), too}}

// kernel: btf ENOENT

//--- array-only
#include "bpf_test.h"

KEEP(struct inode)

/* An array does not make the kernel look at the struct when BTF is loaded. */
struct stash {
	struct inode __kptr *inode[2];
	// expected-warning@-1 {{kptr 'inode' cannot hold a reference, since the kernel has no destructor for struct 'inode': the field is plain memory}}
	// expected-note@-2 {{keep the address without a reference, as an untrusted kptr}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.inode[0] plain
// kernel: field stashes.inode[1] plain

//--- in-a-section
#include "bpf_test.h"

KEEP(struct cpumask)

private(A) struct cpumask __kptr *mask;
// expected-warning@-1 {{kptr 'mask' cannot hold a reference, since the kernel has no destructor for struct 'cpumask': the field is plain memory}}
// expected-note@-2 {{keep the address without a reference, as an untrusted kptr}}

SEC("tc")
int use(struct __sk_buff *skb)
{
	return !mask;
}

// kernel: field .data.A.mask plain

//--- old-kernel kernel=6.1
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr_ref *task;
	// expected-warning@-1 {{kptr 'task' cannot hold a reference, since the kernel has no destructor for struct 'task_struct': the field is plain memory}}
	// expected-note@-2 {{keep the address without a reference, as an untrusted kptr}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: field stashes.task plain

//--- destructor-of-a-later-kernel kernel=6.12-6.18
#include "bpf_test.h"

KEEP(struct sk_buff)

struct stash {
	struct sk_buff __kptr *skb;
	// expected-warning@-1 {{kptr 'skb' cannot hold a reference, since the kernel has no destructor for struct 'sk_buff': the kernel refuses the BTF of the whole object (ENOENT), and no map has special fields (Linux 6.12 to 6.15)}}
	// expected-note@-2 {{keep the address without a reference, as an untrusted kptr}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel[6.16-]: skip the kernel has it only with NET_SCH_BPF

// kernel: btf ENOENT

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)
KEEP(struct cgroup)
KEEP(struct bpf_cpumask)
KEEP(struct bpf_crypto_ctx)
KEEP(struct sock)

struct stash {
	struct task_struct __kptr *task;
	struct cgroup __kptr *cgroup;
	struct bpf_cpumask __kptr *mask;
	struct bpf_crypto_ctx __kptr *crypto;
	struct sock __kptr_untrusted *sk;
	struct sock *plain;
};

ARRAY_MAP(stashes, struct stash);
