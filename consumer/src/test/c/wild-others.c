/* What is written to wild.c's memory by others than its own stores: the kernel, children, its files, its userfaultfd. */
#define _GNU_SOURCE
#include "wild-ops.h"
#include <sys/stat.h>
#include <sys/wait.h>

static int child_of_fork(void)
{
	int pid = fork();

	if (pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

/* read(2) into the page: a fault that the kernel takes for the process. */
void kernel_reads(void)
{
	struct part part = some_part();

	if (!part.slot)
		return;
	logged("store", at(part), 1);
	syscall(SYS_getrandom, at(part) + below(500) * 8, 8, 0);
}

/* Both write while the child lives: each gets pages of its own. */
void forks(void)
{
	struct part part = some_part();
	int pid;

	if (!part.slot)
		return;
	if (part.slot->kind == MEMFD || part.slot->kind == DISK)
		logged("other-process", at(part), part.pages);
	pid = child_of_fork();
	if (pid == 0) {
		for (uint64_t page = 0; page < part.pages; page++)
			poke(at(part) + page * PAGE, 1);
		_exit(0);
	}
	logged("store", at(part), 1);
	poke(at(part), new_stamp());
	waitpid(pid, 0, 0);
}

static struct part shared_part;

static int store_to_shared(void *unused)
{
	poke(at(shared_part), new_stamp());
	return 0;
}

/* A child that shares the memory, as vfork's does. */
void stores_by_vm_child(void)
{
	static char stack[1 << 14] __attribute__((aligned(16)));
	int pid;

	shared_part = some_part();
	if (!shared_part.slot)
		return;
	shared_part.pages = 1;
	logged_block("vm-child", shared_part);
	logged("vm-child", stack, sizeof(stack) / PAGE + 1);
	pid = clone(store_to_shared, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD, 0);
	if (pid > 0)
		waitpid(pid, 0, 0);
}

static void process_vm_write(int pid, char *place)
{
	uint64_t value = new_stamp();
	struct iovec local = { &value, 8 }, remote = { place, 8 };

	process_vm_writev(pid, &local, 1, &remote, 1, 0);
}

void gup_writes(void)
{
	struct part part = some_part();
	int pid, self = getpid();

	if (!part.slot)
		return;
	part.pages = 1;
	if (below(2)) {
		logged_block("own-gup-write", part);
		process_vm_write(self, at(part) + below(512) * 8);
		return;
	}
	logged_block("gup-write", part);
	pid = child_of_fork();
	if (pid == 0) {
		process_vm_write(self, at(part) + below(512) * 8);
		_exit(0);
	}
	waitpid(pid, 0, 0);
}

void mem_writes(void)
{
	struct part part = some_part();
	uint64_t value = new_stamp();
	int fd;

	if (!part.slot)
		return;
	part.pages = 1;
	logged_block("mem-write", part);
	fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return;
	if (pwrite(fd, &value, 8, (uintptr_t)at(part)) < 0)
		logged("refused", at(part), 0);
	close(fd);
}

void direct_reads(void)
{
	struct part part = some_part();

	if (!part.slot || direct_fd < 0)
		return;
	part.pages = 1;
	logged_block("direct-read", part);
	if (pread(direct_fd, at(part), PAGE, below(16) * PAGE) < 0)
		logged("refused", at(part), 0);
}

/* Adds 1 to the word. */
void futex_operates(void)
{
	struct part part = some_part();
	static uint32_t word;

	if (!part.slot)
		return;
	part.pages = 1;
	logged_block("futex-op", part);
	syscall(SYS_futex, &word, FUTEX_WAKE_OP, 1, 1, at(part),
		FUTEX_OP(FUTEX_OP_ADD, 1, FUTEX_OP_CMP_EQ, 0));
}

void userfaultfd_copies(void)
{
	static uint64_t page[PAGE / 8] __attribute__((aligned(4096)));
	struct part part = some_part();
	struct uffdio_copy copy = { .src = (uintptr_t)page, .len = PAGE };

	if (!part.slot || userfaultfd_fd < 0)
		return;
	part.pages = 1;
	page[below(512)] = new_stamp();
	copy.dst = (uintptr_t)at(part);
	copy.mode = below(2) ? UFFDIO_COPY_MODE_WP : 0;
	logged_block(copy.mode ? "uffd-copy-armed" : "uffd-copy", part);
	ioctl(userfaultfd_fd, UFFDIO_COPY, &copy);
}

void unprotects(void)
{
	struct part part = some_part();
	struct uffdio_writeprotect write = { { 0, part.pages * PAGE }, 0 };

	if (!part.slot || userfaultfd_fd < 0)
		return;
	write.range.start = (uintptr_t)at(part);
	logged_block("unprotect", part);
	ioctl(userfaultfd_fd, UFFDIO_WRITEPROTECT, &write);
}

void unregisters(void)
{
	struct part part = some_part();
	struct uffdio_range range = { 0, part.pages * PAGE };

	if (!part.slot || userfaultfd_fd < 0)
		return;
	range.start = (uintptr_t)at(part);
	logged_block("unregister", part);
	ioctl(userfaultfd_fd, UFFDIO_UNREGISTER, &range);
}

void closes_userfaultfd(void)
{
	if (userfaultfd_fd < 0)
		return;
	close(userfaultfd_fd);
	userfaultfd_fd = -1;
	fds--;
	logged("close-uffd", 0, 0);
}

static struct part some_file_part(void)
{
	struct part part = some_part();

	if (part.slot && part.slot->fd < 0)
		part.slot = 0;
	return part;
}

void file_write(int fd, uint64_t page, uint64_t value)
{
	if (pwrite(fd, &value, 8, page * PAGE + below(512) * 8) < 0)
		_exit(7);
}

void file_writes(void)
{
	struct part part = some_file_part();
	struct stat file;

	if (!part.slot || fstat(part.slot->fd, &file))
		return;
	if ((uint64_t)file.st_size <= part.first * PAGE) /* a truncated file grows again */
		logged("file-write", start_of(part.slot), SLOT_PAGES);
	logged("file-write", at(part), 1);
	file_write(part.slot->fd, part.first, new_stamp());
}

/* Now and then not whole pages. */
void punches(void)
{
	struct part part = some_file_part();
	off_t cut = below(3) ? 0 : below(4096);

	if (!part.slot)
		return;
	logged("punch", at(part), part.pages + 1);
	fallocate(part.slot->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, part.first * PAGE + cut,
		  part.pages * PAGE);
}

/* Mostly grown again at once. */
void truncates(void)
{
	struct part part = some_file_part();
	off_t cut = below(3) ? 0 : below(4096);

	if (!part.slot)
		return;
	logged("truncate", start_of(part.slot), SLOT_PAGES); /* what it grows again was before it */
	if (ftruncate(part.slot->fd, part.first * PAGE + cut) || (below(4) && ftruncate(part.slot->fd, SLOT_BYTES)))
		logged("refused", at(part), 0);
}
