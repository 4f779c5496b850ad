/*
 * object_stash.bpf.c - a table of flows whose details are allocated on demand
 *
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * A packet is counted under the lock of its flow. A flow that grows beyond a
 * few packets gets an object with details of its own; the table owns it, and
 * a flow that shrinks to nothing gives it back.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

extern void *bpf_obj_new_impl(__u64 local_type_id, void *meta) __ksym __weak;
extern void bpf_obj_drop_impl(void *kptr, void *meta) __ksym __weak;
#define bpf_obj_new(type) ((type *)bpf_obj_new_impl(bpf_core_type_id_local(type), NULL))
#define bpf_obj_drop(kptr) bpf_obj_drop_impl(kptr, NULL)

#define __rcu __attribute__((btf_type_tag("rcu")))

#define BUSY 16

struct flow_detail {
	__u64 first_seen;
	__u64 bytes;
	__u32 ifindex;
};

struct flow_record {
	struct bpf_spin_lock lock;
	__u32 packets;
	__u8 marked : 1, mirrored : 1, dead : 1;
	__u32 hash;
	struct net_device __rcu *dev;
	union {
		struct flow_detail __kptr *detail;
		__u64 cookie;
	};
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct flow_record);
	__uint(max_entries, 4096);
} flows SEC(".maps");

static void add_detail(struct flow_record *flow, struct __sk_buff *skb)
{
	struct flow_detail *detail = bpf_obj_new(struct flow_detail);

	if (!detail)
		return;
	detail->first_seen = bpf_ktime_get_ns();
	detail->bytes = skb->len;
	detail->ifindex = skb->ifindex;
	detail = bpf_kptr_xchg(&flow->detail, detail);
	if (detail)
		bpf_obj_drop(detail);
}

SEC("tc")
int count_flow(struct __sk_buff *skb)
{
	__u32 key = bpf_get_hash_recalc(skb), packets;
	struct flow_record fresh = {}, *flow;
	struct flow_detail *detail;

	flow = bpf_map_lookup_elem(&flows, &key);
	if (!flow) {
		fresh.hash = key;
		bpf_map_update_elem(&flows, &key, &fresh, BPF_NOEXIST);
		return 0;
	}
	bpf_spin_lock(&flow->lock);
	packets = ++flow->packets;
	flow->marked = skb->mark != 0;
	bpf_spin_unlock(&flow->lock);

	detail = flow->detail;
	if (detail)
		detail->bytes += skb->len;
	else if (packets == BUSY)
		add_detail(flow, skb);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
