/*
 * A process whose functions have known names, and write pages on two ways.
 *
 *   stacks PAGES      maps so many pages twice and writes them all; prints "ready"
 *
 * Each line of standard input is obeyed and answered with "done"; no page is written twice:
 *   c COUNT           main, serve, fill_cache and store_pages write so many pages
 *   l COUNT           main, serve, append_log and store_pages write so many others
 *   t COUNT           as l, without main and serve, in a new thread that is called "logger" and stays
 *   d COUNT DEPTH     as c, behind so many calls of nest
 * It is to be compiled with frame pointers, by which the kernel finds callers.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL
#define OWN_FRAME __attribute__((noipa))

static char *cache, *record;
static volatile long calls;
static void *volatile frame;
static sem_t logged;

/* A function that calls no other gets a frame only if it asks for one. */
OWN_FRAME static void store_pages(char *first, long count)
{
	frame = __builtin_frame_address(0);
	for (long page = 0; page < count; page++)
		*(volatile char *)(first + page * PAGE) += 1;
}

/* What follows a call keeps it from being a jump. */
OWN_FRAME static void fill_cache(long count)
{
	store_pages(cache, count);
	cache += count * PAGE;
}

OWN_FRAME static void append_log(long count)
{
	store_pages(record, count);
	record += count * PAGE;
}

OWN_FRAME static void nest(long count, long depth)
{
	if (depth > 1)
		nest(count, depth - 1);
	else
		fill_cache(count);
	calls++;
}

static void *log_apart(void *count)
{
	pthread_setname_np(pthread_self(), "logger");
	append_log((long)count);
	sem_post(&logged);
	for (;;)
		pause();
	return 0;
}

OWN_FRAME static void serve(char what, long count, long depth)
{
	pthread_t thread;

	if (what == 'c')
		fill_cache(count);
	if (what == 'l')
		append_log(count);
	if (what == 'd')
		nest(count, depth);
	if (what == 't' && !pthread_create(&thread, 0, log_apart, (void *)count))
		sem_wait(&logged);
	calls++;
}

static char *map(long pages)
{
	char *at = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		exit(3);
	madvise(at, pages * PAGE, MADV_NOHUGEPAGE);
	store_pages(at, pages);
	return at;
}

int main(int argc, char **argv)
{
	char line[64];
	long pages = argc > 1 ? strtol(argv[1], 0, 0) : 0;

	cache = map(pages);
	record = map(pages);
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		char *rest = line + 1;
		long count = strtol(rest, &rest, 0);

		serve(line[0], count, strtol(rest, 0, 0));
		puts("done");
		fflush(stdout);
	}
	return 0;
}
