/*
 * Tries, by system calls of its own and on children of its own, what "dirtyrange doctor" says, and
 * prints a line for each: NAME yes, or NAME no.
 *
 *   claims                      tries all
 *   claims filtered COMMAND...  takes on a filter of system calls that lets all pass, and executes
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define TABLE (512 * PAGE)
#define RING 64UL /* pages: room for what others fault meanwhile */
#define FEATURE_WP_ASYNC (1UL << 15) /* newer than some headers */
#define FEATURE_WP_UNPOPULATED (1UL << 13)
#define SUSPEND_SECCOMP (1 << 21)
#define GUARD_INSTALL 102
#define PAGEOUT 21

enum { WPALLOWED = 1, WRITTEN = 2, FILE_ = 4, PRESENT = 8, SWAPPED = 16, ZERO = 32, HUGE = 64,
       SOFT = 128, GUARD = 256 };

struct scan_argument { /* struct pm_scan_arg of linux/fs.h, newer than some headers */
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
	uint64_t inverted, required, any_of, returned;
};
#define SCAN _IOWR('f', 16, struct scan_argument)

/* A child does one letter after the other on its memory, and answers each with the result. */
struct child {
	int pid, to, from;
};
static char *area, *file;
static int uffd = -1;

static long open_uffd(void)
{
	struct uffdio_api api = {
		.api = UFFD_API, .features = FEATURE_WP_ASYNC | FEATURE_WP_UNPOPULATED,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | 1);

	return fd < 0 || ioctl(fd, UFFDIO_API, &api) ? -1 : fd;
}

static long arm(int fd, unsigned long page)
{
	struct uffdio_range place = { (uintptr_t)area + page * PAGE, PAGE };
	struct uffdio_register r = { .range = place, .mode = UFFDIO_REGISTER_MODE_WP };
	struct uffdio_writeprotect w = { .range = place, .mode = UFFDIO_WRITEPROTECT_MODE_WP };

	return ioctl(fd, UFFDIO_REGISTER, &r) || ioctl(fd, UFFDIO_WRITEPROTECT, &w);
}

