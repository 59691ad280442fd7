/*
 * A process whose variables lie in a private mapping of its own file, which is on a disk.
 *
 *   globals [FILE PAGES]   maps so much of a file, privately, and writes its first page
 *
 * Prints the address of a variable. Each line of standard input is obeyed and answered with "done":
 *   w     writes the variable
 *   n     does nothing
 *   a     writes every page of the file's mapping
 * The end of its input ends it, with status 0.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE 4096L

static volatile long page[1024] = { 1 };

int main(int argc, char **argv)
{
	long pages = argc > 2 ? atol(argv[2]) : 0;
	volatile char *file = 0;
	char line[16];

	if (pages) {
		file = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, open(argv[1], O_RDWR), 0);
		if (file == MAP_FAILED)
			return 3;
		file[0] = 1;
	}
	printf("%lu\n", (unsigned long)&page[512]);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		if (line[0] == 'w')
			page[512]++;
		if (line[0] == 'a')
			for (long i = 0; i < pages; i++)
				file[i * PAGE]++;
		puts("done");
		fflush(stdout);
	}
	return 0;
}
