// SPDX-License-Identifier: Apache-2.0
// What records of the kernel's functions cost: those who are recorded, everybody else, and who reads them.
// The programs are those of "dirtyrange track --strategy bpf-queue", which tracks this process and is then
// stopped, so that the ring, the counters and the calls are left to us. Under "--icount" the time stamp
// counter counts instructions.
//
//   record_cost operations    first touch, armed write, mprotect, munmap, fork
//   record_cost drain ROUNDS  reading records, finding what changed and arming it, in 256 MiB
#include "../queue-kernel/tests/pages.h"
#include "../queue-kernel/tests/measure.h"
#include <dirent.h>
#include <linux/bpf.h>
#include <signal.h>
#include <time.h>

#define OPERATION_PAGES	(16UL << 8)
#define DRAIN_PAGES	(256UL << 8)
#define MOST_PROGRAMS	64
#define MOST_RECORDS	(1 << 20)

/* ---- who tracks us ---- */

/* The programs' memory, as Targets.java and RecordRing.java have it: of the slots of whom they follow, ours is the first. */
enum { SLOT_LOST = 2, SLOT_BYTES = 32 };

static struct {
	pid_t pid;
	uint64_t *slots;
	uint64_t *consumer;
	char *producer, *records;
	uint64_t mask;
	int programs[MOST_PROGRAMS];
	int n_programs;
} tracker;

static bool arms_itself(void)
{
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	struct uffdio_api api = { .api = UFFD_API, .features = UFFD_FEATURE_WP_ASYNC };
	bool async = fd >= 0 && !ioctl(fd, UFFDIO_API, &api);

	close(fd);
	return async;
}

static int take(int number)
{
	int pidfd = syscall(SYS_pidfd_open, tracker.pid, 0), fd;

	must(pidfd >= 0);
	fd = syscall(SYS_pidfd_getfd, pidfd, number, 0);
	must(fd >= 0);
	close(pidfd);
	return fd;
}

static void *map_shared(int fd, int protection, size_t bytes, size_t offset)
{
	void *at = mmap(NULL, bytes, protection, MAP_SHARED, fd, offset);

	must(at != MAP_FAILED);
	must(!madvise(at, bytes, MADV_DONTFORK));	/* a fork is to cost what it would without us */
	return at;
}

static void take_ring(int number, size_t bytes)
{
	int fd = take(number);

	tracker.consumer = map_shared(fd, PROT_READ | PROT_WRITE, PAGE, 0);
	tracker.producer = map_shared(fd, PROT_READ, PAGE + 2 * bytes, PAGE);
	tracker.records = tracker.producer + PAGE;
	tracker.mask = bytes - 1;
}

static void take_descriptor(const char *number)
{
	char path[64], link[64] = "", info[1024] = "";
	unsigned int type = 0, entries = 0, bytes = 0;
	const char *word;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/fd/%s", tracker.pid, number);
	if (readlink(path, link, sizeof(link) - 1) < 0)
		return;
	if (strstr(link, "bpf-prog")) {
		must(tracker.n_programs < MOST_PROGRAMS);
		tracker.programs[tracker.n_programs++] = take(atoi(number));
	}
	if (!strstr(link, "bpf-map"))
		return;
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%s", tracker.pid, number);
	fd = open(path, O_RDONLY);
	must(fd >= 0 && read(fd, info, sizeof(info) - 1) > 0);
	close(fd);
	if ((word = strstr(info, "map_type:")))
		type = atoi(word + strlen("map_type:"));
	if ((word = strstr(info, "value_size:")))
		bytes = atoi(word + strlen("value_size:"));
	if ((word = strstr(info, "max_entries:")))
		entries = atoi(word + strlen("max_entries:"));
	if (type == BPF_MAP_TYPE_RINGBUF)
		take_ring(atoi(number), entries);
	else if (type == BPF_MAP_TYPE_ARRAY && bytes == SLOT_BYTES)
		tracker.slots = map_shared(take(atoi(number)), PROT_READ | PROT_WRITE, PAGE, 0);
}

