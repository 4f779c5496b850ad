// The test of rule kptr-pointee-name-clash: the kernel looks a kptr's struct up
// by its name, in its own BTF first.

//--- referenced
#include "bpf_test.h"

struct module {
	long mine;
};

KEEP(struct module)

struct stash {
	struct module __kptr *module; // expected-warning {{kptr 'module' points to struct 'module', and the kernel takes that for its own struct of the same name: the kernel refuses the BTF of the whole object (ENOENT)}} expected-note {{rename struct 'module'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: btf ENOENT

//--- untrusted
#include "bpf_test.h"

struct module {
	long mine;
};

KEEP(struct module)

struct stash {
	struct module __kptr_untrusted *module; // expected-warning {{kptr 'module' points to struct 'module', and the kernel takes that for its own struct of the same name}} expected-note {{rename struct 'module'}}
};

ARRAY_MAP(stashes, struct stash); // expected-note {{the value of map 'stashes' holds it}}

// kernel: clean

//--- own-name
// expected-no-diagnostics
#include "bpf_test.h"

struct my_module_zz {
	long mine;
};

struct stash {
	struct my_module_zz __kptr *module;
	struct module *plain; /* no kptr */
};

struct module {
	long mine;
};

KEEP(struct my_module_zz)
ARRAY_MAP(stashes, struct stash);

SEC("tc")
__success
int renew(struct __sk_buff *skb)
{
	int key = 0;
	struct stash *stash = bpf_map_lookup_elem(&stashes, &key);
	struct my_module_zz *old;

	if (!stash)
		return 0;
	old = bpf_kptr_xchg(&stash->module, NULL);
	if (old)
		bpf_obj_drop(old);
	return 0;
}

//--- kernel-struct-declared-by-hand
// expected-no-diagnostics
#include "bpf_test.h"

/* The kernel's is meant: CO-RE relocates accesses to it. */
struct module {
	unsigned int num_syms;
} __attribute__((preserve_access_index));

KEEP(struct module)

struct stash {
	struct module __kptr_untrusted *module;
};

ARRAY_MAP(stashes, struct stash);
