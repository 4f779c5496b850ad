/* judge_probe.c - asks the verifier what a field of a map value is.
 *
 * Tiny programs are loaded and thrown away, never run: one loads the field, one
 * exchanges it with bpf_kptr_xchg, and only if both say "plain memory" one
 * stores a number. That order matters: on some kernels the verifier itself
 * crashes over a number that is stored to an unreferenced kptr.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#include "judge.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_INSNS = 128, MAX_KEY = 256, PROBE_LOG = 256 << 10 };
/* Since Linux 6.2; the headers may be older than the kernel. */
enum { MAP_TYPE_CGRP_STORAGE = 32, FUNC_CGRP_STORAGE_GET = 210 };
enum probe { PROBE_LOAD, PROBE_XCHG, PROBE_STORE, PROBE_BYTE };

#define INSN(c, d, s, o, i) \
	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })
#define MOV_IMM(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define MOV_REG(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define ADD_IMM(d, i) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define LOAD(d, s, o) INSN(BPF_LDX | BPF_MEM | BPF_DW, d, s, o, 0)
#define STORE(d, s, o) INSN(BPF_STX | BPF_MEM | BPF_DW, d, s, o, 0)
#define STORE_IMM(d, o, i) INSN(BPF_ST | BPF_MEM | BPF_DW, d, 0, o, i)
#define CALL(f) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, f)
#define EXIT() INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define SKIP_IF_NOT_NULL(r, n) INSN(BPF_JMP | BPF_JNE | BPF_K, r, 0, n, 0)

struct code {
	struct bpf_insn insns[MAX_INSNS];
	int count;
	enum bpf_prog_type type;
	int attach_btf_id;
};

static void emit(struct code *code, struct bpf_insn insn)
{
	if (code->count < MAX_INSNS)
		code->insns[code->count++] = insn;
}

static void emit_map(struct code *code, int reg, int src, int fd)
{
	emit(code, INSN(BPF_LD | BPF_DW | BPF_IMM, reg, src, 0, fd));
	emit(code, INSN(0, 0, 0, 0, 0));
}

static void emit_null_check(struct code *code, int reg)
{
	emit(code, SKIP_IF_NOT_NULL(reg, 2));
	emit(code, MOV_IMM(BPF_REG_0, 0));
	emit(code, EXIT());
}

/* r0 = address of the value whose key is all zero */
static bool emit_lookup(struct code *code, const struct bpf_map *map)
{
	int size = (bpf_map__key_size(map) + 7) / 8 * 8;

	if (size == 0 || size > MAX_KEY)
		return false;
	for (int off = -size; off < 0; off += 8)
		emit(code, STORE_IMM(BPF_REG_10, off, 0));
	emit_map(code, BPF_REG_1, BPF_PSEUDO_MAP_FD, bpf_map__fd(map));
	emit(code, MOV_REG(BPF_REG_2, BPF_REG_10));
	emit(code, ADD_IMM(BPF_REG_2, -size));
	emit(code, CALL(BPF_FUNC_map_lookup_elem));
	return true;
}

/* r0 = value in the local storage of the object in r0 */
static void emit_storage_get(struct code *code, const struct bpf_map *map, int helper)
{
	emit(code, MOV_REG(BPF_REG_2, BPF_REG_0));
	emit_map(code, BPF_REG_1, BPF_PSEUDO_MAP_FD, bpf_map__fd(map));
	emit(code, MOV_IMM(BPF_REG_3, 0));
	emit(code, MOV_IMM(BPF_REG_4, 0));
	emit(code, CALL(helper));
}

/* Id of a tracepoint that every kernel has; task storage wants a tracing program. */
static int tracepoint_id(void)
{
	static int id;

	if (!id)
		id = libbpf_find_vmlinux_btf_id("sched_switch", BPF_TRACE_RAW_TP);
	return id;
}

/* Byte offset of the member of a kernel struct, negative if there is none. */
static int member_offset(const struct btf *btf, const char *type, const char *name)
{
	int id = btf__find_by_name_kind(btf, type, BTF_KIND_STRUCT);
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, id) : NULL;

	for (int i = 0; t && i < btf_vlen(t); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_members(t)[i].name_off), name))
			return btf_member_bit_offset(t, i) / 8;
	return -1;
}

