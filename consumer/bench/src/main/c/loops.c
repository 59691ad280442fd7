/*
 * The calls that the strategies of `dirtyrange compare` make, from the shortest loops that make
 * them, on a workload of the same shape: what of a round is the calls', and what is ours.
 *
 *   loops MEBIBYTES DIRTY uniform|runs ROUNDS WARMUP SEED
 *
 * A child maps anonymous private memory in small pages, writes every page once and registers all
 * for asynchronous write-protection. In each round the same DIRTY pages are written once for each
 * loop: the loop's arming of everything, the writes, then the loop, timed, while the child waits.
 *
 *   pagemap  reads the entry of every page and picks those that are not armed, then arms everything
 *   scan     PAGEMAP_SCAN with WP_MATCHING over everything
 *   told     PAGEMAP_SCAN with WP_MATCHING over the pages written, those near each other in one call
 *
 * Prints lines of comma-separated values, one a loop and round that counts: the loop, nanoseconds,
 * calls made, and pages missed and told though unwritten together (0 if the loop is right).
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi.h"

/* As the strategies have it: entries a read, and regions a call at most. */
#define CHUNK (1 << 14)
#define SCAN_REGIONS (1 << 15)
#define TOLD_REGIONS (1 << 12)

/* Pages that are no dearer to walk than a call: SCAN_CALL / SCAN_PAGE of the default cost model. */
#define GAP 705

#define ARMED (1UL << 57)
#define RUN 10

static uint64_t first, pages, dirty;
static int pagemap;
static struct region regions[SCAN_REGIONS];
static uint64_t entries[CHUNK];

/* What a round writes, in that order, as numbers of pages from the first on; the child sees it. */
static uint32_t *written;
static uint32_t *sorted, *order, *found;
static uint64_t found_count, calls;
static uint64_t state;

static uint64_t below(uint64_t bound)
{
	state = state * 6364136223846793005UL + 1442695040888963407UL;
	return ((unsigned __int128)state * bound) >> 64;
}

static void *memory_of(uint64_t bytes, int how)
{
	void *memory = mmap(0, bytes, PROT_READ | PROT_WRITE, how | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("mmap");
	return memory;
}

/* ---- the process that is watched ---- */

static volatile uint8_t *map_and_register(void)
{
	volatile uint8_t *memory = memory_of(pages * PAGE, MAP_PRIVATE | MAP_NORESERVE);
	struct uffdio_api api = {
		.api = UFFD_API,
		.features = FEATURE_WP_ASYNC | FEATURE_WP_UNPOPULATED | FEATURE_WP_HUGETLBFS_SHMEM,
	};
	struct uffdio_register all = {
		.range = { (uintptr_t)memory, pages * PAGE },
		.mode = UFFDIO_REGISTER_MODE_WP,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);

	madvise((void *)memory, pages * PAGE, MADV_NOHUGEPAGE);
	for (uint64_t i = 0; i < pages; i++)
		memory[i * PAGE] = 1;
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &all))
		die("userfaultfd with WP_ASYNC");
	return memory;
}

static void be_watched(int orders, int answers)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	volatile uint8_t *memory = map_and_register();
	uint64_t answer = (uintptr_t)memory;
	char byte;

	while (write(answers, &answer, sizeof answer) == sizeof answer && read(orders, &byte, 1) == 1)
		for (uint64_t i = 0; i < dirty; i++)
			memory[written[i] * PAGE]++;
	_exit(0);
}

static int orders, answers;

static uint64_t await_answer(void)
{
	uint64_t answer;

	if (read(answers, &answer, sizeof answer) != sizeof answer) {
		fprintf(stderr, "loops: the process that is watched has ended\n");
		exit(1);
	}
	return answer;
}

