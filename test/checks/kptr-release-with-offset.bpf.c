// The test of rule kptr-release-with-offset: what is released is the pointer
// that was acquired, and not one into the middle of the object.

//--- refused
#include "bpf_test.h"

KEEP(struct task_struct)

SEC("tc")
__failure
__msg("R1 must have zero offset when passed to release func")
int moved(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the pointer is from bpf_task_from_pid()}}

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	bpf_task_release((void *)task + 8); // expected-warning {{'task' is handed to bpf_task_release() with an offset}} expected-note {{hand over the pointer as it was acquired}}
	return 0;
}

SEC("tc")
__failure
__msg("R1 must have zero offset when passed to release func")
int member(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1); // expected-note {{the pointer is from bpf_task_from_pid()}}

	if (!task) // expected-note {{on the path where this is false}}
		return 0;
	bpf_task_release((void *)&task->pid); // expected-warning {{'task' is handed to bpf_task_release() with an offset}} expected-note {{hand over the pointer}}
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct node {
	long value;
	struct bpf_list_node link;
	struct bpf_refcount count;
};

KEEP(struct node)

struct list {
	struct bpf_list_head head __contains(node, link);
	struct bpf_spin_lock lock;
};

HASH_MAP(lists, struct list);

SEC("tc")
__success
int there_and_back(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1);
	void *inside;

	if (!task)
		return 0;
	inside = (void *)task + 16;
	bpf_task_release(inside - 16);
	return 0;
}

SEC("tc")
__success
int node(struct __sk_buff *skb)
{
	int key = 0;
	struct list *list = bpf_map_lookup_elem(&lists, &key);
	struct bpf_list_node *link;

	if (!list)
		return 0;
	bpf_spin_lock(&list->lock);
	link = bpf_list_pop_front(&list->head);
	bpf_spin_unlock(&list->lock);
	if (link)
		bpf_obj_drop(container_of(link, struct node, link));
	return 0;
}

//--- of-the-program
#include "bpf_test.h"

struct object {
	long a;
};

KEEP(struct object)

SEC("tc")
__failure
__msg("R1 must have zero offset when passed to release func")
int counted(struct __sk_buff *skb)
{
	struct object *object = bpf_obj_new(struct object); // expected-note {{the pointer is from bpf_obj_new()}}

	if (!object) // expected-note {{on the path where this is false}}
		return 0;
	object++;
	bpf_obj_drop(object); // expected-warning {{'object' is handed to bpf_obj_drop() with an offset}} expected-note {{hand over the pointer}}
	return 0;
}
