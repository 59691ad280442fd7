/*
 * The queue made of page-fault samples, as short as C can do it: what the Java queue is measured
 * against.
 *
 *   queue PID ADDRESS PAGES RING_PAGES
 *   s        skips what the rings hold
 *   r        reads the rings into an array of pages
 *   d GAP    reads the rings, orders the pages, joins those at most GAP apart or in one table, and
 *            takes what was written in each span with one call
 *
 * Answers each with: nanoseconds, samples read, calls made, pages found.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "abi.h"

#define MAX_CPUS 256
#define MAX_REGIONS 4096
#define SLICE 512

static struct perf_event_mmap_page *rings[MAX_CPUS];
static int owners[MAX_CPUS], cpus;
static uint64_t ring_bytes, first, pages, swept;
static uint64_t *hints, hint_count, hint_capacity;
static struct region regions[MAX_REGIONS];
static uint64_t samples, calls, found;
static int pagemap;

static int open_event(int tid, int cpu, int event)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof attr,
		.config = event,
		.sample_period = event != PERF_COUNT_SW_DUMMY,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_ADDR,
		.inherit = event != PERF_COUNT_SW_DUMMY,
		.exclude_hv = 1,
	};
	int fd = syscall(SYS_perf_event_open, &attr, tid, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		die("perf_event_open");
	return fd;
}

static void open_rings(const char *pid)
{
	char name[64];
	struct dirent *thread;

	cpus = sysconf(_SC_NPROCESSORS_ONLN);
	for (int cpu = 0; cpu < cpus; cpu++) {
		owners[cpu] = open_event(0, cpu, PERF_COUNT_SW_DUMMY);
		rings[cpu] = mmap(0, ring_bytes + PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, owners[cpu], 0);
		if (rings[cpu] == MAP_FAILED)
			die("mmap of a ring");
	}
	snprintf(name, sizeof name, "/proc/%s/task", pid);
	DIR *threads = opendir(name);
	while ((thread = readdir(threads))) {
		if (thread->d_name[0] == '.')
			continue;
		for (int cpu = 0; cpu < cpus; cpu++) {
			for (int e = PERF_COUNT_SW_PAGE_FAULTS_MIN; e <= PERF_COUNT_SW_PAGE_FAULTS_MAJ; e++) {
				int fd = open_event(atoi(thread->d_name), cpu, e);

				if (ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, owners[cpu]))
					die("PERF_EVENT_IOC_SET_OUTPUT");
			}
		}
	}
	closedir(threads);
}

static void skip_rings(void)
{
	for (int cpu = 0; cpu < cpus; cpu++)
		rings[cpu]->data_tail = __atomic_load_n(&rings[cpu]->data_head, __ATOMIC_ACQUIRE);
}

static void read_rings(void)
{
	hint_count = samples = 0;
	for (int cpu = 0; cpu < cpus; cpu++) {
		uint8_t *data = (uint8_t *)rings[cpu] + PAGE;
		uint64_t at = rings[cpu]->data_tail, mask = ring_bytes - 1;
		uint64_t head = __atomic_load_n(&rings[cpu]->data_head, __ATOMIC_ACQUIRE);

		while (at < head) {
			struct perf_event_header *header = (void *)(data + (at & mask));

			if (header->type == PERF_RECORD_SAMPLE) {
				uint64_t page = *(uint64_t *)(data + ((at + 24) & mask)) / PAGE;

				samples++;
				if (page - first < pages && hint_count < hint_capacity)
					hints[hint_count++] = page;
			}
			at += header->size;
		}
		__atomic_store_n(&rings[cpu]->data_tail, head, __ATOMIC_RELEASE);
	}
}

static int by_page(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void take(uint64_t start, uint64_t end, uint64_t hinted)
{
	uint64_t most = (end - start + 1) / 2;

	while (start < end) {
		struct scan_arg arg = {
			.size = sizeof arg,
			.flags = SCAN_WP_MATCHING,
			.start = start * PAGE,
			.end = end * PAGE,
			.vec = (uintptr_t)regions,
			.vec_len = hinted + 1 < most ? hinted + 1 : most,
			.category_mask = IS_WRITTEN,
			.return_mask = IS_WRITTEN,
		};
		int count = ioctl(pagemap, SCAN_IOCTL, &arg);

		if (count < 0)
			die("PAGEMAP_SCAN");
		for (int i = 0; i < count; i++)
			found += (regions[i].end - regions[i].start) / PAGE;
		calls++;
		start = arg.walk_end / PAGE;
	}
}

static void drain(uint64_t gap)
{
	uint64_t slice = first + swept, slice_end = slice + SLICE;
	uint64_t start = 0, end = 0, hinted = 0;

	read_rings();
	qsort(hints, hint_count, sizeof *hints, by_page);
	for (uint64_t i = 0; i <= hint_count; i++) {
		int at_slice = slice && (i == hint_count || slice <= hints[i]);

		if (i == hint_count && !at_slice)
			break;
		uint64_t from = at_slice ? slice : hints[i];
		uint64_t to = at_slice ? slice_end : hints[i] + 1;

		if (at_slice) {
			slice = 0;
			i--;
		}
		if (end && from > end && from - end > gap && from / 512 != (end - 1) / 512) {
			take(start, end, hinted);
			end = 0;
		}
		if (!end) {
			start = from;
			hinted = 0;
		}
		hinted += from != end;
		end = to > end ? to : end;
	}
	take(start, end, hinted);
	swept = (swept + SLICE) % pages;
}

int main(int argc, char **argv)
{
	char name[64], line[64];

	if (argc != 5)
		return 2;
	first = strtoul(argv[2], 0, 0) / PAGE;
	pages = strtoul(argv[3], 0, 0);
	ring_bytes = strtoul(argv[4], 0, 0) * PAGE;
	hint_capacity = ring_bytes / 16 * MAX_CPUS < pages ? ring_bytes / 16 * MAX_CPUS : pages;
	hints = calloc(hint_capacity, sizeof *hints);
	snprintf(name, sizeof name, "/proc/%s/pagemap", argv[1]);
	pagemap = open(name, O_RDONLY);
	if (pagemap < 0)
		die(name);
	open_rings(argv[1]);
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		uint64_t start = nanos();

		calls = found = samples = 0;
		if (line[0] == 's')
			skip_rings();
		else if (line[0] == 'r')
			read_rings();
		else
			drain(strtoul(line + 1, 0, 0));
		printf("%lu %lu %lu %lu\n", nanos() - start, samples, calls, found);
		fflush(stdout);
	}
	return 0;
}
