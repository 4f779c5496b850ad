/* bpf_test.h - what nearly every test program needs.
 *
 * The tags as Linux 6.4 and later spell them, kfuncs, map shorthands, and the
 * verdict that the kernel is expected to give, in the words of its selftests.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#ifndef BPF_TEST_H
#define BPF_TEST_H

#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* libbpf before 1.2 has the tags of Linux 5.19, later ones lack __kptr_ref. */
#undef __kptr
#undef __kptr_ref
#undef __kptr_untrusted
#undef __percpu_kptr
#undef __uptr
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __kptr_ref __attribute__((btf_type_tag("kptr_ref")))
#define __kptr_untrusted __attribute__((btf_type_tag("kptr_untrusted")))
#define __percpu_kptr __attribute__((btf_type_tag("percpu_kptr")))
#define __uptr __attribute__((btf_type_tag("uptr")))

#undef __contains
#define __contains(type, node) __attribute__((btf_decl_tag("contains:" #type ":" #node)))

/* A global in a section of its own, out of user space's reach. */
#ifndef private
#define private(section) SEC(".data." #section) __hidden __attribute__((aligned(8)))
#endif

/* The verdict on a program; without one, success is expected. */
#define __success __attribute__((btf_decl_tag("bpf_test:success")))
#define __failure __attribute__((btf_decl_tag("bpf_test:failure")))
/* A part of the verifier's log; may be given several times. */
#define __msg(text) __attribute__((btf_decl_tag("bpf_test:msg=" text)))

#define BPF_TEST_PASTE_(a, b) a##b
#define BPF_TEST_PASTE(a, b) BPF_TEST_PASTE_(a, b)

/* Makes clang before 21 emit all of T and not only a forward declaration of it. */
#define KEEP(T)                                                                          \
	__attribute__((noinline)) int BPF_TEST_PASTE(keep_, __COUNTER__)(T * p)          \
	{                                                                                \
		asm volatile("");                                                        \
		return !p;                                                               \
	}

