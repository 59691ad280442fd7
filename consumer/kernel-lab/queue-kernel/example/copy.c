/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies memory of a process that goes on writing: opens its queue, copies everything, then what each
 * drain tells; stops the process, and copies what one more drain tells. Then the copy must be the memory.
 */
#include "../tests/pmq.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>

#define BYTES	(4096 * PAGE)
#define ROUNDS	10

static char *memory, *copy;
static int queue, contents;

static int open_of(pid_t pid, const char *file, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	if (fd < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

static void read_contents(char *to, uint64_t start, uint64_t end)
{
	must(pread(contents, to, end - start, start) == (ssize_t)(end - start));
}

static void copy_range(uint64_t start, uint64_t end)
{
	read_contents(copy + (start - (uintptr_t)memory), start, end);
}

/* Returns how many pages were copied. This memory stays mapped: what may be PMQ_GONE is looked at first. */
static size_t drain_and_copy(void)
{
	static struct page_change told[512];
	size_t pages = 0;
	ssize_t bytes, i;

	while ((bytes = read(queue, told, sizeof(told))) > 0) {
		for (i = 0; i < bytes / (ssize_t)sizeof(*told); i++) {
			copy_range(told[i].now.start, told[i].now.end);
			pages += (told[i].now.end - told[i].now.start) / PAGE;
		}
	}
	/* 0: the drain is complete; EAGAIN: nothing was queued. */
	must(bytes == 0 || errno == EAGAIN);
	return pages;
}

static void write_for_ever(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		memory[next_random() % BYTES]++;
}

static void open_queue_of(pid_t pid)
{
	struct page_region range = { (uintptr_t)memory, (uintptr_t)memory + BYTES, 0 };
	struct pmq_open arg = {
		.size = sizeof(arg), .max_bytes = 1 << 20, .vec = (uintptr_t)&range, .vec_len = 1,
	};

	queue = open_of(pid, "pagemap_queue", O_NONBLOCK);
	must(ioctl(queue, PAGEMAP_QUEUE_OPEN, &arg) == 0);
}

int main(void)
{
	struct pollfd wait = { .events = POLLIN };
	char *now;
	pid_t pid;
	int round;

	memory = map_pages(BYTES / PAGE);
	copy = map_pages(BYTES / PAGE);
	now = map_pages(BYTES / PAGE);
	pid = fork();
	must(pid >= 0);
	if (!pid)
		write_for_ever();

	/* The queue first: what is written while the copy is made is in a drain then. */
	open_queue_of(pid);
	contents = open_of(pid, "mem", 0);
	copy_range((uintptr_t)memory, (uintptr_t)memory + BYTES);

	wait.fd = queue;
	for (round = 1; round <= ROUNDS && poll(&wait, 1, 1000) > 0; round++)
		printf("drain %d: %zu pages\n", round, drain_and_copy());

	must(kill(pid, SIGSTOP) == 0 && waitpid(pid, NULL, WUNTRACED) == pid);
	printf("the last drain: %zu pages\n", drain_and_copy());

	read_contents(now, (uintptr_t)memory, (uintptr_t)memory + BYTES);
	round = memcmp(copy, now, BYTES);
	kill(pid, SIGKILL);
	puts(round ? "the copy differs" : "the copy is the memory");
	return round != 0;
}
