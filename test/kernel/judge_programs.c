/* judge_programs.c - loads one program of an object and reports the verdict.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#include "judge.h"

#include <errno.h>
#include <linux/btf.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static char libbpf_log[16384];

static int keep_log(enum libbpf_print_level level, const char *format, va_list args)
{
	char line[1024];

	vsnprintf(line, sizeof(line), format, args);
	if (level == LIBBPF_WARN)
		strncat(libbpf_log, line, sizeof(libbpf_log) - strlen(libbpf_log) - 1);
	return 0;
}

void print_missing_kfuncs(FILE *out, const char *path)
{
	/* Read anew: opening an object replaces the functions of .ksyms. */
	struct btf *btf = btf__parse_elf(path, NULL);
	int id = btf ? btf__find_by_name_kind(btf, ".ksyms", BTF_KIND_DATASEC) : -1;
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, id) : NULL;
	const struct btf_var_secinfo *info = t ? btf_var_secinfos(t) : NULL;
	struct btf *kernel = t ? btf__load_vmlinux_btf() : NULL;
	const char *separator = "";

	fputc('[', out);
	for (int i = 0; kernel && i < btf_vlen(t); i++, info++) {
		const struct btf_type *kfunc = btf__type_by_id(btf, info->type);
		const char *name = btf__name_by_offset(btf, kfunc->name_off);

		if (!btf_is_func(kfunc) ||
		    btf__find_by_name_kind(kernel, name, BTF_KIND_FUNC) > 0)
			continue;
		fputs(separator, out);
		print_string(out, name);
		separator = ", ";
	}
	fputc(']', out);
	btf__free(kernel);
	btf__free(btf);
}

void print_program_tags(FILE *out, const struct btf *btf, const char *name)
{
	int function = btf ? btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) : -1;
	const char *separator = "";

	fputc('[', out);
	for (__u32 i = 1; function > 0 && i < btf__type_cnt(btf); i++) {
		const struct btf_type *t = btf__type_by_id(btf, i);

		if (btf_kind(t) != BTF_KIND_DECL_TAG || t->type != (__u32)function ||
		    btf_decl_tag(t)->component_idx != -1)
			continue;
		fputs(separator, out);
		print_string(out, btf__name_by_offset(btf, t->name_off));
		separator = ", ";
	}
	fputc(']', out);
}

void judge_program(FILE *out, const char *path, const char *name)
{
	struct bpf_object *obj;
	struct bpf_program *prog;
	char *log = calloc(1, LOG_SIZE);
	const char *kept;
	bool by_verifier;
	int error;

	libbpf_set_print(keep_log);
	obj = bpf_object__open_file(path, NULL);
	if (!log || !obj)
		exit(1);	/* the parent could open it: it reports a killed loader */
	bpf_object__for_each_program(prog, obj) {
		bool wanted = !strcmp(bpf_program__name(prog), name);

		bpf_program__set_autoload(prog, wanted);
		if (wanted)
			bpf_program__set_log_buf(prog, log, LOG_SIZE);
	}
	error = -bpf_object__load(obj);
	by_verifier = error && strstr(libbpf_log, "BPF program load failed");
	kept = by_verifier && *log ? log : libbpf_log;
	if (strlen(kept) > LOG_KEPT)
		kept += strlen(kept) - LOG_KEPT;
	fprintf(out, "\"verdict\": \"%s\", \"stage\": \"%s\", \"log\": ",
		error ? error_name(error) : "success",
		!error ? "" : by_verifier ? "verifier" : "libbpf");
	print_string(out, error ? kept : "");
}
