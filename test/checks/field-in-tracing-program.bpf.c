// The test of rule field-in-tracing-program: locks, lists, trees and timers keep
// a map out of programs that may interrupt anything.

//--- lock
#include "bpf_test.h"

struct flow {
	struct bpf_spin_lock lock;
	long count;
};

HASH_MAP(flows, struct flow);
// expected-note@-1 {{keep 'lock' in a map that such programs do not use}}
// expected-note@-2 {{keep 'lock' in a map that such programs do not use}}
// expected-note@-3 {{keep 'lock' in a map that such programs do not use}}
// expected-note@-4 {{keep 'lock' in a map that such programs do not use}}
// expected-note@-5 {{keep 'lock' in a map that such programs do not use}}

SEC("kprobe/do_nanosleep")
__failure __msg("tracing progs cannot use bpf_spin_lock yet")
int on_entry(void *ctx)
{
	int key = 0;

	return !!bpf_map_lookup_elem(&flows, &key); // expected-warning {{'on_entry' uses map 'flows', which holds a bpf_spin_lock ('lock'): programs of section 'kprobe/do_nanosleep' (type KPROBE) may not}}
}

SEC("tracepoint/syscalls/sys_enter_nanosleep")
__failure __msg("tracing progs cannot use bpf_spin_lock yet")
int on_trace(void *ctx)
{
	int key = 0;

	return !!bpf_map_lookup_elem(&flows, &key); // expected-warning {{'on_trace' uses map 'flows', which holds a bpf_spin_lock ('lock'): programs of section 'tracepoint/syscalls/sys_enter_nanosleep' (type TRACEPOINT) may not}}
}

SEC("raw_tp/sys_enter")
__failure __msg("tracing progs cannot use bpf_spin_lock yet")
int on_raw(void *ctx)
{
	int key = 0;

	return !!bpf_map_lookup_elem(&flows, &key); // expected-warning {{'on_raw' uses map 'flows', which holds a bpf_spin_lock ('lock'): programs of section 'raw_tp/sys_enter' (type RAW_TRACEPOINT) may not}}
}

SEC("perf_event")
__failure __msg("tracing progs cannot use bpf_spin_lock yet")
int on_sample(void *ctx)
{
	int key = 0;

	return !!bpf_map_lookup_elem(&flows, &key); // expected-warning {{'on_sample' uses map 'flows', which holds a bpf_spin_lock ('lock'): programs of section 'perf_event' (type PERF_EVENT) may not}}
}

SEC("socket")
__failure __msg("socket filter progs cannot use bpf_spin_lock yet")
int on_packet(void *ctx)
{
	int key = 0;

	return !!bpf_map_lookup_elem(&flows, &key); // expected-warning {{'on_packet' uses map 'flows', which holds a bpf_spin_lock ('lock'): programs of section 'socket' (type SOCKET_FILTER) may not}}
}

//--- timer kernel=6.18
#include "bpf_test.h"

struct flow {
	struct bpf_timer timer;
	long count;
};

HASH_MAP(flows, struct flow);
// expected-note@-1 {{keep 'timer' in a map that such programs do not use}}
// expected-note@-2 {{keep 'timer' in a map that such programs do not use}}

SEC("kprobe/do_nanosleep")
__failure __msg("tracing progs cannot use bpf_timer yet")
int on_entry(void *ctx)
{
	int key = 0;

	return !!bpf_map_lookup_elem(&flows, &key); // expected-warning {{'on_entry' uses map 'flows', which holds a bpf_timer ('timer'): programs of section 'kprobe/do_nanosleep' (type KPROBE) may not}}
}

SEC("uprobe.s")
__failure __msg("tracing progs cannot use bpf_timer yet")
int on_user(void *ctx)
{
	int key = 0;

	return !!bpf_map_lookup_elem(&flows, &key); // expected-warning {{'on_user' uses map 'flows', which holds a bpf_timer ('timer'): programs of section 'uprobe.s' (type KPROBE) may not}}
}

//--- list
#include "bpf_test.h"

struct node_zz {
	struct bpf_list_node link;
};

KEEP(struct node_zz)

struct flow {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(node_zz, link);
	long count;
};

HASH_MAP(flows, struct flow);
// expected-note@-1 {{keep 'lock' in a map that such programs do not use}}

SEC("raw_tp.w/sys_enter")
__failure __msg("tracing progs cannot use bpf_{list_head,rb_root} yet")
int on_raw(void *ctx)
{
	int key = 0;

	return !!bpf_map_lookup_elem(&flows, &key); // expected-warning {{'on_raw' uses map 'flows', which holds a bpf_spin_lock ('lock'): programs of section 'raw_tp.w/sys_enter' (type RAW_TRACEPOINT_WRITABLE) may not}}
}

//--- through-a-function
#include "bpf_test.h"

struct flow {
	struct bpf_spin_lock lock;
	long count;
};

ARRAY_MAP(flows, struct flow); // expected-note {{keep 'lock' in a map that such programs do not use}}

static __attribute__((noinline)) int count(int key)
{
	struct flow *flow = bpf_map_lookup_elem(&flows, &key); // expected-warning {{'on_entry' uses map 'flows', which holds a bpf_spin_lock ('lock'): programs of section 'kprobe/do_nanosleep' (type KPROBE) may not}}

	return flow ? flow->count : 0;
}

SEC("kprobe/do_nanosleep")
__failure __msg("tracing progs cannot use bpf_spin_lock yet")
int on_entry(void *ctx) // expected-note {{'on_entry' leads to this call}}
{
	return count(1);
}

SEC("tp_btf/sys_enter")
__success
int on_trace(void *ctx)
{
	return count(2) & 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct flow {
	struct bpf_spin_lock lock;
	struct bpf_timer timer;
};

struct stash {
	struct task_struct __kptr *task;
	struct bpf_refcount refs;
};

HASH_MAP(flows, struct flow);
HASH_MAP(stashes, struct stash);

SEC("kprobe/do_nanosleep")
__success
int on_entry(void *ctx)
{
	int key = 0;

	return !!bpf_map_lookup_elem(&stashes, &key);
}

SEC("tc")
__success
int on_packet(struct __sk_buff *skb)
{
	int key = 0;

	return !!bpf_map_lookup_elem(&flows, &key);
}
