// SPDX-License-Identifier: Apache-2.0
// What finding changed pages and arming them again costs, by each way to do it. Under "--icount" the time
// stamp counter counts instructions.
//
//   pmq_cost find MIB ROUNDS     the ways, at 10 to 10,000 changed pages, scattered and in runs of ten
//   pmq_cost beside MIB ROUNDS   the same pages changed, in that much memory beside them
//   pmq_cost operations          first touch, armed write, mprotect, munmap, fork
#include "pmq.h"
#include "measure.h"
#include <signal.h>

static bool has_queue(void)
{
	return access("/proc/self/pagemap_queue", F_OK) == 0;
}

/* ---- the ways ---- */

enum way { QUEUE, SPANS, SCAN, PAGEMAP, WAYS };

static const char *const names[] = { "kernel-queue", "hinted spans", "PAGEMAP_SCAN", "pagemap+clear_refs" };

static size_t drain_pages(int fd)
{
	size_t n = drain(fd), pages = 0;

	for (size_t i = 0; i < n; i++)
		pages += (changes[i].now.end - changes[i].now.start) / PAGE;
	return pages;
}

/* ---- find and arm again ---- */

static size_t find(enum way way, int fd, char *m, const struct workload *w, const size_t *at)
{
	size_t found = 0;

	switch (way) {
	case QUEUE:
		return drain_pages(fd);
	case SCAN:
		return scan(m, w->pages * PAGE);
	case SPANS:
		for (size_t i = 0; i < w->dirty; i += w->run)
			found += scan(m + at[i] * PAGE, w->run * PAGE);
		return found;
	default:
		return read_and_clear(m, w->pages);
	}
}

static void measure(enum way way, const struct workload *w, int rounds)
{
	size_t *at = malloc(w->dirty * sizeof(*at)), found = 0, tables = 0;
	uint64_t *finding = calloc(rounds, sizeof(*finding)), *writing = calloc(rounds, sizeof(*writing)), start;
	char *m = map_on_boundary(w->pages * PAGE);
	int fd = -1;

	memset(m, 1, w->pages * PAGE);
	if (way == QUEUE) {
		fd = open_queue(m, w->pages * PAGE, PAGE_IS_SOFT_DIRTY, 1 << 20);
	} else if (way == PAGEMAP) {
		clear_refs();
	} else {
		register_uffd(m, w->pages * PAGE);
		scan(m, w->pages * PAGE);
	}
	for (int round = -2; round < rounds; round++) {
		uint64_t written;
		size_t touched = choose(w, at), n;

		start = ticks();
		for (size_t i = 0; i < w->dirty; i++)
			m[at[i] * PAGE]++;
		written = ticks() - start;
		start = ticks();
		n = find(way, fd, m, w, at);
		if (round < 0)
			continue;
		finding[round] = ticks() - start;
		writing[round] = written;
		found += n;
		tables += touched;
	}
	printf("%-18s %5zu MiB, %5zu changed in runs of %2zu, %4zu tables: find and arm %9llu, a write %5llu%s\n",
	       names[way], w->pages >> 8, w->dirty, w->run, tables / rounds,
	       (unsigned long long)middle(finding, rounds), (unsigned long long)middle(writing, rounds) / w->dirty,
	       found == w->dirty * rounds ? "" : "; WRONG NUMBER FOUND");
	fflush(stdout);
	_exit(found != w->dirty * rounds);
}

static int in_child(enum way way, const struct workload *w, int rounds)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (!pid)
		measure(way, w, rounds);
	waitpid(pid, &status, 0);
	return status != 0;
}

static int all_ways(const struct workload *w, int rounds)
{
	int wrong = 0;

	for (enum way way = QUEUE; way < WAYS; way++) {
		if ((way == QUEUE && !has_queue()) || (way == SPANS && w->dirty / w->run > 1000))
			continue;
		wrong += in_child(way, w, way == PAGEMAP && rounds > 3 ? 3 : rounds);
	}
	return wrong;
}