static void take_records(void)
{
	char path[64];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", tracker.pid);
	dir = opendir(path);
	must(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			take_descriptor(entry->d_name);
	closedir(dir);
	must(tracker.slots && tracker.records && tracker.n_programs);
}

/* After its third round it is stopped: it takes no instructions from now on. */
static void begin_tracking(const char *strategy)
{
	char self[16], c = 0;
	int out[2], rounds = 0;

	snprintf(self, sizeof(self), "%d", getpid());
	must(!pipe2(out, O_CLOEXEC));
	tracker.pid = fork();
	if (!tracker.pid) {
		dup2(out[1], 1);
		execlp("dirtyrange", "dirtyrange", "track", self, "--strategy", strategy, "--interval", "1s", "--json",
		       NULL);
		_exit(127);
	}
	close(out[1]);
	while (rounds < 3) {
		if (read(out[0], &c, 1) != 1)
			die("dirtyrange track said too little");
		rounds += c == '\n';
	}
	must(!kill(tracker.pid, SIGSTOP));
}

static void end_tracking(void)
{
	kill(tracker.pid, SIGKILL);
	waitpid(tracker.pid, NULL, 0);
}

/* ---- records ---- */

static uint64_t page_of[MOST_RECORDS];

/* Reads all records, and takes down the first page of those within @m; returns how many there were. */
static size_t read_records(char *m, size_t bytes, size_t *pages)
{
	uint64_t at = __atomic_load_n(tracker.consumer, __ATOMIC_ACQUIRE);
	uint64_t end = __atomic_load_n((uint64_t *)tracker.producer, __ATOMIC_ACQUIRE);
	size_t n = 0;

	while (at < end) {
		char *record = tracker.records + (at & tracker.mask);
		uint32_t length = __atomic_load_n((uint32_t *)record, __ATOMIC_ACQUIRE);
		uint64_t start = *(uint64_t *)(record + BPF_RINGBUF_HDR_SZ);

		must(!(length & BPF_RINGBUF_BUSY_BIT));
		length &= ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
		if (start - (uintptr_t)m < bytes && *pages < MOST_RECORDS)
			page_of[(*pages)++] = start / PAGE;
		at += (length + BPF_RINGBUF_HDR_SZ + 7) & -8UL;
		n++;
	}
	__atomic_store_n(tracker.consumer, at, __ATOMIC_RELEASE);
	return n;
}

static uint64_t losses(void)
{
	uint64_t lost = __atomic_load_n(&tracker.slots[SLOT_LOST], __ATOMIC_ACQUIRE);

	for (int i = 0; i < tracker.n_programs; i++) {
		struct bpf_prog_info info = { 0 };
		union bpf_attr attr = { .info = { .bpf_fd = tracker.programs[i], .info_len = sizeof(info),
						  .info = (uintptr_t)&info } };

		must(!syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)));
		lost += info.recursion_misses;
	}
	return lost;
}

/* ---- reading them ---- */

struct drained {
	uint64_t reading, counting, looking;
	size_t records, pages;
};

/* What changed of [start, end), page numbers; armed again at once where that can be. */
static size_t look(uint64_t start, uint64_t end, bool async)
{
	static uint64_t words[DRAIN_PAGES];
	size_t found = 0;

	if (async)
		return scan((char *)(start * PAGE), (end - start) * PAGE);
	read_pagemap((char *)(start * PAGE), end - start, words);
	for (size_t i = 0; i < end - start; i++)
		found += words[i] >> 55 & 1;
	return found;
}

/* pagemap walks to the end of a page table whatever is read of it: what lies in one is read at once. */
static size_t look_at_records(size_t pages, bool async)
{
	size_t found = 0, i = 0, gap = async ? 0 : TABLE_PAGES;

	qsort(page_of, pages, sizeof(*page_of), by_size);
	while (i < pages) {
		uint64_t start = page_of[i], end = start + 1;

		for (i++; i < pages && page_of[i] <= end + gap; i++)
			end = page_of[i] + 1;
		found += look(start, end, async);
	}
	return found;
}

