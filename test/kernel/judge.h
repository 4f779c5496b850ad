/* judge.h - what the parts of bpf-judge share.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#ifndef BPF_JUDGE_H
#define BPF_JUDGE_H

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The kernel's ENOTSUPP is not part of the user-space errno list. */
#define KERNEL_ENOTSUPP 524

enum {
	MAX_MAPS = 64,
	MAX_FIELDS = 96,
	MAX_TAGS = 4,
	PATH_SIZE = 256,
	NOTE_SIZE = 160,
	LOG_SIZE = 4 << 20,	/* what the verifier may write */
	LOG_KEPT = 64 << 10,	/* how much of its end is printed */
};

/* A member of a map value that the tests care about. */
struct field {
	char path[PATH_SIZE];		/* "p", "a.p", "arr[1]", "var.a.p" */
	unsigned int offset;
	const char *tags[MAX_TAGS];	/* type tags on the pointer, outermost first */
	int tag_count;
	const char *special;		/* "bpf_spin_lock", ... or NULL for a pointer */
	const char *class;		/* see classify_field() and see_special() */
	char note[NOTE_SIZE];		/* why the field could not be probed */
};

/* A map of the object before it is loaded, and what became of it. */
struct map_report {
	struct bpf_map *map;
	char name[64];
	struct field fields[MAX_FIELDS];
	int field_count;
	bool truncated;			/* more fields than MAX_FIELDS */
	int first_error;		/* of the first BPF_MAP_CREATE, 0 if it succeeded */
	bool tried, created, retried, stripped;
	const char *record;		/* "valid", "none", "unknown" */
	int mmap_error;			/* of mmap(2); -1 if the map is not mmapable */
};

/* judge_json.c */

/* Name of a positive errno, "ok" for 0; the kernel's 524 is "ENOTSUPP". */
const char *error_name(int error);
/* Positive errno that a libbpf message ends in: "(-22)", ": -22." or "-EINVAL". */
int error_in_message(const char *text);
/* Prints TEXT as a JSON string, quotes included; bytes that are no ASCII become '?'. */
void print_string(FILE *out, const char *text);

/* judge_fields.c */

/* Fills REPORT->fields from the BTF of the map's value type. */
void find_fields(struct map_report *report, const struct btf *btf);

/* judge_probe.c */

/* Asks the verifier what FIELD of MAP is; sets class and, if there is none, note. */
void classify_field(const struct bpf_map *map, struct field *field);

/* Asks the verifier whether it knows the special struct FIELD of MAP: sets class to
 * "seen", "plain" or "unprobed". */
void see_special(const struct bpf_map *map, struct field *field);

/* judge_maps.c */

/* Loads the object at PATH without its programs; prints the members btf, load, maps. */
void judge_maps(FILE *out, const char *path);

/* judge_programs.c */

/* Prints the kfuncs that the object at PATH uses and vmlinux BTF lacks, as a JSON list. */
void print_missing_kfuncs(FILE *out, const char *path);
/* Loads the object at PATH with program NAME alone; prints verdict, stage and log. */
void judge_program(FILE *out, const char *path, const char *name);
/* Prints the declaration tags of the program's function, as a JSON list. */
void print_program_tags(FILE *out, const struct btf *btf, const char *name);

#endif
