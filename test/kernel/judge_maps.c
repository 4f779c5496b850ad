/* judge_maps.c - loads an object without its programs and looks at its maps.
 *
 * libbpf hides the kernel's first answers: it goes on without BTF, and retries a
 * refused map without it. Its log still tells them, so the log is the witness.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#include "judge.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LINE_SIZE = 64 << 10, KERNEL_NAME = 15, PAGE = 4096 };

static struct map_report reports[MAX_MAPS];
static int report_count;
static int btf_error;
static char warnings[LINE_SIZE];

/* libbpf logs the name that the kernel is given: at most 15 characters. */
static bool same_name(const struct map_report *report, const char *name, size_t length)
{
	const char *own = bpf_map__name(report->map);

	if (strlen(own) == length && !strncmp(own, name, length))
		return true;
	return length == KERNEL_NAME && bpf_map__is_internal(report->map) &&
	       !strncmp(own, name, length);
}

/* The map that LINE is about, if it begins with BEFORE and a name closed by END. */
static struct map_report *map_of(const char *line, const char *before, char end, const char **rest)
{
	const char *name, *stop;

	if (strncmp(line, before, strlen(before)))
		return NULL;
	name = line + strlen(before);
	stop = strchr(name, end);
	if (!stop)
		return NULL;
	*rest = stop + 1;
	for (int i = 0; i < report_count; i++)
		if (same_name(&reports[i], name, stop - name))
			return &reports[i];
	return NULL;
}

static void note_error(struct map_report *report, const char *text)
{
	if (!report->tried)
		report->first_error = error_in_message(text);
	report->tried = true;
}

static int read_log(enum libbpf_print_level level, const char *format, va_list args)
{
	static const char btf_failed[] = "libbpf: Error loading .BTF into kernel:";
	static char line[LINE_SIZE];
	struct map_report *report;
	const char *rest;

	vsnprintf(line, sizeof(line), format, args);
	if (level == LIBBPF_WARN)
		strncat(warnings, line, sizeof(warnings) - strlen(warnings) - 1);

	if (!strncmp(line, btf_failed, sizeof(btf_failed) - 1))
		btf_error = error_in_message(line + sizeof(btf_failed) - 1);
	report = map_of(line, "libbpf: Error in bpf_create_map_xattr(", ')', &rest);
	if (report) {
		note_error(report, rest);
		report->retried = true;
	}
	report = map_of(line, "libbpf: map '", '\'', &rest);
	if (report && strstr(rest, "failed to create:"))
		note_error(report, rest);
	if (report && strstr(rest, "created successfully"))
		report->tried = report->created = true;
	return 0;
}

static void inspect(struct map_report *report)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	int fd = bpf_map__fd(report->map);
	void *memory;

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
		return;
	report->stripped = info.btf_value_type_id == 0;
	for (int i = 0; i < report->field_count; i++)
		if (report->fields[i].special)
			see_special(report->map, &report->fields[i]);
		else
			classify_field(report->map, &report->fields[i]);
	if (info.map_flags & BPF_F_MMAPABLE) {
		memory = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
		report->mmap_error = memory == MAP_FAILED ? errno : 0;
		if (memory != MAP_FAILED)
			munmap(memory, PAGE);
	}
	/* Last, since it may succeed: a map with special fields cannot be frozen. */
	report->record = "none";
	if (bpf_map_freeze(fd) && errno == KERNEL_ENOTSUPP)
		report->record = "valid";
}

static void print_field(FILE *out, const struct field *field)
{
	fprintf(out, "{\"path\": ");
	print_string(out, field->path);
	fprintf(out, ", \"offset\": %u", field->offset);
	if (field->special) {
		fprintf(out, ", \"special\": \"%s\"", field->special);
		if (field->class && strcmp(field->class, "unprobed"))
			fprintf(out, ", \"seen\": %s",
				strcmp(field->class, "seen") ? "false" : "true");
		fputc('}', out);
		return;
	}
	fprintf(out, ", \"tags\": [");
	for (int i = 0; i < field->tag_count; i++) {
		fputs(i ? ", " : "", out);
		print_string(out, field->tags[i]);
	}
	fprintf(out, "], \"class\": \"%s\"", field->class ? field->class : "unprobed");
	if (*field->note) {
		fprintf(out, ", \"note\": ");
		print_string(out, field->note);
	}
	fputc('}', out);
}

static void print_map(FILE *out, const struct map_report *report)
{
	fprintf(out, "{\"name\": ");
	print_string(out, report->name);
	fprintf(out, ", \"type\": \"%s\", \"create\": \"%s\"",
		libbpf_bpf_map_type_str(bpf_map__type(report->map)) ?: "unknown",
		report->tried ? error_name(report->first_error) : "untried");
	fprintf(out, ", \"retried\": %s, \"stripped\": %s, \"record\": \"%s\"",
		report->retried ? "true" : "false", report->stripped ? "true" : "false",
		report->record);
	if (report->mmap_error >= 0)
		fprintf(out, ", \"mmap\": \"%s\"", error_name(report->mmap_error));
	fprintf(out, ", \"truncated\": %s, \"fields\": [", report->truncated ? "true" : "false");
	for (int i = 0; i < report->field_count; i++) {
		fputs(i ? ",\n      " : "\n      ", out);
		print_field(out, &report->fields[i]);
	}
	fprintf(out, "]}");
}

void judge_maps(FILE *out, const char *path)
{
	struct bpf_object *obj;
	struct bpf_program *prog;
	struct bpf_map *map;
	const char *dot;
	int error;

	libbpf_set_print(read_log);
	obj = bpf_object__open_file(path, NULL);
	if (!obj) {
		fprintf(out, "\"btf\": \"untried\", \"load\": \"%s\", \"maps\": [],\n ",
			error_name(errno));
		fprintf(out, "\"libbpf\": ");
		print_string(out, warnings);
		return;
	}
	bpf_object__for_each_program(prog, obj)
		bpf_program__set_autoload(prog, false);
	bpf_object__for_each_map(map, obj) {
		struct map_report *report = &reports[report_count];

		if (report_count == MAX_MAPS)
			break;
		report_count++;
		report->map = map;
		report->mmap_error = -1;
		report->record = "unknown";
		/* libbpf puts the object's name before ".bss" and the like */
		dot = strchr(bpf_map__name(map), '.');
		snprintf(report->name, sizeof(report->name), "%s",
			 dot && bpf_map__is_internal(map) ? dot : bpf_map__name(map));
		find_fields(report, bpf_object__btf(obj));
	}
	error = -bpf_object__load(obj);
	for (int i = 0; i < report_count && !error; i++)
		inspect(&reports[i]);

	fprintf(out, "\"btf\": \"%s\", \"load\": \"%s\", \"maps\": [",
		bpf_object__btf(obj) ? error_name(btf_error) : "none", error_name(error));
	for (int i = 0; i < report_count; i++) {
		fputs(i ? ",\n   " : "\n   ", out);
		print_map(out, &reports[i]);
	}
	fprintf(out, "],\n \"libbpf\": ");
	print_string(out, warnings);
}