static struct drained drain_records(char *m, size_t bytes, bool async)
{
	struct drained d = { 0 };
	uint64_t start = ticks();
	size_t pages = 0;

	d.records = read_records(m, bytes, &pages);
	d.reading = ticks() - start;
	start = ticks();
	losses();
	d.counting = ticks() - start;
	start = ticks();
	d.pages = look_at_records(pages, async);
	if (!async) {
		/* What is recorded meanwhile may have been cleared unread. */
		clear_refs();
		pages = 0;
		read_records(m, bytes, &pages);
	}
	d.looking = ticks() - start;
	return d;
}

/* Writes to pages as the workload says; returns how many page tables they lie in. */
static size_t change(const struct workload *w, char *m, uint64_t *writing)
{
	static size_t at[DRAIN_PAGES];
	size_t tables = choose(w, at);
	uint64_t start = ticks();

	for (size_t i = 0; i < w->dirty; i++)
		m[at[i] * PAGE]++;
	*writing = (ticks() - start) / w->dirty;
	return tables;
}

static char *arm_pages(const struct workload *w, bool async)
{
	char *m = map_on_boundary(w->pages * PAGE);

	madvise(m, w->pages * PAGE, MADV_NOHUGEPAGE);
	memset(m, 1, w->pages * PAGE);
	if (async) {
		register_uffd(m, w->pages * PAGE);
		scan(m, w->pages * PAGE);
	} else {
		clear_refs();
	}
	return m;
}

static uint64_t *for_each(int rounds)
{
	return calloc(rounds, sizeof(uint64_t));
}

/* What it takes to find them without records: all page tables are walked. */
static uint64_t whole_scan(const struct workload *w, char *m, int rounds, bool async)
{
	uint64_t *all = for_each(rounds), writing, start;
	size_t pages = 0;

	for (int round = -2; round < rounds; round++) {
		change(w, m, &writing);
		start = ticks();
		if (async)
			scan(m, w->pages * PAGE);
		else
			read_and_clear(m, w->pages);
		if (round >= 0)
			all[round] = ticks() - start;
		pages = 0;
		read_records(m, w->pages * PAGE, &pages);
	}
	return middle(all, rounds);
}

static int measure_drain(const struct workload *w, int rounds, bool async)
{
	uint64_t *all = for_each(rounds), *reading = for_each(rounds), *counting = for_each(rounds);
	uint64_t *writing = for_each(rounds), lost, whole;
	size_t found = 0, records = 0, tables = 0, pages = 0;
	char *m = arm_pages(w, async);

	lost = losses();
	whole = whole_scan(w, m, rounds, async);
	read_records(m, w->pages * PAGE, &pages);
	for (int round = -2; round < rounds; round++) {
		uint64_t each;
		size_t touched = change(w, m, &each);
		struct drained d = drain_records(m, w->pages * PAGE, async);

		if (round < 0)
			continue;
		all[round] = d.reading + d.counting + d.looking;
		reading[round] = d.reading;
		counting[round] = d.counting;
		writing[round] = each;
		found += d.pages;
		records += d.records;
		tables += touched;
	}
	must(losses() == lost);
	printf("%5zu changed in runs of %2zu, %4zu tables: find and arm %9llu (%zu records read in %llu, counters "
	       "%llu), by looking at all %9llu; a write %5llu%s\n",
	       w->dirty, w->run, tables / rounds, (unsigned long long)middle(all, rounds), records / rounds,
	       (unsigned long long)middle(reading, rounds), (unsigned long long)middle(counting, rounds),
	       (unsigned long long)whole, (unsigned long long)middle(writing, rounds),
	       found == w->dirty * rounds ? "" : "; WRONG NUMBER FOUND");
	fflush(stdout);
	munmap(m, w->pages * PAGE);
	return found != w->dirty * rounds;
}