static void start_child(void)
{
	int to[2], from[2];
	char path[64];

	if (pipe(to) || pipe(from))
		die("pipe");
	int pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid) {
		close(to[1]);
		close(from[0]);
		be_watched(to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	orders = to[1];
	answers = from[0];
	first = await_answer() / PAGE;
	snprintf(path, sizeof path, "/proc/%d/pagemap", pid);
	pagemap = open(path, O_RDONLY | O_CLOEXEC);
	if (pagemap < 0)
		die(path);
}

/* ---- the loops ---- */

static int scan_call(uint64_t from, uint64_t to, uint64_t categories, int room, uint64_t *walk_end)
{
	struct scan_arg arg = {
		.size = sizeof arg,
		.flags = SCAN_WP_MATCHING,
		.start = from * PAGE,
		.end = to * PAGE,
		.vec = room ? (uintptr_t)regions : 0,
		.vec_len = room,
		.category_mask = categories,
		.return_mask = categories,
	};
	int count = ioctl(pagemap, SCAN_IOCTL, &arg);

	if (count < 0)
		die("PAGEMAP_SCAN");
	calls++;
	*walk_end = arg.walk_end / PAGE;
	return count;
}

/* With no mask to match, everything is armed. */
static void arm_all(void)
{
	uint64_t walk_end;

	scan_call(first, first + pages, 0, 0, &walk_end);
}

static void add(uint64_t from, uint64_t to)
{
	while (from < to)
		found[found_count++] = from++ - first;
}

static void take(uint64_t from, uint64_t to, uint64_t most)
{
	while (from < to) {
		uint64_t can_be = (to - from + 1) / 2, walk_end;
		int room = can_be < most ? can_be : most;
		int count = scan_call(from, to, IS_WRITTEN, room, &walk_end);

		for (int i = 0; i < count; i++)
			add(regions[i].start / PAGE, regions[i].end / PAGE);
		/* Where room is left, the call came to the end; walk_end may be of a part of the way. */
		if (count < room)
			return;
		uint64_t told_to = regions[count - 1].end / PAGE;

		from = walk_end > told_to ? walk_end : told_to;
	}
}

static void scan(void)
{
	take(first, first + pages, SCAN_REGIONS);
}

static void told(void)
{
	for (uint64_t i = 0; i < dirty;) {
		uint64_t from = sorted[i], to = from + 1;

		while (++i < dirty && sorted[i] - to <= GAP)
			to = sorted[i] + 1;
		take(first + from, first + to, TOLD_REGIONS);
	}
}

static void read_pagemap(void)
{
	for (uint64_t done = 0; done < pages;) {
		uint64_t want = pages - done < CHUNK ? pages - done : CHUNK;
		ssize_t got = pread(pagemap, entries, want * 8, (first + done) * 8);

		if (got <= 0)
			die("read of pagemap");
		calls++;
		for (ssize_t i = 0; i < got / 8; i++)
			if (!(entries[i] & ARMED))
				add(first + done + i, first + done + i + 1);
		done += got / 8;
	}
	arm_all();
}

static const struct loop {
	const char *name;
	void (*run)(void);
} loops[] = { { "pagemap", read_pagemap }, { "scan", scan }, { "told", told } };

#define LOOPS (sizeof loops / sizeof *loops)

/* ---- rounds ---- */

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Pages that differ, in random order; in runs of ten, slots of ten pages that differ. */
static void choose(int in_runs)
{
	uint64_t length = in_runs ? RUN : 1, slots = pages / length;

	for (uint64_t i = 0, count = 0; count < dirty; i++) {
		uint64_t other = i + below(slots - i);
		uint32_t slot = order[other];

		order[other] = order[i];
		order[i] = slot;
		for (uint64_t k = 0; k < length && count < dirty; k++)
			written[count++] = slot * length + k;
	}
	memcpy(sorted, written, dirty * sizeof *sorted);
	qsort(sorted, dirty, sizeof *sorted, ascending);
}

/* Both are ascending: pages that are in one alone. */
static uint64_t wrong(void)
{
	uint64_t i = 0, j = 0, both = 0;

	while (i < found_count && j < dirty) {
		both += found[i] == sorted[j];
		if (found[i] < sorted[j])
			i++;
		else
			j++;
	}
	return found_count + dirty - 2 * both;
}

static void run(const struct loop *loop, int counts)
{
	arm_all();
	if (write(orders, "w", 1) != 1)
		die("write to the process that is watched");
	await_answer();
	found_count = calls = 0;
	uint64_t start = nanos();

	loop->run();
	uint64_t spent = nanos() - start;

	if (counts)
		printf("%s,%lu,%lu,%lu\n", loop->name, spent, calls, wrong());
}

static int usage(void)
{
	fprintf(stderr, "usage: loops MEBIBYTES DIRTY uniform|runs ROUNDS WARMUP SEED\n");
	return 2;
}

int main(int argc, char **argv)
{
	if (argc != 7 || (strcmp(argv[3], "uniform") && strcmp(argv[3], "runs")))
		return usage();
	int in_runs = !strcmp(argv[3], "runs"), rounds = atoi(argv[4]), warmup = atoi(argv[5]);

	pages = strtoul(argv[1], 0, 10) * 256;
	dirty = strtoul(argv[2], 0, 10);
	state = strtoul(argv[6], 0, 10);
	if (!dirty || dirty > pages / RUN * RUN || rounds < 1 || warmup < 0)
		return usage();
	written = memory_of(dirty * sizeof *written, MAP_SHARED);
	sorted = memory_of(dirty * sizeof *sorted, MAP_PRIVATE);
	found = memory_of(pages * sizeof *found, MAP_PRIVATE | MAP_NORESERVE);
	order = memory_of(pages * sizeof *order, MAP_PRIVATE);
	for (uint64_t i = 0; i < pages; i++)
		order[i] = i;
	start_child();
	puts("loop,nanos,calls,wrong");
	for (int round = 0; round < warmup + rounds; round++) {
		choose(in_runs);
		for (uint64_t turn = 0; turn < LOOPS; turn++)
			run(&loops[(round + turn) % LOOPS], round >= warmup);
	}
	close(orders);
	wait(0);
	return 0;
}
