// The test of rule field-typedef: the kernel knows locks, timers and the like
// by the name of the member's own type.

//--- lock
#include "bpf_test.h"

typedef struct bpf_spin_lock spinlock_t;

struct counter {
	spinlock_t lock; // expected-warning {{'lock' is a bpf_spin_lock behind typedef 'spinlock_t', and the kernel knows it by its own type only}}
	int value;
};

ARRAY_MAP(counters, struct counter); // expected-note {{the value of map 'counters' holds it}}

// kernel: map counters record none

SEC("tc")
__failure __msg("has no valid bpf_spin_lock")
int count(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	if (!counter)
		return 0;
	bpf_spin_lock(&counter->lock);
	counter->value++;
	bpf_spin_unlock(&counter->lock);
	return 0;
}

//--- good
// expected-no-diagnostics
#include "bpf_test.h"

typedef struct bpf_spin_lock spinlock_t;
typedef struct bpf_timer *timer_ptr;

struct counter {
	struct bpf_spin_lock lock;
	typeof(struct bpf_timer) timer;
	spinlock_t *elsewhere;
	timer_ptr alarm;
	int value;
};

ARRAY_MAP(counters, struct counter);

SEC("tc")
__success
int count(struct __sk_buff *skb)
{
	int key = 0;
	struct counter *counter = bpf_map_lookup_elem(&counters, &key);

	if (!counter)
		return 0;
	bpf_spin_lock(&counter->lock);
	counter->value++;
	bpf_spin_unlock(&counter->lock);
	return 0;
}

//--- timer-and-work
#include "bpf_test.h"

typedef struct bpf_timer alarm_t;
typedef alarm_t again_t;
typedef struct bpf_wq work_t;

struct timed {
	long count;
	again_t timer; // expected-warning {{'timer' is a bpf_timer behind typedef 'again_t'}}
};

struct worked {
	long count;
	work_t work; // expected-warning {{'work' is a bpf_wq behind typedef 'work_t'}}
};

HASH_MAP(timers, struct timed); // expected-note {{the value of map 'timers' holds it}}
HASH_MAP(works, struct worked); // expected-note {{the value of map 'works' holds it}}

// kernel: map timers record none
// kernel: map works record none

//--- qualified
#include "bpf_test.h"

typedef struct bpf_timer alarm_t;

struct counter {
	volatile struct bpf_spin_lock lock; // expected-warning {{'lock' is a bpf_spin_lock behind qualifier 'volatile'}} expected-note {{declare 'lock' with the struct itself, without typedef and qualifier}}
	volatile alarm_t timer; // expected-warning {{'timer' is a bpf_timer behind typedef 'alarm_t'}} expected-note {{declare 'timer' with the struct itself}}
};

ARRAY_MAP(counters, struct counter); // expected-note 2 {{the value of map 'counters' holds it}}

// kernel: map counters record none

//--- nested-and-array
#include "bpf_test.h"

typedef struct bpf_spin_lock spinlock_t;
typedef struct bpf_timer alarms_t[1];

struct inner {
	int users;
	spinlock_t lock; // expected-warning {{'lock' is a bpf_spin_lock behind typedef 'spinlock_t'}}
};

struct counter {
	struct inner inner;
	alarms_t alarms; // expected-warning {{'alarms' is a bpf_timer behind typedef 'alarms_t'}} expected-note {{declare 'alarms' with the struct itself}}
};

ARRAY_MAP(counters, struct counter); // expected-note 2 {{the value of map 'counters' and of 1 more holds it}}
HASH_MAP(others, struct counter);

// kernel: map counters record none
// kernel: map others record none

//--- two-declarators
#include "bpf_test.h"

typedef struct bpf_spin_lock spinlock_t;

struct counter {
	int value;
	// expected-warning@+2 {{'lock' is a bpf_spin_lock behind typedef 'spinlock_t'}} expected-warning@+2 {{'spare' is a bpf_spin_lock behind}}
	// expected-note@+1 {{declare 'lock' with the struct itself}} expected-note@+1 {{declare 'spare' with the struct itself}}
	spinlock_t lock, spare;
};

ARRAY_MAP(counters, struct counter); // expected-note 2 {{the value of map 'counters' holds it}}

// kernel: map counters record none

//--- kernels-own-typedef
// expected-no-diagnostics
#include "bpf_test.h"

/* Same name as the kernel's, and no special struct: 8 bytes, not 4. */
typedef struct {
	long raw;
} spinlock_t;

struct counter {
	spinlock_t raw;
	struct bpf_spin_lock lock;
};

ARRAY_MAP(counters, struct counter);

//--- global
#include "bpf_test.h"

typedef struct bpf_spin_lock spinlock_t;

private(lock) spinlock_t lock; // expected-warning {{'lock' is a bpf_spin_lock behind typedef 'spinlock_t'}}

// kernel: map .data.lock record none

SEC("tc")
__failure __msg("has no valid bpf_spin_lock")
int run(struct __sk_buff *skb)
{
	bpf_spin_lock(&lock);
	bpf_spin_unlock(&lock);
	return 0;
}
