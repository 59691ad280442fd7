/*
 * A process whose variables lie in a private mapping of its own file, which is on a disk.
 *
 * Prints the address of a variable. Each line of standard input is obeyed and answered with "done":
 *   w     writes the variable
 *   n     does nothing
 * The end of its input ends it, with status 0.
 */
#include <stdio.h>

static volatile long page[1024] = { 1 };

int main(void)
{
	char line[16];

	printf("%lu\n", (unsigned long)&page[512]);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		if (line[0] == 'w')
			page[512]++;
		puts("done");
		fflush(stdout);
	}
	return 0;
}
