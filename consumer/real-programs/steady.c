/*
 * Much memory of which little changes: maps GIBIBYTES, writes every page once, and from then on PAGES pages a second
 * at random, asleep between its writes.
 *
 *   steady GIBIBYTES PAGES
 *
 * Says "ready" when all is written.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL
#define TICKS 100

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: steady GIBIBYTES PAGES\n");
		return 2;
	}
	uint64_t pages = strtoul(argv[1], 0, 10) << 18, rate = strtoul(argv[2], 0, 10), state = 88172645463325252UL;
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
		for (uint64_t i = 0; i < rate / TICKS; i++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			memory[state % pages * PAGE]++;
		}
		usleep(1000000 / TICKS);
	}
}