static int measure_drains(int rounds)
{
	bool async = arms_itself();
	int wrong = 0;

	begin_tracking("bpf-queue");
	take_records();
	for (size_t dirty = 10; dirty <= 10000; dirty *= 10)
		for (size_t run = 1; run <= 10; run *= 10) {
			struct workload w = { DRAIN_PAGES, 0, DRAIN_PAGES, dirty, run };

			wrong += measure_drain(&w, rounds, async);
		}
	end_tracking();
	return wrong;
}

/* ---- what they cost those who are, or are not, recorded ---- */

struct operations {
	uint64_t touch, armed, protect, unmap, forked;
};

static void write_all(char *m)
{
	for (size_t p = 0; p < OPERATION_PAGES; p++)
		m[p * PAGE] = 1;
}

/* What a fork takes of us, whenever the child runs. */
static uint64_t own_nanos(void)
{
	struct timespec t;

	must(!clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t));
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static struct operations operate(bool async)
{
	struct operations o;
	uint64_t start;
	size_t bytes = OPERATION_PAGES * PAGE;
	char *m = map_pages(OPERATION_PAGES);
	pid_t pid;

	madvise(m, bytes, MADV_NOHUGEPAGE);
	for (size_t p = 0; p < OPERATION_PAGES; p += TABLE_PAGES)
		m[p * PAGE] = 1;
	start = ticks();
	write_all(m);
	o.touch = ticks() - start;
	if (async) {
		register_uffd(m, bytes);
		scan(m, bytes);
	} else {
		clear_refs();
	}
	start = ticks();
	write_all(m);
	o.armed = ticks() - start;
	start = ticks();
	must(!mprotect(m, bytes, PROT_READ));
	must(!mprotect(m, bytes, PROT_READ | PROT_WRITE));
	o.protect = ticks() - start;
	start = own_nanos();
	pid = fork();
	if (!pid)
		_exit(0);
	o.forked = own_nanos() - start;
	waitpid(pid, NULL, 0);
	start = ticks();
	munmap(m, bytes);
	o.unmap = ticks() - start;
	return o;
}

static void operations(const char *who, bool async)
{
	struct operations l = operate(async);

	for (int round = 0; round < 5; round++) {
		struct operations o = operate(async);
		size_t pages = 0;

		l.touch = least(l.touch, o.touch);
		l.armed = least(l.armed, o.armed);
		l.protect = least(l.protect, o.protect);
		l.unmap = least(l.unmap, o.unmap);
		l.forked = least(l.forked, o.forked);
		if (tracker.records)
			read_records(NULL, 0, &pages);
	}
	printf("%-28s first touch %5llu, armed write %5llu, mprotect %4llu, munmap %4llu a page; fork %llu\n",
	       who, (unsigned long long)(l.touch / OPERATION_PAGES), (unsigned long long)(l.armed / OPERATION_PAGES),
	       (unsigned long long)(l.protect / OPERATION_PAGES), (unsigned long long)(l.unmap / OPERATION_PAGES),
	       (unsigned long long)l.forked);
	fflush(stdout);
}

static void operations_of_another(const char *who, bool async)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		tracker.records = NULL;
		operations(who, async);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	must(status == 0);
}

static int measure_operations(void)
{
	bool async = arms_itself();
	uint64_t lost;

	operations_of_another("nobody tracked", async);
	begin_tracking("bpf-queue");
	take_records();
	operations_of_another("another one by bpf-queue", async);
	lost = losses();
	operations("tracked by bpf-queue", async);
	must(losses() == lost);
	end_tracking();
	tracker.records = NULL;
	if (async) {
		begin_tracking("queue");
		operations("tracked by queue", async);
		end_tracking();
	}
	return 0;
}

int main(int argc, char **argv)
{
	sleep(30);	/* what a kernel does after it has booted; it takes no time here */
	show_what_is_counted();
	fflush(stdout);
	if (argc == 3 && !strcmp(argv[1], "drain"))
		return measure_drains(atoi(argv[2])) != 0;
	if (argc == 2 && !strcmp(argv[1], "operations"))
		return measure_operations();
	fprintf(stderr, "usage: record_cost operations | drain ROUNDS\n");
	return 2;
}