static long filter(int refuse)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refuse ? SYS_userfaultfd : 0xffffff, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { 4, code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

static long obey(char order)
{
	char *huge = (char *)(((uintptr_t)area + TABLE - 1) & -TABLE);

	switch (order) {
	case 'w': /* writes its first page */
		++*(volatile char *)area;
		return 0;
	case 'd': /* gives it back */
		return madvise(area, PAGE, MADV_DONTNEED);
	case 'a': /* arms it, with a userfaultfd of its own */
		uffd = open_uffd();
		return uffd < 0 || arm(uffd, 0);
	case 'm': /* arms its second page, which is untouched */
		return arm(uffd, 1);
	case 'z': /* reads its third */
		return *(volatile char *)(area + 2 * PAGE);
	case 'g': /* guards its fourth */
		return madvise(area + 3 * PAGE, PAGE, GUARD_INSTALL);
	case 'o': /* has its first swapped out */
		return madvise(area, PAGE, PAGEOUT);
	case 'h': /* asks for a huge page */
		if (madvise(huge, TABLE, MADV_HUGEPAGE))
			return 1;
		++*(volatile char *)huge;
		return 0;
	case 'l': /* asks for a large folio, where a huge page has no room */
		if (madvise(huge - 256 * PAGE, 250 * PAGE, MADV_HUGEPAGE))
			return 1;
		++*(volatile char *)(huge - 128 * PAGE);
		return 0;
	default: /* 'f': is refused userfaultfd(2) from now on */
		return filter(1);
	}
}

static struct child start(void)
{
	int to[2], from[2];
	struct child child;
	char order, ok;

	if (pipe(to) || pipe(from))
		exit(2);
	child.pid = fork();
	if (child.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(to[1]);
		while (read(to[0], &order, 1) == 1) {
			ok = obey(order) == 0;
			if (write(from[1], &ok, 1) != 1)
				_exit(1);
		}
		_exit(0);
	}
	close(to[0]);
	close(from[1]);
	child.to = to[1];
	child.from = from[0];
	return child;
}

static int tell(struct child *child, char order)
{
	char ok = 0;

	return write(child->to, &order, 1) == 1 && read(child->from, &ok, 1) == 1 && ok;
}

static void end(struct child *child)
{
	kill(child->pid, SIGKILL);
	waitpid(child->pid, 0, 0);
	close(child->to);
	close(child->from);
}

static int open_file(struct child *child, const char *name, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", child->pid, name);
	return open(path, flags);
}

static uint64_t entry(struct child *child, char *at)
{
	int fd = open_file(child, "pagemap", O_RDONLY);
	uint64_t value = 0;

	if (pread(fd, &value, 8, (off_t)((uintptr_t)at / PAGE * 8)) != 8)
		value = 0;
	close(fd);
	return value;
}

static int present(struct child *child, char *at, int pages)
{
	int count = 0;

	for (int i = 0; i < pages; i++)
		count += entry(child, at + i * PAGE) >> 63;
	return count;
}

/* 1 if the page is of the category, 0 if not, -1 if that cannot be asked. */
static int is(struct child *child, char *at, uint64_t category)
{
	uint64_t vec[3];
	struct scan_argument s = {
		.size = sizeof(s), .start = (uintptr_t)at, .end = (uintptr_t)at + PAGE,
		.vec = (uintptr_t)vec, .vec_len = 1, .required = category, .returned = category,
	};
	int fd = open_file(child, "pagemap", O_RDONLY), found = ioctl(fd, SCAN, &s);

	close(fd);
	return found;
}

static int clear(struct child *child)
{
	int fd = open_file(child, "clear_refs", O_WRONLY), ok = write(fd, "4", 1) == 1;

	close(fd);
	return ok;
}

static int perf(int pid, int cpu, int exclude_kernel)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = PERF_ATTR_SIZE_VER3,
		.config = PERF_COUNT_SW_PAGE_FAULTS_MIN, .sample_period = 1,
		.sample_type = PERF_SAMPLE_ADDR, .exclude_kernel = exclude_kernel, .exclude_hv = 1,
	};

	return syscall(SYS_perf_event_open, &attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

/* Whether a write by the child is sampled: of its thread, or of the CPU that it is bound to. */
static int sampled(struct child *child, int whole_cpu, int armed)
{
	int fd = -1, found = 0, cpus = open("/sys/devices/system/cpu/online", O_RDONLY);
	int stat = open_file(child, "stat", O_RDONLY);
	struct perf_event_mmap_page *ring;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(child->pid, sizeof(one), &one);
	fd = perf(whole_cpu ? -1 : child->pid, 0, 0);
	if (fd < 0 && !whole_cpu)
		fd = perf(child->pid, 0, 1);
	ring = mmap(0, (RING + 1) * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd < 0 || ring == MAP_FAILED || stat < 0 || cpus < 0)
		goto out;
	if (!armed)
		tell(child, 'd');
	tell(child, 'w');
	for (uint64_t at = 0; at < ring->data_head; at += 16) /* a header and an address */
		found |= *(uint64_t *)((char *)ring + PAGE + at % (RING * PAGE) + 8) / PAGE ==
			 (uintptr_t)area / PAGE;
out:
	if (ring != MAP_FAILED)
		munmap(ring, (RING + 1) * PAGE);
	close(fd);
	close(cpus);
	close(stat);
	return found;
}

/* A place where a stopped child can be made to do a system call. */
void gadget(void);
__asm__(".text\n.globl gadget\ngadget:\n\tsyscall\n\tnop\n");

static int armed_by_ptrace(struct child *child, long options)
{
	struct user_regs_struct old, now;
	int pidfd, fd = -1, stopped;
	struct uffdio_api api = { .api = UFFD_API, .features = FEATURE_WP_ASYNC };

	tell(child, 'w');
	if (ptrace(PTRACE_SEIZE, child->pid, 0, options))
		return 0;
	ptrace(PTRACE_INTERRUPT, child->pid, 0, 0);
	waitpid(child->pid, &stopped, __WALL);
	ptrace(PTRACE_GETREGS, child->pid, 0, &old);
	now = old;
	now.rip = (uintptr_t)gadget;
	now.rax = SYS_userfaultfd;
	now.orig_rax = -1;
	now.rdi = O_CLOEXEC | O_NONBLOCK | 1;
	ptrace(PTRACE_SETREGS, child->pid, 0, &now);
	ptrace(PTRACE_SINGLESTEP, child->pid, 0, 0);
	waitpid(child->pid, &stopped, __WALL);
	ptrace(PTRACE_GETREGS, child->pid, 0, &now);
	pidfd = syscall(SYS_pidfd_open, child->pid, 0);
	if ((long)now.rax >= 0)
		fd = syscall(SYS_pidfd_getfd, pidfd, now.rax, 0);
	ptrace(PTRACE_SETREGS, child->pid, 0, &old);
	ptrace(PTRACE_DETACH, child->pid, 0, 0);
	close(pidfd);
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || arm(fd, 0) || is(child, area, WRITTEN))
		return 0;
	tell(child, 'w');
	return is(child, area, WRITTEN) == 1;
}

static int loads_bpf(void)
{
	uint64_t text[] = { 0xb7, 0x95 };
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_PERF_EVENT;
	attr.insn_cnt = 2;
	attr.insns = (uintptr_t)text;
	attr.license = (uintptr_t)"x";
	return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, 48) >= 0;
}

