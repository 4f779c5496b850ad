/*
 * percpu_counters.bpf.c - traffic counters by prefix, one copy for each CPU
 *
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * User space fills a trie that maps an address to the number of its prefix. The
 * counters of that number are a per-CPU object, allocated when the prefix is
 * first met. Counting needs no lock and no atomic.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#ifndef __percpu_kptr
#define __percpu_kptr __attribute__((btf_type_tag("percpu_kptr")))
#endif

extern void *bpf_percpu_obj_new_impl(__u64 local_type_id, void *meta) __ksym __weak;
extern void bpf_percpu_obj_drop_impl(void *kptr, void *meta) __ksym __weak;
#define bpf_percpu_obj_new(type)                                                                   \
	((type __percpu_kptr *)bpf_percpu_obj_new_impl(bpf_core_type_id_local(type), NULL))
#define bpf_percpu_obj_drop(kptr) bpf_percpu_obj_drop_impl((void *)(kptr), NULL)

#define ETH_P_IP 0x0800
#define IP_DESTINATION (14 + 16)
#define PREFIXES 1024

struct prefix_key {
	__u32 bits;
	__u32 address;
};

struct prefix_hits {
	__u64 packets;
	__u64 bytes;
};

struct prefix_counter {
	struct prefix_hits __percpu_kptr *hits;
	__u64 since;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix_key);
	__type(value, __u32);
	__uint(max_entries, PREFIXES);
} prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct prefix_counter);
	__uint(max_entries, PREFIXES);
} counters SEC(".maps");

static void add_hits(struct prefix_counter *counter)
{
	struct prefix_hits __percpu_kptr *hits = bpf_percpu_obj_new(struct prefix_hits);

	if (!hits)
		return;
	hits = bpf_kptr_xchg(&counter->hits, (void *)hits);
	if (hits)
		bpf_percpu_obj_drop(hits);
	counter->since = bpf_ktime_get_ns();
}

SEC("tc")
int count_packet(struct __sk_buff *skb)
{
	struct prefix_key address = {.bits = 32};
	struct prefix_hits __percpu_kptr *all;
	struct prefix_counter *counter;
	struct prefix_hits *hits;
	__u32 *number;

	if (skb->protocol != bpf_htons(ETH_P_IP))
		return 0;
	if (bpf_skb_load_bytes(skb, IP_DESTINATION, &address.address, 4))
		return 0;
	number = bpf_map_lookup_elem(&prefixes, &address);
	if (!number)
		return 0;
	counter = bpf_map_lookup_elem(&counters, number);
	if (!counter)
		return 0;
	all = counter->hits;
	if (!all) {
		add_hits(counter);
		return 0;
	}
	hits = bpf_this_cpu_ptr((void *)all);
	hits->packets++;
	hits->bytes += skb->len;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
