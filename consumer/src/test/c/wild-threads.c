/* The threads of wild.c: each waits for a slot to store to, and stores while others do what they do. */
#define _GNU_SOURCE
#include "wild.h"

#define THREADS 4

struct worker {
	pthread_t thread;
	int alive, busy, ends;
	char *start;
	uint64_t pages, seed;
	int stores;
};

static struct worker workers[THREADS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void store_all(struct worker *worker)
{
	for (int i = 0; i < worker->stores; i++) {
		worker->seed = worker->seed * 6364136223846793005UL + 1442695040888963407UL;
		poke(worker->start + (worker->seed >> 33) % worker->pages * PAGE + (worker->seed >> 20) % 512 * 8,
		     worker->seed);
	}
}

static void *work(void *argument)
{
	struct worker *worker = argument;

	pthread_mutex_lock(&lock);
	while (!worker->ends) {
		if (worker->busy) {
			pthread_mutex_unlock(&lock);
			store_all(worker);
			pthread_mutex_lock(&lock);
			worker->busy = 0;
			pthread_cond_broadcast(&changed);
		} else {
			pthread_cond_wait(&changed, &lock);
		}
	}
	pthread_mutex_unlock(&lock);
	return 0;
}

static struct worker *find(int alive)
{
	uint64_t first = below(THREADS);

	for (int i = 0; i < THREADS; i++)
		if (workers[(first + i) % THREADS].alive == alive)
			return &workers[(first + i) % THREADS];
	return 0;
}

static void settle(struct worker *worker)
{
	pthread_mutex_lock(&lock);
	while (worker->busy)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

void threads_settle(void)
{
	for (int i = 0; i < THREADS; i++)
		settle(&workers[i]);
}

void thread_starts(void)
{
	struct worker *worker = find(0);
	pthread_attr_t attributes;

	if (!worker)
		return;
	memset(worker, 0, sizeof(*worker));
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 64 * 1024);
	worker->alive = !pthread_create(&worker->thread, &attributes, work, worker);
	pthread_attr_destroy(&attributes);
	logged("thread-start", worker, 0);
}

void thread_ends(void)
{
	struct worker *worker = find(1);

	if (!worker)
		return;
	pthread_mutex_lock(&lock);
	worker->ends = 1;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	pthread_join(worker->thread, 0);
	worker->alive = worker->busy = 0;
	logged("thread-end", worker, 0);
}

void thread_stores(void)
{
	struct worker *worker = find(1);
	struct slot *slot = some_slot();

	if (!worker || !slot)
		return;
	settle(worker);
	pthread_mutex_lock(&lock);
	worker->start = start_of(slot);
	worker->pages = slot->pages;
	worker->seed = below(1UL << 62);
	worker->stores = 1 + below(40);
	worker->busy = 1;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	logged("thread-store", start_of(slot), slot->pages);
}
