// The test of rule graph-wrong-node: lists and trees that are given another node than they contain.

//--- refused
#include "bpf_test.h"

struct entry {
	struct bpf_list_node node, spare;
	long count;
};

struct other {
	struct bpf_list_node node;
	long count;
};

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(entry, node); // expected-note {{'head' says here what it contains}}
};

KEEP(struct entry)

ARRAY_MAP(queues, struct queue);
private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head list __contains(entry, node); // expected-note 2 {{'list' says here what it contains}}

SEC("tc")
__failure __msg("operation on bpf_list_head expects arg#1 bpf_list_node")
int of_value(struct __sk_buff *skb)
{
	int key = 0;
	struct queue *queue = bpf_map_lookup_elem(&queues, &key);
	struct other *other;

	if (!queue)
		return 0;
	other = bpf_obj_new(struct other);
	if (!other)
		return 0;
	bpf_spin_lock(&queue->lock);
	bpf_list_push_front(&queue->head, &other->node); // expected-warning {{this is in struct 'other', and 'head' contains 'node' of struct 'entry'}}
	bpf_spin_unlock(&queue->lock);
	return 0;
}

SEC("tc")
__failure __msg("arg#1 offset=24, but expected bpf_list_node at offset=0")
int other_node(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry);

	if (!entry)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&list, &entry->spare); // expected-warning {{this is another part of struct 'entry' than 'node', which is what 'list' contains}}
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("tc")
__failure __msg("bpf_list_node not found at offset=48")
int no_node(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry);

	if (!entry)
		return 0;
	bpf_spin_lock(&lock);
	bpf_list_push_front(&list, (void *)&entry->count); // expected-warning {{this is another part of struct 'entry'}} expected-warning {{bpf_list_push_front_impl() gets a pointer into struct 'entry'}}
	bpf_spin_unlock(&lock);
	return 0;
}

//--- accepted
// expected-no-diagnostics
#include "bpf_test.h"

struct entry {
	struct bpf_list_node node;
	long count;
};

struct other {
	long count;
	struct bpf_list_node node;
};

KEEP(struct entry)
KEEP(struct other)

private(A) struct bpf_spin_lock lock;
private(A) struct bpf_list_head entries __contains(entry, node);
private(A) struct bpf_list_head others __contains(other, node);

SEC("tc")
__success
int pushes(struct __sk_buff *skb)
{
	struct entry *entry = bpf_obj_new(struct entry);
	struct other *other;

	if (!entry)
		return 0;
	other = bpf_obj_new(struct other);
	if (!other) {
		bpf_obj_drop(entry);
		return 0;
	}
	bpf_spin_lock(&lock);
	bpf_list_push_front(&entries, (void *)entry); // its node comes first
	bpf_list_push_front(&others, &other->node);
	bpf_spin_unlock(&lock);
	return 0;
}

SEC("tc")
__success
int moves(struct __sk_buff *skb)
{
	struct bpf_list_node *node;

	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&entries);
	if (node)
		bpf_list_push_front(&entries, node);
	bpf_spin_unlock(&lock);
	return 0;
}
