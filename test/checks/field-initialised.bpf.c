// The test of rule field-initialised: an update, as libbpf makes one to fill a
// section, leaves special fields out.

//--- kptr
#include "bpf_test.h"

KEEP(struct task_struct)

static struct task_struct __kptr *task SEC(".data.task") = (void *)0x1234;
// expected-warning@-1 {{initialiser of 'task' is ignored: libbpf copies it into section '.data.task', and such an update leaves out a kptr}}
// expected-note@-2 {{let 'task' begin as zero, and have a program set it}}

SEC("tc")
__success
int take(struct __sk_buff *skb)
{
	struct task_struct *old = bpf_kptr_xchg(&task, NULL);

	if (old)
		bpf_task_release(old);
	return 0;
}

//--- untrusted-in-data
#include "bpf_test.h"

KEEP(struct task_struct)

static volatile int limit = 3;
static struct task_struct __kptr_untrusted *seen = (void *)-1;
// expected-warning@-1 {{initialiser of 'seen' is ignored: libbpf copies it into section '.data', and such an update leaves out a kptr}}
// expected-note@-2 {{let 'seen' begin as zero, and have a program set it}}

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	if (limit)
		seen = NULL;
	return seen && limit;
}

//--- in-a-struct
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	long count;
	struct task_struct __kptr *task;
};

static struct slot slots[3] SEC(".data.slots") = {
	// expected-warning@-1 {{initialiser of 'slots[1].task' is ignored: libbpf copies it into section '.data.slots', and such an update leaves out a kptr}}
	// expected-note@-2 {{let 'slots[1].task' begin as zero, and have a program set it}}
	[0] = { .count = 1 },
	[1] = { .count = 2, .task = (void *)8 },
};

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	asm volatile("" ::"r"(&slots));
	return 0;
}

//--- lock
#include "bpf_test.h"

static struct {
	int count;
	struct bpf_spin_lock lock;
} guarded SEC(".data.guarded") = { .count = 1, .lock = { 1 } };
// expected-warning@-1 {{initialiser of 'guarded.lock' is ignored: libbpf copies it into section '.data.guarded', and such an update leaves out a bpf_spin_lock}}
// expected-note@-2 {{let 'guarded.lock' begin as zero, and have a program set it}}

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	bpf_spin_lock(&guarded.lock);
	guarded.count++;
	bpf_spin_unlock(&guarded.lock);
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

struct slot {
	long count;
	struct task_struct __kptr *task;
};

static struct task_struct __kptr *task = NULL;
static struct slot slot SEC(".data.slot") = { .count = 3 };
static struct bpf_spin_lock lock SEC(".data.lock") = {};
int limit = 3;

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	asm volatile("" ::"r"(&task), "r"(&slot), "r"(&lock));
	return limit;
}

//--- good-plain-pointer
// expected-no-diagnostics
#include "bpf_test.h"

int number = 3;
int *where = &number;
void *magic = (void *)0x1234;

SEC("tc")
__success
int use(struct __sk_buff *skb)
{
	return where && magic;
}
