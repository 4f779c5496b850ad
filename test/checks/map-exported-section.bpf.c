// The test of rule map-exported-section: libbpf makes a section mappable if one
// of its variables is exported, and the kernel maps no section with kptrs.

//--- exported-kptr
#include "bpf_test.h"

struct task_struct __kptr *current_task; // expected-warning {{'current_task' is exported from section '.bss', which holds a kptr ('current_task')}} expected-note {{make 'current_task' static}} expected-note {{or give 'current_task' a section of its own and hidden visibility}}

// kernel: map .bss mmap ENOTSUPP

//--- exported-neighbour
#include "bpf_test.h"

static struct task_struct __kptr *current_task;
int hits; // expected-warning {{'hits' is exported from section '.bss', which holds a kptr ('current_task')}} expected-note {{make 'hits' static}} expected-note {{or give 'current_task' a section of its own and hidden visibility}}

// kernel: map .bss mmap ENOTSUPP

SEC("tc")
__success
int take(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_kptr_xchg(&current_task, NULL);

	if (task)
		bpf_task_release(task);
	hits++;
	return 0;
}

//--- static-only
// expected-no-diagnostics
#include "bpf_test.h"

static struct task_struct __kptr *current_task;
static int hits;
int level = 3; /* in .data */

SEC("tc")
__success
int take(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_kptr_xchg(&current_task, NULL);

	if (task)
		bpf_task_release(task);
	hits++;
	return level;
}

//--- own-section
// expected-no-diagnostics
#include "bpf_test.h"

private(TASK) struct task_struct __kptr *current_task;
struct task_struct __kptr *hidden_task __hidden;
static struct task_struct __kptr *other SEC(".bss.other");
int hits SEC(".bss.hits");

SEC("tc")
__success
int take(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_kptr_xchg(&current_task, NULL);

	if (task)
		bpf_task_release(task);
	task = bpf_kptr_xchg(&other, NULL);
	if (task)
		bpf_task_release(task);
	hits++;
	return 0;
}

//--- exported-numbers
// expected-no-diagnostics
#include "bpf_test.h"

int hits, misses;
struct task_struct *address; /* without a tag a number */

//--- lock-in-data
#include "bpf_test.h"

static struct bpf_spin_lock lock SEC(".data.lock");
int value SEC(".data.lock") = 1; // expected-warning {{'value' is exported from section '.data.lock', which holds a bpf_spin_lock ('lock')}} expected-note {{make 'value' static}} expected-note {{or give 'lock' a section of its own}}

// kernel: map .data.lock mmap ENOTSUPP

SEC("tc")
__success
int count(struct __sk_buff *skb)
{
	bpf_spin_lock(&lock);
	value++;
	bpf_spin_unlock(&lock);
	return 0;
}

//--- protected
#include "bpf_test.h"

KEEP(struct task_struct)

static struct task_struct __kptr *task;
__attribute__((visibility("protected"))) int counter; // expected-warning {{'counter' is exported from section '.bss'}} expected-note {{make 'counter' static}} expected-note {{or give 'task' a section of its own}}

// kernel: map .bss mmap ENOTSUPP

SEC("tc")
__success
int take(struct __sk_buff *skb)
{
	struct task_struct *old = bpf_kptr_xchg(&task, NULL);

	counter++;
	if (old)
		bpf_task_release(old);
	return 0;
}

//--- hidden-beside-kptr
// expected-no-diagnostics
#include "bpf_test.h"

KEEP(struct task_struct)

static struct task_struct __kptr *task;
__hidden int counter;
static int another;

SEC("tc")
__success
int take(struct __sk_buff *skb)
{
	struct task_struct *old = bpf_kptr_xchg(&task, NULL);

	counter++;
	another += counter;
	if (old)
		bpf_task_release(old);
	return another;
}
