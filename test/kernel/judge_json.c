/* judge_json.c - errno names and JSON strings of bpf-judge.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#define _GNU_SOURCE
#include "judge.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *error_name(int error)
{
	const char *name;

	if (error == 0)
		return "ok";
	if (error == KERNEL_ENOTSUPP)
		return "ENOTSUPP";
	if (error == EOPNOTSUPP)	/* glibc may know it as ENOTSUP */
		return "EOPNOTSUPP";
	name = strerrorname_np(error);
	return name ? name : "EUNKNOWN";
}

int error_in_message(const char *text)
{
	int found = 0;

	/* The last one counts: a map's name may look like a number, too. */
	for (const char *p = text; (p = strchr(p, '-')); p++) {
		if (isdigit((unsigned char)p[1])) {
			found = atoi(p + 1);
		} else if (p[1] == 'E') {
			/* libbpf 1.6 and later print names */
			for (int error = 1; error <= KERNEL_ENOTSUPP; error++) {
				const char *name = error_name(error);
				size_t length = strlen(name);

				if (!strncmp(p + 1, name, length) &&
				    !isupper((unsigned char)p[1 + length]))
					found = error;
			}
		}
	}
	return found;
}

void print_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p == '"' || *p == '\\')
			fprintf(out, "\\%c", *p);
		else if (*p == '\n')
			fputs("\\n", out);
		else if (*p == '\t')
			fputs("\\t", out);
		else if (*p < 0x20 || *p > 0x7e)
			fputc('?', out);
		else
			fputc(*p, out);
	}
	fputc('"', out);
}