/*
 * A program at a function: of a number that stands for none the kernel says EINVAL, once it has
 * found that such a program is allowed at all.
 */
static int may_hook(void)
{
	uint64_t text[] = { 0xb7, 0x95 };
	union bpf_attr attr;

	if (access("/sys/kernel/btf/vmlinux", R_OK))
		return 0;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_TRACING;
	attr.expected_attach_type = BPF_TRACE_FEXIT;
	attr.attach_btf_id = 1;
	attr.insn_cnt = 2;
	attr.insns = (uintptr_t)text;
	attr.license = (uintptr_t)"GPL";
	return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)) < 0 && errno == EINVAL;
}

static void say(const char *name, int yes)
{
	printf("%s %s\n", name, yes ? "yes" : "no");
}

/* That the kernel keeps a queue, and lets this process look at another one of its own. */
static int keeps_queue(const struct child *a)
{
	int fd = open_file(a, "pagemap_queue", O_RDONLY);

	return fd >= 0 && close(fd) == 0;
}

static void try_all(void)
{
	struct child a = start(), b = start(), c = start(), d = start();
	char byte, *huge = (char *)(((uintptr_t)area + TABLE - 1) & -TABLE);
	struct iovec mine = { &byte, 1 }, its = { area, 1 };
	int soft, wp, maps = open_file(&a, "maps", O_RDONLY);

	tell(&a, 'w');
	soft = clear(&a) && !(entry(&a, area) >> 55 & 1) && tell(&a, 'w') &&
	       (entry(&a, area) >> 55 & 1);
	say("softDirty", soft);
	say("pagemapScan", is(&a, area, PRESENT) == 1);
	say("pagemapScan.PRESENT", is(&a, area, PRESENT) == 1 && !is(&a, area + 9 * PAGE, PRESENT));
	say("pagemapScan.FILE", is(&a, file, FILE_) == 1 && !is(&a, area, FILE_));
	say("pagemapScan.SOFT_DIRTY", soft && is(&a, area, SOFT) == 1);
	tell(&a, 'z');
	say("pagemapScan.PFNZERO", is(&a, area + 2 * PAGE, ZERO) == 1 && !is(&a, area, ZERO));
	tell(&a, 'g');
	say("pagemapScan.GUARD", is(&a, area + 3 * PAGE, GUARD) == 1 && !is(&a, area, GUARD));
	say("readMemory", maps >= 0 && process_vm_readv(a.pid, &mine, 1, &its, 1, 0) == 1);
	say("frameNumbers", (entry(&a, area) & ((1UL << 55) - 1)) != 0);
	say("kernelQueue", keeps_queue(&a));
	say("bpfHooks", may_hook());
	say("faultSamples", sampled(&a, 0, 0));
	say("cpuSamples", sampled(&a, 1, 0));
	tell(&a, 'o');
	say("swap", entry(&a, area) >> 62 & 1);
	tell(&a, 'w');
	wp = tell(&a, 'a') && is(&a, area, WRITTEN) == 0;
	say("pagemapScan.WPALLOWED", wp && is(&a, area, WPALLOWED) == 1 &&
					     !is(&a, area + 2 * PAGE, WPALLOWED));
	say("pagemapScan.SWAPPED", tell(&a, 'm') && is(&a, area + PAGE, SWAPPED) == 1 &&
					   !is(&a, area, SWAPPED));
	say("changeQueue", wp && sampled(&a, 0, 1) && is(&a, area, WRITTEN) == 1);
	tell(&a, 'w');
	wp = wp && is(&a, area, WRITTEN) == 1;
	say("uffdWpAsync", wp);
	say("pagemapScan.WRITTEN", wp);
	tell(&b, 'l');
	say("largeFolios", present(&b, huge - 256 * PAGE, 250) > 1);
	tell(&b, 'h');
	say("transparentHugePages", present(&b, huge, 512) == 512);
	say("pagemapScan.HUGE", is(&b, huge, HUGE) == 1);
	/* No call is run in another process that a filter could answer with a kill. */
	say("armProcess", armed_by_ptrace(&c, prctl(PR_GET_SECCOMP) ? SUSPEND_SECCOMP : 0));
	tell(&d, 'f');
	say("suspendSeccomp", armed_by_ptrace(&d, SUSPEND_SECCOMP));
	say("bpf", loads_bpf());
	end(&a);
	end(&b);
	end(&c);
	end(&d);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, 0, _IONBF, 0);
	if (argc > 2 && !strcmp(argv[1], "filtered")) {
		if (filter(0))
			return 3;
		execvp(argv[2], argv + 2);
		return 4;
	}
	area = mmap(0, 8 * TABLE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) + TABLE;
	madvise(area - TABLE, 8 * TABLE, MADV_NOHUGEPAGE);
	file = (char *)((uintptr_t)main & -PAGE);
	try_all();
	return 0;
}
