/*
 * The process that is watched: maps pages, writes each once, arms them all, prints their address,
 * then obeys lines of standard input.
 *
 *   target PAGES [MODE]
 *   MODE is letters: h maps huge pages, u registers the pages and arms none, b writes pages all the
 *   time in a thread of its own
 *   w COUNT SEED    writes COUNT pages, scattered by SEED, and answers "done"
 *   r COUNT SEED    the same in runs of ten pages
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
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

static void arm(int protect)
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
	    (protect && ioctl(fd, UFFDIO_WRITEPROTECT, &wp)))
		die("userfaultfd");
}

static void *busy(void *seed)
{
	uint64_t state = (uintptr_t)seed;

	for (;;)
		memory[next(&state) % pages * PAGE]++;
	return 0;
}

int main(int argc, char **argv)
{
	char line[64];
	const char *mode = argc == 3 ? argv[2] : "";
	pthread_t thread;

	if (argc != 2 && argc != 3)
		return 2;
	pages = strtoul(argv[1], 0, 0);
	memory = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	madvise((void *)memory, pages * PAGE, strchr(mode, 'h') ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	for (uint64_t i = 0; i < pages; i++)
		memory[i * PAGE] = 1;
	arm(!strchr(mode, 'u'));
	if (strchr(mode, 'b') && pthread_create(&thread, 0, busy, (void *)7))
		die("pthread_create");
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
