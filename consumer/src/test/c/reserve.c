/*
 * A process that reserves much and commits a little of it, as heaps do.
 *
 *   reserve PAGES COMMITTED   reserves so many pages (PROT_NONE), commits the first of them, has a
 *                             userfaultfd, prints the address of the first page
 *
 * A line of standard input is a command with a page and a number of pages, and is answered with
 * "done": commit (read, write), write (1 is added to each), hide (PROT_NONE), drop (MADV_DONTNEED).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096, USER_MODE_ONLY = 1 };

static void add_one(char *from, long pages)
{
	for (long i = 0; i < pages; i++)
		from[i * PAGE]++;
}

int main(int count, char **arguments)
{
	char line[64], command[16];
	long page, pages;
	char *memory;

	if (count < 3)
		return 2;
	syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);
	memory = mmap(0, atol(arguments[1]) * PAGE, PROT_NONE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	mprotect(memory, atol(arguments[2]) * PAGE, PROT_READ | PROT_WRITE);
	add_one(memory, atol(arguments[2]));
	printf("%lu\n", (unsigned long)memory);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		sscanf(line, "%15s %ld %ld", command, &page, &pages);
		if (!strcmp(command, "commit"))
			mprotect(memory + page * PAGE, pages * PAGE, PROT_READ | PROT_WRITE);
		else if (!strcmp(command, "hide"))
			mprotect(memory + page * PAGE, pages * PAGE, PROT_NONE);
		else if (!strcmp(command, "drop"))
			madvise(memory + page * PAGE, pages * PAGE, MADV_DONTNEED);
		else
			add_one(memory + page * PAGE, pages);
		puts("done");
		fflush(stdout);
	}
	return 0;
}
