/* judge_fields.c - the pointers and special fields of a map value, from its BTF.
 *
 * The walk looks everywhere, also where the kernel does not (unions, typedefs,
 * const members): the tests want to know what the kernel makes of such places.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#include "judge.h"

#include <linux/btf.h>
#include <string.h>

enum { MAX_DEPTH = 40, MAX_ELEMENTS = 64 };

/* Kernel structs that mean something in a map value of their own accord. List
 * and tree nodes are left out: the kernel looks for them in objects only. */
static const char *const special_structs[] = {
	"bpf_spin_lock", "bpf_res_spin_lock", "bpf_timer",   "bpf_wq",
	"bpf_task_work", "bpf_list_head",     "bpf_rb_root", "bpf_refcount",
};

static const char *special_name(const char *name)
{
	for (size_t i = 0; i < sizeof(special_structs) / sizeof(*special_structs); i++)
		if (!strcmp(name, special_structs[i]))
			return special_structs[i];
	return NULL;
}

static struct field *add_field(struct map_report *report, const char *path, unsigned int offset)
{
	struct field *field;

	if (report->field_count == MAX_FIELDS) {
		report->truncated = true;
		return NULL;
	}
	field = &report->fields[report->field_count++];
	memset(field, 0, sizeof(*field));
	snprintf(field->path, sizeof(field->path), "%s", path);
	field->offset = offset;
	return field;
}

static void add_pointer(struct map_report *report, const struct btf *btf,
			const struct btf_type *pointer, const char *path, unsigned int offset)
{
	struct field *field = add_field(report, path, offset);
	const struct btf_type *t = btf__type_by_id(btf, pointer->type);

	if (!field)
		return;
	for (; t && btf_kind(t) == BTF_KIND_TYPE_TAG; t = btf__type_by_id(btf, t->type))
		if (field->tag_count < MAX_TAGS)
			field->tags[field->tag_count++] = btf__name_by_offset(btf, t->name_off);
}

static void walk(struct map_report *report, const struct btf *btf, __u32 id, const char *path,
		 unsigned int offset, int depth);

static void walk_members(struct map_report *report, const struct btf *btf,
			 const struct btf_type *t, const char *path, unsigned int offset, int depth)
{
	const struct btf_member *member = btf_members(t);

	for (int i = 0; i < btf_vlen(t); i++, member++) {
		const char *name = btf__name_by_offset(btf, member->name_off);
		char inner[PATH_SIZE];

		if (btf_member_bitfield_size(t, i) || btf_member_bit_offset(t, i) % 8)
			continue;
		/* members of an anonymous struct or union are named as in C */
		snprintf(inner, sizeof(inner), "%s%s%s", path, *path && *name ? "." : "", name);
		walk(report, btf, member->type, inner, offset + btf_member_bit_offset(t, i) / 8,
		     depth + 1);
	}
}

static void walk_elements(struct map_report *report, const struct btf *btf,
			  const struct btf_type *t, const char *path, unsigned int offset,
			  int depth)
{
	const struct btf_array *array = btf_array(t);
	__s64 size = btf__resolve_size(btf, array->type);

	for (__u32 i = 0; size > 0 && i < array->nelems && i < MAX_ELEMENTS; i++) {
		char inner[PATH_SIZE];

		snprintf(inner, sizeof(inner), "%s[%u]", path, i);
		walk(report, btf, array->type, inner, offset + i * size, depth + 1);
	}
}

static void walk(struct map_report *report, const struct btf *btf, __u32 id, const char *path,
		 unsigned int offset, int depth)
{
	const struct btf_type *t = btf__type_by_id(btf, id);
	const char *special;
	struct field *field;

	while (t && (btf_is_mod(t) || btf_is_typedef(t) || btf_kind(t) == BTF_KIND_TYPE_TAG))
		t = btf__type_by_id(btf, t->type);
	if (!t || depth > MAX_DEPTH || report->truncated)
		return;
	switch (btf_kind(t)) {
	case BTF_KIND_PTR:
		add_pointer(report, btf, t, path, offset);
		break;
	case BTF_KIND_ARRAY:
		walk_elements(report, btf, t, path, offset, depth);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		special = special_name(btf__name_by_offset(btf, t->name_off));
		if (!special) {
			walk_members(report, btf, t, path, offset, depth);
			break;
		}
		field = add_field(report, path, offset);
		if (field)
			field->special = special;
		break;
	default:
		break;
	}
}

void find_fields(struct map_report *report, const struct btf *btf)
{
	__u32 id = btf ? bpf_map__btf_value_type_id(report->map) : 0;
	const struct btf_type *t = id ? btf__type_by_id(btf, id) : NULL;

	if (!t)
		return;
	if (btf_kind(t) == BTF_KIND_DATASEC) {
		const struct btf_var_secinfo *info = btf_var_secinfos(t);

		for (int i = 0; i < btf_vlen(t); i++, info++) {
			const struct btf_type *var = btf__type_by_id(btf, info->type);

			if (var && btf_is_var(var))
				walk(report, btf, var->type,
				     btf__name_by_offset(btf, var->name_off), info->offset, 0);
		}
		return;
	}
	walk(report, btf, id, "", 0, 0);
}
