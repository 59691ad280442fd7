/*
 * The least that tracking by write-protection can cost a process: arms everything that a tracker
 * would arm, then does one PAGEMAP_SCAN with WP_MATCHING over all of user space each interval, and
 * nothing else. What a process slows down under it, it slows down under any such tracker.
 *
 *   floor PID INTERVAL_MS ROUNDS
 *
 * Prints, at the end: rounds, pages found, and the nanoseconds of a scan. Files on a disk and memory
 * of hugetlbfs are left alone, as a tracker leaves them. It is a tool for measuring on programs of
 * one's own: killed in the 50 us in which it runs a call inside the process, it takes that process
 * along.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi.h"

#define MAX_REGIONS 65536
#define END_OF_USER_SPACE 0x7ffffffff000UL
#define USER_MODE_ONLY 1
#define ERESTARTNOHAND 514

static struct region regions[MAX_REGIONS];

/* Waits for the stop of a system call's entry or exit; no signal is expected. */
static void to_next_stop(int pid)
{
	int status;

	if (ptrace(PTRACE_SYSCALL, pid, 0, 0) || waitpid(pid, &status, __WALL) < 0)
		die("PTRACE_SYSCALL");
	if (!WIFSTOPPED(status) || WSTOPSIG(status) != (SIGTRAP | 0x80)) {
		fprintf(stderr, "floor: stopped for something else: %x\n", status);
		exit(1);
	}
}

static uint64_t run_inside(int pid, const struct user_regs_struct *old, uint64_t ip, long number,
			   uint64_t argument)
{
	struct user_regs_struct regs = *old;

	regs.rip = ip;
	regs.rax = number;
	regs.orig_rax = -1;
	regs.rdi = argument;
	ptrace(PTRACE_SETREGS, pid, 0, &regs);
	to_next_stop(pid);
	to_next_stop(pid);
	ptrace(PTRACE_GETREGS, pid, 0, &regs);
	return regs.rax;
}

/* The address of a `syscall` instruction in the vdso. */
static uint64_t syscall_instruction(int pid)
{
	static unsigned char text[1 << 16];
	char path[64], line[512];
	uint64_t start = 0, end = 0;
	FILE *maps;
	int mem;

	snprintf(path, sizeof path, "/proc/%d/maps", pid);
	maps = fopen(path, "r");
	while (maps && fgets(line, sizeof line, maps))
		if (strstr(line, "[vdso]"))
			sscanf(line, "%lx-%lx", &start, &end);
	fclose(maps);
	snprintf(path, sizeof path, "/proc/%d/mem", pid);
	mem = open(path, O_RDONLY | O_CLOEXEC);
	if (pread(mem, text, end - start, start) != (ssize_t)(end - start))
		die("reading [vdso]");
	close(mem);
	for (uint64_t i = 0; i + 1 < end - start; i++)
		if (text[i] == 0x0f && text[i + 1] == 0x05)
			return start + i;
	fprintf(stderr, "floor: no syscall instruction\n");
	exit(1);
}

static int take_userfaultfd(int pid)
{
	uint64_t ip = syscall_instruction(pid);
	int pidfd = syscall(SYS_pidfd_open, pid, 0), status, fd;
	struct user_regs_struct old, back;
	uint64_t remote;

	if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD) || ptrace(PTRACE_INTERRUPT, pid, 0, 0))
		die("PTRACE_SEIZE");
	waitpid(pid, &status, __WALL);
	ptrace(PTRACE_GETREGS, pid, 0, &old);
	remote = run_inside(pid, &old, ip, SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);
	fd = syscall(SYS_pidfd_getfd, pidfd, (int)remote, 0);
	run_inside(pid, &old, ip, SYS_close, remote);
	back = old;
	/* What does not restart by itself (epoll_wait and its like) begins anew. */
	if (back.rax == (uint64_t)-EINTR && (long)back.orig_rax >= 0)
		back.rax = -ERESTARTNOHAND;
	ptrace(PTRACE_SETREGS, pid, 0, &back);
	ptrace(PTRACE_DETACH, pid, 0, 0);
	if (fd < 0)
		die("pidfd_getfd");
	close(pidfd);
	return fd;
}

static int is_left_alone(const char *line)
{
	const char *path = strchr(line, '/');

	return path && strncmp(path, "/memfd:", 7) && strncmp(path, "/dev/zero", 9) &&
	       strncmp(path, "/dev/shm/", 9) && strncmp(path, "/SYSV", 5);
}

/* Registers what is not registered yet, in runs as long as can be. */
static void register_all(int pid, int uffd)
{
	char path[64], line[512], permissions[8];
	uint64_t start, end, from = 0, to = 0;
	FILE *maps;

	snprintf(path, sizeof path, "/proc/%d/maps", pid);
	maps = fopen(path, "r");
	while (maps) {
		char *more = fgets(line, sizeof line, maps);

		if (more && (sscanf(line, "%lx-%lx %7s", &start, &end, permissions) != 3 ||
			     is_left_alone(line) || strstr(line, "[v")))
			continue;
		if (more && start == to) {
			to = end;
			continue;
		}
		if (to) {
			struct uffdio_register r = {
				.range = {from, to - from},
				.mode = UFFDIO_REGISTER_MODE_WP,
			};
			ioctl(uffd, UFFDIO_REGISTER, &r);
		}
		if (!more)
			break;
		from = start;
		to = end;
	}
	if (maps)
		fclose(maps);
}

static uint64_t scan(int pagemap)
{
	struct scan_arg a = {
		.size = sizeof a,
		.flags = SCAN_WP_MATCHING,
		.end = END_OF_USER_SPACE,
		.vec = (uintptr_t)regions,
		.vec_len = MAX_REGIONS,
		.category_mask = IS_WRITTEN,
		.return_mask = IS_WRITTEN,
	};
	uint64_t found = 0;

	while (a.start < a.end) {
		int n = ioctl(pagemap, SCAN_IOCTL, &a);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			die("PAGEMAP_SCAN");
		}
		for (int i = 0; i < n; i++)
			found += (regions[i].end - regions[i].start) / PAGE;
		a.start = a.walk_end;
	}
	return found;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: floor PID INTERVAL_MS ROUNDS\n");
		return 2;
	}
	int pid = atoi(argv[1]), rounds = atoi(argv[3]);
	uint64_t interval = strtoul(argv[2], 0, 10) * 1000000UL, found = 0, spent = 0;
	struct uffdio_api api = {
		.api = UFFD_API,
		.features = FEATURE_WP_ASYNC | FEATURE_WP_UNPOPULATED | FEATURE_WP_HUGETLBFS_SHMEM,
	};
	char path[64];
	int uffd, pagemap;

	snprintf(path, sizeof path, "/proc/%d/pagemap", pid);
	pagemap = open(path, O_RDONLY | O_CLOEXEC);
	uffd = take_userfaultfd(pid);
	if (ioctl(uffd, UFFDIO_API, &api))
		die("UFFDIO_API");
	register_all(pid, uffd);
	scan(pagemap);
	uint64_t due = nanos() + interval;

	for (int i = 0; i < rounds; i++, due += interval) {
		uint64_t now = nanos();

		if (now < due)
			usleep((due - now) / 1000);
		register_all(pid, uffd);
		now = nanos();
		found += scan(pagemap);
		spent += nanos() - now;
	}
	printf("%d rounds, %lu pages a round, %lu ns a scan\n", rounds, found / rounds, spent / rounds);
	return 0;
}
