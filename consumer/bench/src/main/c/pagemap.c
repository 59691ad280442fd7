/*
 * Reads the pagemap entries of a range in chunks and adds them up: the least that a scan of pagemap
 * can cost.
 *
 *   pagemap PID ADDRESS PAGES
 *   any line    reads it all once, and answers with the nanoseconds and the number of entries present
 */
#include <fcntl.h>
#include <unistd.h>

#include "abi.h"

#define CHUNK 16384

int main(int argc, char **argv)
{
	static uint64_t entries[CHUNK];
	char name[64], line[64];

	if (argc != 4)
		return 2;
	snprintf(name, sizeof name, "/proc/%s/pagemap", argv[1]);
	int fd = open(name, O_RDONLY);
	uint64_t first = strtoul(argv[2], 0, 0) / PAGE, pages = strtoul(argv[3], 0, 0);

	if (fd < 0)
		die(name);
	while (fgets(line, sizeof line, stdin)) {
		uint64_t start = nanos(), present = 0;

		for (uint64_t done = 0; done < pages;) {
			uint64_t want = pages - done < CHUNK ? pages - done : CHUNK;
			ssize_t got = pread(fd, entries, want * 8, (first + done) * 8);

			if (got <= 0)
				die("pread");
			for (ssize_t i = 0; i < got / 8; i++)
				present += entries[i] >> 63;
			done += got / 8;
		}
		printf("%lu %lu\n", nanos() - start, present);
		fflush(stdout);
	}
	return 0;
}
