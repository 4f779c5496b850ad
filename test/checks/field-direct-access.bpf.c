// The test of rule field-direct-access: a special struct that is touched as memory.

//--- value
#include "bpf_test.h"

struct counter {
	struct bpf_spin_lock lock; // expected-note 5 {{'lock' is declared here}}
	int hits;
	long bytes;
};

HASH_MAP(counters, struct counter);

SEC("tc")
__failure __msg("bpf_spin_lock cannot be accessed directly by load/store")
int clears(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	if (counter)
		__builtin_memset(counter, 0, sizeof(*counter)); // expected-warning {{this writes 'lock', a bpf_spin_lock, along with the rest}} expected-note {{write the other members one by one}}
	return 0;
}

SEC("tc")
__failure __msg("bpf_spin_lock cannot be accessed directly by load/store")
int assigns(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	if (counter)
		*counter = (struct counter){ .hits = 1 }; // expected-warning {{this writes 'lock'}} expected-note {{write the other members one by one}}
	return 0;
}

SEC("tc")
__failure __msg("bpf_spin_lock cannot be accessed directly by load/store")
int fills(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);
	struct counter fresh;

	if (!counter)
		return 0;
	__builtin_memset(&fresh, 0, sizeof(fresh));
	fresh.hits = 2;
	*counter = fresh; // expected-warning {{this writes 'lock'}} expected-note {{write the other members one by one}}
	return 0;
}

SEC("tc")
__failure __msg("bpf_spin_lock cannot be accessed directly by load/store")
int reads(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	return counter && counter->lock.val; // expected-warning {{this reads 'lock', a bpf_spin_lock, and the kernel lets no program touch what is in it}}
}

SEC("tc")
__failure __msg("bpf_spin_lock cannot be accessed directly by load/store")
int copies(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);
	struct counter copy;

	if (!counter)
		return 0;
	copy = *counter; // expected-warning {{this reads 'lock', a bpf_spin_lock, along with the rest}} expected-note {{read the other members one by one}}
	key = 1;
	bpf_map_update_elem(&counters, &key, &copy, BPF_ANY);
	return 0;
}

//--- kinds
#include "bpf_test.h"

struct item {
	struct bpf_list_node node;
	long size;
};

struct branch {
	struct bpf_rb_node node;
	long size;
};

struct timed {
	long a;
	struct bpf_timer timer; // expected-note {{'timer' is declared here}}
};

struct worked {
	long a;
	struct bpf_wq wq; // expected-note {{'wq' is declared here}}
};

struct counted {
	long a;
	struct bpf_refcount refs; // expected-note {{'refs' is declared here}}
};

struct listed {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(item, node); // expected-note {{'head' is declared here}}
};

struct rooted {
	struct bpf_spin_lock lock;
	struct bpf_rb_root root __contains(branch, node); // expected-note {{'root' is declared here}}
};

KEEP(struct item)
KEEP(struct branch)

ARRAY_MAP(timers, struct timed);
ARRAY_MAP(works, struct worked);
ARRAY_MAP(counts, struct counted);
ARRAY_MAP(lists, struct listed);
ARRAY_MAP(roots, struct rooted);

SEC("tc")
__failure __msg("bpf_timer cannot be accessed directly by load/store")
int timer(struct __sk_buff *skb)
{
	int key = 0;
	struct timed *timed = bpf_map_lookup_elem(&timers, &key);

	return timed ? *((char *)(&timed->timer + 1) - 1) : 0; // expected-warning {{this reads 'timer', a bpf_timer}}
}

SEC("tc")
__failure __msg("bpf_wq cannot be accessed directly by load/store")
int work(struct __sk_buff *skb)
{
	int key = 0;
	struct worked *worked = bpf_map_lookup_elem(&works, &key);

	if (worked)
		worked->wq = (struct bpf_wq){}; // expected-warning {{this writes 'wq', a bpf_wq}}
	return 0;
}

SEC("tc")
__failure __msg("bpf_refcount cannot be accessed directly by load/store")
int count(struct __sk_buff *skb)
{
	int key = 0;
	struct counted *counted = bpf_map_lookup_elem(&counts, &key);

	if (counted)
		__sync_fetch_and_add((int *)&counted->refs, 1); // expected-warning {{this writes 'refs', a bpf_refcount}}
	return 0;
}

SEC("tc")
__failure __msg("bpf_list_head cannot be accessed directly by load/store")
int list(struct __sk_buff *skb)
{
	int key = 0;
	struct listed *listed = bpf_map_lookup_elem(&lists, &key);

	return listed && *(volatile long *)&listed->head; // expected-warning {{this reads 'head', a bpf_list_head}}
}

SEC("tc")
__failure __msg("bpf_rb_root cannot be accessed directly by load/store")
int root(struct __sk_buff *skb)
{
	int key = 0;
	struct rooted *rooted = bpf_map_lookup_elem(&roots, &key);

	return rooted && *(volatile long *)&rooted->root; // expected-warning {{this reads 'root', a bpf_rb_root}}
}

