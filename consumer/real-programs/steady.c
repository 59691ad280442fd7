/*
 * Much memory of which little changes: maps GIBIBYTES, writes every page once, and from then on PAGES pages a second
 * at random, asleep between its writes, or reading at random all the time if it is to be "busy".
 *
 *   steady GIBIBYTES PAGES [busy]
 *
 * Says "ready" when all is written.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define TICKS 100

static uint64_t state = 88172645463325252UL;

static uint64_t random_number(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void read_for(double length, volatile char *memory, uint64_t pages)
{
	double end = seconds() + length;

	while (seconds() < end)
		for (int i = 0; i < 1000; i++)
			(void)memory[random_number() % pages * PAGE];
}

int main(int argc, char **argv)
{
	if (argc != 3 && argc != 4) {
		fprintf(stderr, "usage: steady GIBIBYTES PAGES [busy]\n");
		return 2;
	}
	uint64_t pages = strtoul(argv[1], 0, 10) << 18, rate = strtoul(argv[2], 0, 10);
	volatile char *memory = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	madvise((void *)memory, pages * PAGE, MADV_NOHUGEPAGE);
	for (uint64_t i = 0; i < pages; i++)
		memory[i * PAGE] = 1;
	puts("ready");
	fflush(stdout);
	for (;;) {
		for (uint64_t i = 0; i < rate / TICKS; i++)
			memory[random_number() % pages * PAGE]++;
		if (argc == 4)
			read_for(1.0 / TICKS, memory, pages);
		else
			usleep(1000000 / TICKS);
	}
}