static int measure_find(size_t mib, int rounds)
{
	int wrong = 0;

	for (size_t dirty = 10; dirty <= 10000; dirty *= 10)
		for (size_t run = 1; run <= 10; run *= 10) {
			struct workload w = { mib << 8, 0, mib << 8, dirty, run };

			wrong += all_ways(&w, rounds);
		}
	return wrong;
}

/* The pages that change lie in 64 MiB, whatever is mapped beside them. */
static int measure_beside(size_t mib, int rounds)
{
	int wrong = 0;

	for (size_t dirty = 10; dirty <= 1000; dirty *= 10) {
		struct workload w = { mib << 8, 0, 64 << 8, dirty, 1 };

		wrong += all_ways(&w, rounds);
	}
	return wrong;
}

/* ---- what it costs those who are, or are not, tracked ---- */

#define OPERATION_PAGES	(64UL << 8)

static void write_all(char *m)
{
	for (size_t p = 0; p < OPERATION_PAGES; p++)
		m[p * PAGE] = 1;
}

static void operations(const char *who, bool tracked)
{
	uint64_t touch = ~0ULL, armed = ~0ULL, protect = ~0ULL, forked = ~0ULL, unmap = ~0ULL, start;

	for (int round = 0; round < 5; round++) {
		char *m = map_pages(OPERATION_PAGES);
		int fd = -1;
		pid_t pid;

		madvise(m, OPERATION_PAGES * PAGE, MADV_NOHUGEPAGE);
		for (size_t p = 0; p < OPERATION_PAGES; p += TABLE_PAGES)
			m[p * PAGE] = 1;
		if (tracked)
			fd = open_queue(m, OPERATION_PAGES * PAGE, PAGE_IS_SOFT_DIRTY, 1 << 20);
		start = ticks();
		write_all(m);
		touch = least(touch, ticks() - start);
		if (tracked)
			drain(fd);
		else
			clear_refs();
		start = ticks();
		write_all(m);
		armed = least(armed, ticks() - start);
		start = ticks();
		must(!mprotect(m, OPERATION_PAGES * PAGE, PROT_READ));
		must(!mprotect(m, OPERATION_PAGES * PAGE, PROT_READ | PROT_WRITE));
		protect = least(protect, ticks() - start);
		start = ticks();
		pid = fork();
		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
		forked = least(forked, ticks() - start);
		start = ticks();
		munmap(m, OPERATION_PAGES * PAGE);
		unmap = least(unmap, ticks() - start);
		if (fd >= 0)
			close(fd);
	}
	printf("%-24s first touch %5llu, armed write %5llu, mprotect %4llu, munmap %4llu a page; fork and exit %llu\n",
	       who, (unsigned long long)(touch / OPERATION_PAGES), (unsigned long long)(armed / OPERATION_PAGES),
	       (unsigned long long)(protect / OPERATION_PAGES), (unsigned long long)(unmap / OPERATION_PAGES),
	       (unsigned long long)forked);
}

static void measure_operations(void)
{
	int ready[2];
	pid_t pid;
	char c;

	if (!has_queue()) {
		operations("without the queue", false);
		return;
	}
	operations("nobody tracked", false);
	must(!pipe(ready));
	pid = fork();
	if (!pid) {
		open_queue(NULL, 0, PAGE_IS_SOFT_DIRTY, 1 << 20);
		must(write(ready[1], "x", 1) == 1);
		pause();
	}
	must(read(ready[0], &c, 1) == 1);
	operations("another process tracked", false);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	operations("tracked", true);
}

int main(int argc, char **argv)
{
	show_what_is_counted();
	if (argc == 4 && !strcmp(argv[1], "find"))
		return measure_find(atol(argv[2]), atoi(argv[3])) != 0;
	if (argc == 4 && !strcmp(argv[1], "beside"))
		return measure_beside(atol(argv[2]), atoi(argv[3])) != 0;
	if (argc == 2 && !strcmp(argv[1], "operations")) {
		measure_operations();
		return 0;
	}
	fprintf(stderr, "usage: pmq_cost find MIB ROUNDS | beside MIB ROUNDS | operations\n");
	return 2;
}