/* r0 = the current task's cgroup, found by two loads that the verifier trusts */
static bool emit_current_cgroup(struct code *code)
{
	static int css_set = -1, cgroup = -1;

	if (css_set < 0) {
		struct btf *btf = btf__load_vmlinux_btf();

		if (!btf)
			return false;
		css_set = member_offset(btf, "task_struct", "cgroups");
		cgroup = member_offset(btf, "css_set", "dfl_cgrp");
		btf__free(btf);
	}
	if (css_set < 0 || cgroup < 0)
		return false;
	emit(code, CALL(BPF_FUNC_get_current_task_btf));
	emit(code, LOAD(BPF_REG_0, BPF_REG_0, css_set));
	emit(code, LOAD(BPF_REG_0, BPF_REG_0, cgroup));
	return true;
}

/* r6 = address of the map value */
static bool emit_value(struct code *code, const struct bpf_map *map)
{
	code->type = BPF_PROG_TYPE_SCHED_CLS;
	if (bpf_map__is_internal(map)) {	/* .bss, .data and the like */
		emit_map(code, BPF_REG_6, BPF_PSEUDO_MAP_VALUE, bpf_map__fd(map));
		return true;
	}
	switch ((int)bpf_map__type(map)) {
	case BPF_MAP_TYPE_TASK_STORAGE:
		code->type = BPF_PROG_TYPE_TRACING;
		code->attach_btf_id = tracepoint_id();
		if (code->attach_btf_id <= 0)
			return false;
		emit(code, CALL(BPF_FUNC_get_current_task_btf));
		emit_storage_get(code, map, BPF_FUNC_task_storage_get);
		break;
	case MAP_TYPE_CGRP_STORAGE:
		code->type = BPF_PROG_TYPE_TRACING;
		code->attach_btf_id = tracepoint_id();
		if (code->attach_btf_id <= 0 || !emit_current_cgroup(code))
			return false;
		emit_storage_get(code, map, FUNC_CGRP_STORAGE_GET);
		break;
	case BPF_MAP_TYPE_SK_STORAGE:
		emit(code, LOAD(BPF_REG_1, BPF_REG_1, offsetof(struct __sk_buff, sk)));
		emit_null_check(code, BPF_REG_1);
		emit(code, CALL(BPF_FUNC_sk_fullsock));
		emit_null_check(code, BPF_REG_0);
		emit_storage_get(code, map, BPF_FUNC_sk_storage_get);
		break;
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
	case BPF_MAP_TYPE_LPM_TRIE:
		if (!emit_lookup(code, map))
			return false;
		break;
	default:
		return false;
	}
	emit_null_check(code, BPF_REG_0);
	emit(code, MOV_REG(BPF_REG_6, BPF_REG_0));
	return true;
}

static void emit_access(struct code *code, enum probe probe, unsigned int offset)
{
	if (offset)
		emit(code, ADD_IMM(BPF_REG_6, offset));
	switch (probe) {
	case PROBE_LOAD:
		emit(code, LOAD(BPF_REG_7, BPF_REG_6, 0));
		break;
	case PROBE_XCHG:
		emit(code, MOV_REG(BPF_REG_1, BPF_REG_6));
		emit(code, MOV_IMM(BPF_REG_2, 0));
		emit(code, CALL(BPF_FUNC_kptr_xchg));
		break;
	case PROBE_STORE:
		emit(code, MOV_IMM(BPF_REG_1, 1));
		emit(code, STORE(BPF_REG_6, BPF_REG_1, 0));
		break;
	case PROBE_BYTE:
		emit(code, INSN(BPF_LDX | BPF_MEM | BPF_B, BPF_REG_7, BPF_REG_6, 0, 0));
		break;
	}
	emit(code, MOV_IMM(BPF_REG_0, 0));
	emit(code, EXIT());
}

