/* judge.c - bpf-judge: what the running kernel makes of a BPF object.
 *
 *   bpf-judge [--json] [--timeout SECONDS] OBJECT
 *
 * Loads the object, attaches nothing, and prints one JSON document: the errno of
 * the BTF load and of each first map creation, the class of each pointer field of
 * a map value, and the verdict of each program loaded alone. Each load happens in
 * a child with a time limit, so that a loader that the kernel kills costs one
 * verdict. Exit code 0 if a verdict was printed, 3 if bpf(2) is not available,
 * 2 for a wrong command line.
 *
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#define _GNU_SOURCE
#include "judge.h"

#include <errno.h>
#include <linux/bpf.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

static int time_limit = 20;

/* What a child is to do: judge the maps, or one program. */
struct task {
	const char *path;
	const char *program;	/* NULL: the maps */
};

static int silent(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

static long long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static _Noreturn void work(const struct task *task, int fd)
{
	FILE *out = fdopen(fd, "w");

	if (!out)
		_exit(1);
	if (task->program)
		judge_program(out, task->path, task->program);
	else
		judge_maps(out, task->path);
	_exit(fclose(out) ? 1 : 0);
}

/* Reads FD to its end into *TEXT; false if the time is over. */
static bool read_all(int fd, char **text)
{
	long long deadline = milliseconds() + time_limit * 1000LL;
	size_t size = 0, room = 1 << 16;
	char *buffer = malloc(room);

	for (;;) {
		struct pollfd poller = { .fd = fd, .events = POLLIN };
		long long left = deadline - milliseconds();
		ssize_t count;

		if (!buffer || left <= 0 || poll(&poller, 1, (int)left) <= 0) {
			free(buffer);
			return false;
		}
		if (room - size < 4096)
			buffer = realloc(buffer, room *= 2);
		if (!buffer)
			return false;
		count = read(fd, buffer + size, room - size - 1);
		if (count <= 0)
			break;
		size += count;
	}
	buffer[size] = '\0';
	*text = buffer;
	return true;
}

/* Runs TASK in a child; prints what it printed, or how it ended. */
static void run(const struct task *task)
{
	const char *end = NULL;
	char *text = NULL;
	int ends[2], status = 0;
	pid_t pid;

	fflush(stdout);
	if (pipe(ends) || (pid = fork()) < 0) {
		perror("bpf-judge");
		exit(1);
	}
	if (pid == 0) {
		close(ends[0]);
		work(task, ends[1]);
	}
	close(ends[1]);
	if (!read_all(ends[0], &text)) {
		kill(pid, SIGKILL);
		end = "timeout";
	}
	close(ends[0]);
	/* A child that the kernel cannot stop must not hold up the verdict. */
	for (int i = 0; waitpid(pid, &status, WNOHANG) == 0 && i < 100; i++)
		usleep(20000);
	if (!end && (!WIFEXITED(status) || WEXITSTATUS(status)))
		end = "killed";
	if (!end)
		fputs(text, stdout);
	else if (task->program)
		printf("\"verdict\": \"%s\", \"stage\": \"\", \"log\": \"\"", end);
	else
		printf("\"btf\": \"unknown\", \"load\": \"%s\", \"maps\": [], \"libbpf\": \"\"",
		       end);
	free(text);
}

/* Why no verdict can be had here, or NULL. */
static const char *unavailable(void)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "judge", 4, 8, 1, NULL);
	int error = errno;

	if (fd >= 0) {
		close(fd);
		/* libbpf relocates kfuncs against it */
		if (access(KERNEL_BTF, R_OK))
			return "the kernel's types cannot be read here (" KERNEL_BTF ")";
		return NULL;
	}
	if (error == ENOSYS)
		return "this kernel has no bpf(2)";
	if (error == EPERM || error == EACCES)
		return "bpf(2) is not permitted here (CAP_BPF and CAP_PERFMON, or root, are needed)";
	return "bpf(2) cannot create a map here";
}

static void print_programs(const char *path, struct bpf_object *obj)
{
	struct bpf_program *prog;
	const char *separator = "\n  ";

	printf(",\n \"missing_kfuncs\": ");
	print_missing_kfuncs(stdout, path);
	printf(",\n \"programs\": [");
	bpf_object__for_each_program(prog, obj) {
		struct task task = { path, bpf_program__name(prog) };

		/* a function that no program calls is none itself */
		if (!strcmp(bpf_program__section_name(prog), ".text"))
			continue;
		printf("%s{\"name\": ", separator);
		print_string(stdout, task.program);
		printf(", \"section\": ");
		print_string(stdout, bpf_program__section_name(prog));
		printf(", \"tags\": ");
		print_program_tags(stdout, bpf_object__btf(obj), task.program);
		printf(", ");
		run(&task);
		printf("}");
		separator = ",\n  ";
	}
	printf("]");
}

int main(int argc, char **argv)
{
	struct task maps = { 0 };
	struct bpf_object *obj;
	struct utsname host;
	const char *reason;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--timeout") && i + 1 < argc)
			time_limit = atoi(argv[++i]);
		else if (argv[i][0] != '-' && !maps.path)
			maps.path = argv[i];
		else if (strcmp(argv[i], "--json"))	/* the only format there is */
			maps.path = NULL, i = argc;
	}
	if (!maps.path || time_limit <= 0 || access(maps.path, R_OK)) {
		fprintf(stderr, "usage: bpf-judge [--json] [--timeout SECONDS] OBJECT\n");
		return 2;
	}
	libbpf_set_print(silent);
	reason = unavailable();
	if (reason) {
		printf("{\"skipped\": \"%s\"}\n", reason);
		return 3;
	}
	uname(&host);
	printf("{\"version\": 1, \"kernel\": \"%s\",\n ", host.release);
	run(&maps);
	obj = bpf_object__open_file(maps.path, NULL);
	if (obj)
		print_programs(maps.path, obj);
	else
		printf(",\n \"missing_kfuncs\": [], \"programs\": []");
	printf("}\n");
	bpf_object__close(obj);
	return 0;
}