//--- global
#include "bpf_test.h"

struct counter {
	struct bpf_spin_lock lock; // expected-note {{'lock' is declared here}}
	int hits;
};

private(A) struct counter counter;

SEC("tc")
__failure __msg("bpf_spin_lock cannot be accessed directly by load/store")
int clears(struct __sk_buff *skb)
{
	__builtin_memset(&counter, 0, sizeof(counter)); // expected-warning {{this writes 'lock'}} expected-note {{write the other members one by one}}
	return 0;
}

//--- object
#include "bpf_test.h"

struct item {
	long size;
	struct bpf_list_node node; // expected-note {{'node' is declared here}}
};

struct shared {
	long size;
	struct bpf_refcount refs; // expected-note {{'refs' is declared here}}
};

SEC("tc")
__failure __msg("direct access to bpf_list_node is disallowed")
int node(struct __sk_buff *skb)
{
	struct item *item = bpf_obj_new(struct item);

	if (!item)
		return 0;
	item->node.__opaque[0] = 0; // expected-warning {{this writes 'node', a bpf_list_node, and the kernel lets no program touch what is in it}}
	bpf_obj_drop(item);
	return 0;
}

SEC("tc")
__failure __msg("direct access to bpf_refcount is disallowed")
int clears(struct __sk_buff *skb)
{
	struct shared *shared = bpf_obj_new(struct shared);

	if (!shared)
		return 0;
	__builtin_memset(shared, 0, sizeof(*shared)); // expected-warning {{this writes 'refs', a bpf_refcount, along with the rest}} expected-note {{write the other members one by one}}
	bpf_obj_drop(shared);
	return 0;
}

//--- helper
#include "bpf_test.h"

struct counter {
	long hits;
	struct bpf_timer timer; // expected-note 2 {{'timer' is declared here}}
};

HASH_MAP(counters, struct counter);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tc")
__failure __msg("bpf_timer cannot be accessed directly by load/store")
int reports(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	if (counter)
		bpf_ringbuf_output(&events, counter, sizeof(*counter), 0); // expected-warning {{the 24 bytes that bpf_ringbuf_output() gets have 'timer', a bpf_timer, in them, and the kernel lets no helper touch what is in that}} expected-note {{pass a part without it}}
	return 0;
}

__attribute__((noinline)) int total(struct counter *counter)
{
	asm volatile("");
	return counter ? counter->hits : 0;
}

SEC("tc")
__failure __msg("bpf_timer cannot be accessed directly by load/store")
int sums(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	return counter ? total(counter) : 0; // expected-warning {{lets no global function touch what is in that}} expected-note {{make it a static function}}
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

struct counter {
	struct bpf_spin_lock lock;
	int hits;
	long bytes;
};

struct timed {
	long a;
	struct bpf_timer timer;
};

struct item {
	long size;
	struct bpf_list_node node;
};

/* The kernel looks for no timer in objects, and for no node in values. */
struct alarm {
	long a;
	struct bpf_timer timer;
};

HASH_MAP(counters, struct counter);
ARRAY_MAP(timers, struct timed);
ARRAY_MAP(items, struct item);

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

static void fill(struct counter *counter, int hits)
{
	counter->hits = hits;
	counter->bytes = 1;
}

static struct counter made(int hits)
{
	struct counter counter;

	counter.hits = hits;
	return counter;
}

SEC("tc")
__success
int values(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);
	struct counter copy, parts, filled, fresh = {};

	if (!counter)
		return bpf_map_update_elem(&counters, &key, &fresh, BPF_ANY);
	bpf_spin_lock(&counter->lock);
	__builtin_memset(&counter->hits, 0, sizeof(*counter) - sizeof(counter->lock));
	bpf_spin_unlock(&counter->lock);
	bpf_ringbuf_output(&events, &counter->bytes, sizeof(counter->bytes), 0);
	copy = *counter; // no more is loaded than is returned
	parts.hits = skb->mark;
	*counter = parts; // no more is stored than was set
	fill(&filled, copy.hits);
	*counter = filled;
	*counter = made(copy.hits);
	return copy.hits;
}

SEC("tc")
__success
int others(struct __sk_buff *skb)
{
	int key = 0;
	struct timed *timed = bpf_map_lookup_elem(&timers, &key);
	struct item *item = bpf_map_lookup_elem(&items, &key);
	struct alarm *alarm;

	if (!timed || !item)
		return 0;
	timed->a = 1;
	item->node.__opaque[0] = 0;
	alarm = bpf_obj_new(struct alarm);
	if (!alarm)
		return 0;
	__builtin_memset(alarm, 0, sizeof(*alarm));
	bpf_obj_drop(alarm);
	return 0;
}
