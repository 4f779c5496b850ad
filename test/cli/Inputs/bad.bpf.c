// bad.bpf.c - a program with one mistake that has a fix
#include "stash.h"

struct value {
	struct task_struct *__kptr task;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct value);
} stash SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int first(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return task->pid == 1;
}
