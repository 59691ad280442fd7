/* What no tracker can beat on a machine: how fast memory is read and copied, what a system call takes, and a first touch. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { TIMES = 9, CALLS = 100000, PAGE = 4096, LINE = 64 };

static const size_t BYTES = 256UL << 20;
static const size_t TOUCHED_BYTES = 64UL << 20;

static double nanos(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

/* Small pages: a huge page would be one touch for 512. */
static char *mapped(size_t bytes)
{
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	madvise(memory, bytes, MADV_NOHUGEPAGE);
	return memory;
}

static long lines_read(const char *memory)
{
	long sum = 0;

	for (size_t at = 0; at < BYTES; at += LINE)
		sum += *(const long *)(memory + at);
	return sum;
}

static double touch_nanos(void)
{
	char *memory = mapped(TOUCHED_BYTES);
	double start = nanos();

	for (size_t at = 0; at < TOUCHED_BYTES; at += PAGE)
		((volatile char *)memory)[at] = 1;
	start = nanos() - start;
	munmap(memory, TOUCHED_BYTES);
	return start / (TOUCHED_BYTES / PAGE);
}

static int compare(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return (a > b) - (a < b);
}

static double median(double *values)
{
	qsort(values, TIMES, sizeof *values, compare);
	return values[TIMES / 2];
}

int main(void)
{
	char *from = mapped(BYTES), *to = mapped(BYTES);
	double read[TIMES], copied[TIMES], call[TIMES], touch[TIMES];
	volatile long sum = 0;

	memset(from, 1, BYTES);
	memset(to, 1, BYTES);
	for (int i = 0; i < TIMES; i++) {
		double start = nanos();

		sum += lines_read(from);
		read[i] = BYTES / (nanos() - start);
		start = nanos();
		memcpy(to, from, BYTES);
		copied[i] = BYTES / (nanos() - start);
		start = nanos();
		for (int calls = 0; calls < CALLS; calls++)
			syscall(SYS_getppid);
		call[i] = (nanos() - start) / CALLS;
		touch[i] = touch_nanos();
	}
	printf("memory read %.1f GB/s, copied %.1f GB/s; a system call %.0f ns; a first touch %.0f ns\n",
	       median(read), median(copied), median(call), median(touch));
	return 0;
}
