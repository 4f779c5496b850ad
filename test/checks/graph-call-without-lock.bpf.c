// The test of rule graph-call-without-lock: lists and trees are worked on while
// their lock is held.

//--- refused
#include "bpf_test.h"

struct entry {
	struct bpf_list_node node;
	long count;
};

static struct entry *entry_of(struct bpf_list_node *node)
{
	return (void *)node - __builtin_offsetof(struct entry, node);
}

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(entry, node);
};

ARRAY_MAP(queues, struct queue);

SEC("tc")
__failure
__msg("must be held for bpf_list_head")
int pops(struct __sk_buff *skb)
{
	int key = 0;
	struct queue *queue = bpf_map_lookup_elem(&queues, &key);
	struct bpf_list_node *node;

	if (!queue)
		return 0;
	node = bpf_list_pop_front(&queue->head); // expected-warning {{bpf_list_pop_front() is called without the lock of the list or tree}} expected-note {{call bpf_spin_lock() before it}}
	if (node)
		bpf_obj_drop(entry_of(node));
	return 0;
}

SEC("tc")
__failure
__msg("must be held for bpf_list_head")
int pushes(struct __sk_buff *skb)
{
	int key = 0;
	struct queue *queue = bpf_map_lookup_elem(&queues, &key);
	struct entry *entry;

	if (!queue)
		return 0;
	entry = bpf_obj_new(struct entry);
	if (!entry)
		return 0;
	bpf_spin_lock(&queue->lock);
	entry->count = 1;
	bpf_spin_unlock(&queue->lock);
	bpf_list_push_front(&queue->head, &entry->node); // expected-warning {{bpf_list_push_front() is called without the lock of the list or tree}} expected-note {{call bpf_spin_lock() before it}}
	return 0;
}

//--- accepted
// expected-no-diagnostics
#include "bpf_test.h"

struct entry {
	struct bpf_list_node node;
	long count;
};

static struct entry *entry_of(struct bpf_list_node *node)
{
	return (void *)node - __builtin_offsetof(struct entry, node);
}

struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(entry, node);
};

ARRAY_MAP(queues, struct queue);

static int push(struct queue *queue, struct entry *entry)
{
	return bpf_list_push_front(&queue->head, &entry->node);
}

SEC("tc")
int pushes(struct __sk_buff *skb)
{
	int key = 0;
	struct queue *queue = bpf_map_lookup_elem(&queues, &key);
	struct bpf_list_node *node;
	struct entry *entry;

	if (!queue)
		return 0;
	entry = bpf_obj_new(struct entry);
	if (!entry)
		return 0;
	bpf_spin_lock(&queue->lock);
	push(queue, entry);
	entry->count = 3;
	node = bpf_list_pop_front(&queue->head);
	bpf_spin_unlock(&queue->lock);
	if (node)
		bpf_obj_drop(entry_of(node));
	return 0;
}