/* Returns 0 or the errno of the load, -1 if there is no way to the value. */
static int run_probe(const struct bpf_map *map, enum probe probe, unsigned int offset, char *log)
{
	struct code code = { 0 };
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .log_buf = log, .log_size = PROBE_LOG,
		    .log_level = 2);
	int fd;

	log[0] = '\0';
	if (!emit_value(&code, map))
		return -1;
	emit_access(&code, probe, offset);
	if (code.attach_btf_id) {
		opts.expected_attach_type = BPF_TRACE_RAW_TP;
		opts.attach_btf_id = code.attach_btf_id;
	}
	fd = bpf_prog_load(code.type, "judge_probe", "GPL", code.insns, code.count, &opts);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* The state that the log gives for r7 after the load of the field. */
static const char *loaded_state(const char *log)
{
	const char *found = NULL;

	for (const char *p = log; (p = strstr(p, "r7 = *(u64 *)(r6")); p++)
		found = p;
	found = found ? strstr(found, "R7") : NULL;
	return found ? found : "";
}

static bool says(const char *line, const char *what)
{
	const char *end = strchr(line, '\n');
	const char *found = strstr(line, what);

	return found && (!end || found < end);
}

/* Last line of a log that is not one of the verifier's statistics. */
static void last_words(const char *log, char *note, size_t size)
{
	char *copy = strdup(log), *line, *rest = copy;

	while (copy && (line = strsep(&rest, "\n")))
		if (*line && !strstr(line, "processed ") && !strstr(line, "verification time") &&
		    !strstr(line, "stack depth"))
			snprintf(note, size, "%s", line);
	free(copy);
}

/* Classes: "plain", "referenced", "untrusted", "percpu", "uptr", "unprobed". */
static const char *class_of(const struct bpf_map *map, unsigned int offset, char *log)
{
	char state[256];
	bool no_kptr, forbidden_load;
	int error = run_probe(map, PROBE_LOAD, offset, log);

	if (error < 0)
		return "unprobed";
	snprintf(state, sizeof(state), "%.200s", loaded_state(log));
	forbidden_load = error && strstr(log, "read from map forbidden");
	if (error && !forbidden_load)
		return "unprobed";
	if (says(state, "=mem_or_null"))
		return "uptr";

	error = run_probe(map, PROBE_XCHG, offset, log);
	if (strstr(log, "Unreleased reference") || strstr(log, "reference leak"))
		return says(state, "=percpu_") || strstr(log, "=percpu_ptr") ? "percpu"
									     : "referenced";
	if (strstr(log, "isn't referenced kptr") || says(state, "=untrusted_ptr"))
		return "untrusted";
	no_kptr = strstr(log, "has no valid kptr") || strstr(log, "doesn't point to kptr") ||
		  strstr(log, "has to have BTF");
	if (!error || !no_kptr || says(state, "ptr_"))
		return "unprobed";

	error = run_probe(map, PROBE_STORE, offset, log);
	if (strstr(log, "store to uptr"))
		return "uptr";
	if (!error || strstr(log, "write into map forbidden"))
		return "plain";
	return "unprobed";
}

void classify_field(const struct bpf_map *map, struct field *field)
{
	char *log = malloc(PROBE_LOG);

	field->class = "unprobed";
	if (!log)
		return;
	field->class = class_of(map, field->offset, log);
	if (!strcmp(field->class, "unprobed"))
		last_words(log, field->note, sizeof(field->note));
	free(log);
}

/* Whether the kernel has the struct at all. */
static bool knows_struct(const char *name)
{
	struct btf *btf = btf__load_vmlinux_btf();
	bool known = btf && btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT) > 0;

	btf__free(btf);
	return known;
}

void see_special(const struct bpf_map *map, struct field *field)
{
	char *log = malloc(PROBE_LOG);
	int error = log ? run_probe(map, PROBE_BYTE, field->offset, log) : -1;

	field->class = "unprobed";
	if (error > 0 && strstr(log, "cannot be accessed directly"))
		field->class = "seen";
	else if (error == 0 && knows_struct(field->special))
		field->class = "plain";
	free(log);
}