/* MAP(m, HASH, __u32, struct value, 16); */
#define MAP(name, kind, key_type, value_type, entries)                                   \
	struct {                                                                         \
		__uint(type, BPF_MAP_TYPE_##kind);                                       \
		__uint(max_entries, entries);                                            \
		__type(key, key_type);                                                   \
		__type(value, value_type);                                               \
	} name SEC(".maps")

#define ARRAY_MAP(name, value_type) MAP(name, ARRAY, int, value_type, 4)
#define HASH_MAP(name, value_type) MAP(name, HASH, int, value_type, 4)
#define LRU_HASH_MAP(name, value_type) MAP(name, LRU_HASH, int, value_type, 4)
#define PERCPU_ARRAY_MAP(name, value_type) MAP(name, PERCPU_ARRAY, int, value_type, 4)
#define PERCPU_HASH_MAP(name, value_type) MAP(name, PERCPU_HASH, int, value_type, 4)

#define STORAGE_MAP(name, kind, value_type)                                              \
	struct {                                                                         \
		__uint(type, BPF_MAP_TYPE_##kind##_STORAGE);                             \
		__uint(map_flags, BPF_F_NO_PREALLOC);                                    \
		__type(key, int);                                                        \
		__type(value, value_type);                                               \
	} name SEC(".maps")

#define TASK_STORAGE_MAP(name, value_type) STORAGE_MAP(name, TASK, value_type)
#define SK_STORAGE_MAP(name, value_type) STORAGE_MAP(name, SK, value_type)
#define INODE_STORAGE_MAP(name, value_type) STORAGE_MAP(name, INODE, value_type)
#define CGRP_STORAGE_MAP(name, value_type) STORAGE_MAP(name, CGRP, value_type)

/* A program that takes MEMBER of MAP's value for a kptr, which it is not. */
#define NO_KPTR(map, member, text)                                                       \
	SEC("tc")                                                                        \
	__failure __msg(text) int BPF_TEST_PASTE(no_kptr_, __COUNTER__)(                 \
		struct __sk_buff * skb)                                                  \
	{                                                                                \
		int key = 0;                                                             \
		typeof(*map.value) *value = bpf_map_lookup_elem(&map, &key);             \
		return value && bpf_kptr_xchg(&value->member, NULL);                     \
	}

/* Kfuncs are weak: one that a kernel lacks costs only the programs that call it. */
#define BPF_TEST_KFUNC __ksym __weak

extern struct task_struct *bpf_task_from_pid(s32 pid) BPF_TEST_KFUNC;
extern struct task_struct *bpf_task_acquire(struct task_struct *task) BPF_TEST_KFUNC;
extern void bpf_task_release(struct task_struct *task) BPF_TEST_KFUNC;

extern struct cgroup *bpf_cgroup_from_id(u64 id) BPF_TEST_KFUNC;
extern struct cgroup *bpf_cgroup_acquire(struct cgroup *cgroup) BPF_TEST_KFUNC;
extern void bpf_cgroup_release(struct cgroup *cgroup) BPF_TEST_KFUNC;

extern struct bpf_cpumask *bpf_cpumask_create(void) BPF_TEST_KFUNC;
extern struct bpf_cpumask *bpf_cpumask_acquire(struct bpf_cpumask *mask) BPF_TEST_KFUNC;
extern void bpf_cpumask_release(struct bpf_cpumask *mask) BPF_TEST_KFUNC;
extern u32 bpf_cpumask_first(const struct cpumask *mask) BPF_TEST_KFUNC;
extern void bpf_cpumask_set_cpu(u32 cpu, struct bpf_cpumask *mask) BPF_TEST_KFUNC;
extern bool bpf_cpumask_test_cpu(u32 cpu, const struct cpumask *mask) BPF_TEST_KFUNC;

extern struct bpf_crypto_ctx *bpf_crypto_ctx_acquire(struct bpf_crypto_ctx *ctx) BPF_TEST_KFUNC;
extern void bpf_crypto_ctx_release(struct bpf_crypto_ctx *ctx) BPF_TEST_KFUNC;

extern struct prog_test_ref_kfunc *bpf_kfunc_call_test_acquire(unsigned long *p) BPF_TEST_KFUNC;
extern void bpf_kfunc_call_test_release(struct prog_test_ref_kfunc *p) BPF_TEST_KFUNC;

extern void bpf_rcu_read_lock(void) BPF_TEST_KFUNC;
extern void bpf_rcu_read_unlock(void) BPF_TEST_KFUNC;
extern int bpf_res_spin_lock(struct bpf_res_spin_lock *lock) BPF_TEST_KFUNC;
extern void bpf_res_spin_unlock(struct bpf_res_spin_lock *lock) BPF_TEST_KFUNC;
extern void *bpf_rdonly_cast(const void *object, u32 btf_id) BPF_TEST_KFUNC;
extern int bpf_wq_init(struct bpf_wq *wq, void *map, unsigned int flags) BPF_TEST_KFUNC;

extern void *bpf_obj_new_impl(u64 type_id, void *meta) BPF_TEST_KFUNC;
extern void bpf_obj_drop_impl(void *object, void *meta) BPF_TEST_KFUNC;
extern void *bpf_percpu_obj_new_impl(u64 type_id, void *meta) BPF_TEST_KFUNC;
extern void bpf_percpu_obj_drop_impl(void *object, void *meta) BPF_TEST_KFUNC;
extern void *bpf_refcount_acquire_impl(void *object, void *meta) BPF_TEST_KFUNC;
extern int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node,
				    void *meta, u64 offset) BPF_TEST_KFUNC;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) BPF_TEST_KFUNC;
extern struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root) BPF_TEST_KFUNC;
extern struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root,
					     struct bpf_rb_node *node) BPF_TEST_KFUNC;

#define bpf_obj_new(T) ((T *)bpf_obj_new_impl(bpf_core_type_id_local(T), NULL))
#define bpf_obj_drop(object) bpf_obj_drop_impl(object, NULL)
#define bpf_percpu_obj_new(T)                                                            \
	((T __percpu_kptr *)bpf_percpu_obj_new_impl(bpf_core_type_id_local(T), NULL))
#define bpf_percpu_obj_drop(object) bpf_percpu_obj_drop_impl((void *)(object), NULL)
#define bpf_refcount_acquire(object) bpf_refcount_acquire_impl(object, NULL)
#define bpf_list_push_front(head, node) bpf_list_push_front_impl(head, node, NULL, 0)

#ifndef BPF_TEST_OWN_LICENSE
char _license[] SEC("license") = "GPL";
#endif

#endif
