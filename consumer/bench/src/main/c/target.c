/*
 * The process that is watched: maps pages, writes each once, arms them all, prints their address,
 * then obeys lines of standard input.
 *
 *   target PAGES
 *   w COUNT SEED    writes COUNT pages, scattered by SEED, and answers "done"
 *   r COUNT SEED    the same in runs of ten pages
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "abi.h"

static volatile uint8_t *memory;
static uint64_t pages;

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005UL + 1442695040888963407UL;
	return (uint64_t)(((unsigned __int128)*seed * pages) >> 64);
}

static void arm(void)
{
	struct uffdio_api api = {
		.api = UFFD_API,
		.features = FEATURE_WP_ASYNC | FEATURE_WP_UNPOPULATED | FEATURE_WP_HUGETLBFS_SHMEM,
	};
	struct uffdio_range all = { (uintptr_t)memory, pages * PAGE };
	struct uffdio_register reg = { .range = all, .mode = UFFDIO_REGISTER_MODE_WP };
	struct uffdio_writeprotect wp = { .range = all, .mode = UFFDIO_WRITEPROTECT_MODE_WP };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &reg) ||
	    ioctl(fd, UFFDIO_WRITEPROTECT, &wp))
		die("userfaultfd");
}

int main(int argc, char **argv)
{
	char line[64];

	if (argc != 2)
		return 2;
	pages = strtoul(argv[1], 0, 0);
	memory = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	madvise((void *)memory, pages * PAGE, MADV_NOHUGEPAGE);
	for (uint64_t i = 0; i < pages; i++)
		memory[i * PAGE] = 1;
	arm();
	printf("%lu\n", (uintptr_t)memory);
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		char how;
		uint64_t count, seed;

		if (sscanf(line, "%c %lu %lu", &how, &count, &seed) != 3)
			return 2;
		for (uint64_t i = 0, page = 0; i < count; i++) {
			page = how == 'r' && i % 10 ? page + 1 : next(&seed);
			memory[page % pages * PAGE]++;
		}
		puts("done");
		fflush(stdout);
	}
	return 0;
}
