// The test of rule static-of-two-values: a static variable that the compiler
// shrinks under its BTF.

//--- once
// kernel: btf EINVAL
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // kernel: field stashes.task plain
};

HASH_MAP(stashes, struct stash);

int seen;
static int once; // expected-warning {{static 'once' holds two values only, and clang makes it one byte where its BTF says 4: map 'stashes' loses its special fields}} expected-note {{make it volatile, or a bool}}

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	if (once)
		return 0;
	once = 1; // expected-note {{it is given no other value than this}}
	seen++;
	return 1;
}

//--- in-a-function
// kernel: btf EINVAL
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // kernel: field stashes.task plain
};

HASH_MAP(stashes, struct stash);

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	static u64 state = 5; // optimised away // expected-warning {{static 'state' holds two values only, and clang makes it one byte where its BTF says 8}} expected-note {{make it volatile, or a bool}}

	if (state == 5) {
		state = 9; // expected-note {{it is given no other value than this}}
		return 0;
	}
	return 1;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task;
};

HASH_MAP(stashes, struct stash);

static volatile int kept;
static bool is_bool;
static u8 byte;
static int several, counted;
static int unread; // optimised away
int seen_by_others;

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	unread = 1;
	counted++;
	if (kept || is_bool || byte || several || seen_by_others)
		return counted;
	kept = 1;
	is_bool = true;
	byte = 7;
	several = 1;
	seen_by_others = 1;
	return 1;
}

SEC("tc")
__success
int other(struct __sk_buff *skb)
{
	several = 2;
	return 0;
}

/* It is never stored to. */
SEC("tc")
__success
int never(struct __sk_buff *skb)
{
	static int state = 5; // optimised away

	if (state)
		return 0;
	state = 1;
	return 1;
}

//--- two
// kernel: btf EINVAL
#include "bpf_test.h"

KEEP(struct task_struct)

struct stash {
	struct task_struct __kptr *task; // kernel: field stashes.task plain
};

HASH_MAP(stashes, struct stash);

static int first; // expected-warning {{static 'first' holds two values only}} expected-note {{make it volatile, or a bool}}
static int second; // expected-warning {{static 'second' holds two values only}} expected-note {{make it volatile, or a bool}}

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	if (first)
		return 0;
	if (second)
		return 1;
	if (skb->len > 3)
		second = 2; // expected-note {{it is given no other value than this}}
	first = 1; // expected-note {{it is given no other value than this}}
	return 1;
}
