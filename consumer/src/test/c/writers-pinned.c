/* Writes that go past the page table: the kernel has looked up the page before, and holds it (it is pinned). */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include "writers.h"

#define PAGE 4096UL
#define SOURCE_PAGES 16

static int ring = -1, source = -1;
static struct io_uring_params setup;

/* A file without a name whose pages all differ: in memory, or on the disk, opened with such flags. */
static int new_source(int on_disk, int flags)
{
	static char content[SOURCE_PAGES * PAGE] __attribute__((aligned(4096)));
	int fd = on_disk ? open(".", O_TMPFILE | O_RDWR | O_CLOEXEC | flags, 0600) : memfd_create("source", MFD_CLOEXEC);

	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = 1 + i / PAGE;
	return fd < 0 || write(fd, content, sizeof(content)) != (ssize_t)sizeof(content) ? -1 : fd;
}

/* The page becomes a buffer of an io_uring: looked up and held now, until the process ends. */
long pin(uint32_t *word)
{
	struct iovec page = { word, PAGE };

	source = new_source(0, 0);
	ring = syscall(SYS_io_uring_setup, 1, &setup);
	if (source < 0 || ring < 0)
		return 1;
	return syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &page, 1);
}

/* The buffer is read into: nothing looks at the page table. */
long into_pinned(uint32_t *word)
{
	static uint32_t next;
	size_t size = setup.sq_off.array + setup.sq_entries * sizeof(uint32_t);
	char *queue = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entry =
		mmap(0, sizeof(*entry), PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);

	if (queue == MAP_FAILED || entry == MAP_FAILED)
		return 1;
	memset(entry, 0, sizeof(*entry));
	entry->opcode = IORING_OP_READ_FIXED;
	entry->fd = source;
	entry->addr = (uintptr_t)word;
	entry->len = 8;
	entry->off = next++ % SOURCE_PAGES * PAGE;
	*(uint32_t *)(queue + setup.sq_off.array) = 0;
	__atomic_add_fetch((uint32_t *)(queue + setup.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) != 1)
		return 1;
	munmap(entry, sizeof(*entry));
	return munmap(queue, size);
}

/* A read past the page cache: the device writes into the page, which is looked up before. */
long by_direct(uint32_t *word)
{
	static int fd = -1;

	if (fd < 0)
		fd = new_source(1, O_DIRECT);
	return pread(fd, word, PAGE, 0) != PAGE;
}

struct reading {
	char *at;
	int fd;
	volatile int end;
};

static void *read_on(void *argument)
{
	struct reading *reading = argument;

	for (uint64_t i = 0; !reading->end; i++)
		if (pread(reading->fd, reading->at, PAGE, i % SOURCE_PAGES * PAGE) != PAGE)
			return argument;
	return 0;
}

/* Reads into the page again and again, until told the second time. */
static long read_until_told(uint32_t *word, int flags)
{
	static struct reading reading = { .fd = -1 };
	static pthread_t thread;
	void *failed;

	if (reading.at) {
		reading.end = 1;
		if (pthread_join(thread, &failed) || failed || close(reading.fd))
			return 1;
		reading.at = 0;
		return 0;
	}
	reading = (struct reading){ .at = (char *)word, .fd = new_source(1, flags) };
	return reading.fd < 0 || pthread_create(&thread, 0, read_on, &reading);
}

long direct_until_told(uint32_t *word)
{
	return read_until_told(word, O_DIRECT);
}

long reads_until_told(uint32_t *word)
{
	return read_until_told(word, 0);
}
