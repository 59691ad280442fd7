/* The choice among the operations of wild.c, and its own loads and stores. */
#define _GNU_SOURCE
#include "wild-ops.h"

struct slot slots[SLOTS];
static uint64_t state, stamp;

void begin_random(uint64_t seed)
{
	state = seed;
	for (int i = 0; i < SLOTS; i++)
		slots[i].fd = -1;
}

/* splitmix64 */
static uint64_t next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15UL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9UL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebUL;
	return z ^ z >> 31;
}

uint64_t below(uint64_t limit)
{
	return next() % limit;
}

char *start_of(const struct slot *slot)
{
	return ARENA + (slot - slots) * SLOT_BYTES;
}

struct slot *some_slot(void)
{
	uint64_t first = below(SLOTS);

	for (int i = 0; i < SLOTS; i++)
		if (slots[(first + i) % SLOTS].pages)
			return &slots[(first + i) % SLOTS];
	return 0;
}

struct part some_part(void)
{
	struct part part = { some_slot(), 0, 0 };

	if (!part.slot)
		return part;
	part.first = below(part.slot->pages);
	part.pages = 1 + below(below(4) ? 8 : part.slot->pages);
	if (part.pages > part.slot->pages - part.first)
		part.pages = part.slot->pages - part.first;
	return part;
}

char *at(struct part part)
{
	return start_of(part.slot) + part.first * PAGE;
}

/* What no sample tells of makes all of a huge page or large folio written: the whole 2 MiB are named. */
void logged_block(const char *name, struct part part)
{
	uint64_t first = part.first & -512UL, end = (part.first + part.pages + 511) & -512UL;

	if (part.slot->kind == ANONYMOUS || part.slot->kind == MEMFD_PRIVATE)
		logged(name, at(part), part.pages);
	else
		logged(name, start_of(part.slot) + first * PAGE, end - first);
}

int poke(char *place, uint64_t value)
{
	sigjmp_buf here;

	if (sigsetjmp(here, 0)) {
		escape = 0;
		return 0;
	}
	escape = &here;
	*(volatile uint64_t *)place = value;
	escape = 0;
	return 1;
}

uint64_t new_stamp(void)
{
	return ++stamp << 20 | (next() & 0xfffff);
}

static void peek(char *place)
{
	sigjmp_buf here;

	if (!sigsetjmp(here, 0)) {
		escape = &here;
		(void)*(volatile char *)place;
	}
	escape = 0;
}

static void stores(void)
{
	struct part part = some_part();

	if (!part.slot)
		return;
	logged("store", at(part), part.pages);
	for (uint64_t page = 0; page < part.pages; page += 1 + (part.pages > 64 ? below(16) : 0))
		poke(at(part) + page * PAGE + below(512) * 8, new_stamp());
}

/* More faults than a small ring has room for. */
static void store_burst(void)
{
	struct slot *slot = some_slot();

	if (!slot)
		return;
	logged("store", start_of(slot), slot->pages);
	for (uint64_t page = 0; page < slot->pages && page < 300; page++)
		poke(start_of(slot) + page * PAGE, new_stamp());
}

static void scattered_stores(void)
{
	for (uint64_t count = 1 + below(6); count; count--) {
		struct part part = some_part();

		if (!part.slot)
			return;
		part.pages = 1;
		logged("store", at(part), 1);
		poke(at(part) + below(512) * 8, new_stamp());
	}
}

static void loads(void)
{
	struct part part = some_part();

	for (uint64_t page = 0; page < part.pages; page++)
		peek(at(part) + page * PAGE);
}

static __attribute__((noinline)) int deepen(uint64_t frames)
{
	volatile char frame[3000];

	frame[0] = frames;
	return frames ? deepen(frames - 1) + frame[0] : frame[0];
}

static void grows_stack(void)
{
	deepen(below(60));
}

static const struct {
	const char *name;
	int weight;
	void (*play)(void);
} operations[] = {
	{ "stores", 20, stores },
	{ "scattered-stores", 20, scattered_stores },
	{ "burst", 3, store_burst },
	{ "loads", 4, loads },
	{ "thread-stores", 14, thread_stores },
	{ "kernel-read", 5, kernel_reads },
	{ "map", 5, maps },
	{ "unmap", 2, unmaps },
	{ "map-over", 3, maps_over },
	{ "protect", 5, protects },
	{ "move", 2, moves },
	{ "move-part", 2, moves_part },
	{ "resize", 4, resizes },
	{ "dontneed", 3, drops },
	{ "free", 2, frees },
	{ "pageout", 2, pages_out },
	{ "populate", 2, populates },
	{ "huge", 2, wants_huge },
	{ "collapse", 2, collapses },
	{ "mlock", 1, locks },
	{ "brk", 2, grows_heap },
	{ "stack", 2, grows_stack },
	{ "thread-start", 3, thread_starts },
	{ "thread-end", 2, thread_ends },
	{ "fork", 2, forks },
	{ "vm-child", 2, stores_by_vm_child },
	{ "gup-write", 3, gup_writes },
	{ "mem-write", 2, mem_writes },
	{ "direct-read", 2, direct_reads },
	{ "futex-op", 2, futex_operates },
	{ "uffd-copy", 1, userfaultfd_copies },
	{ "unprotect", 1, unprotects },
	{ "unregister", 1, unregisters },
	{ "close-uffd", 1, closes_userfaultfd },
	{ "remove", 2, removes },
	{ "punch", 2, punches },
	{ "truncate", 2, truncates },
	{ "file-write", 2, file_writes },
};

#define OPERATIONS (sizeof(operations) / sizeof(*operations))

void name_operations(void)
{
	for (uint64_t i = 0; i < OPERATIONS; i++)
		logged(operations[i].name, 0, 0);
}

static uint64_t choose(uint64_t off)
{
	uint64_t sum = 0, ticket;

	for (uint64_t i = 0; i < OPERATIONS; i++)
		sum += off >> i & 1 ? 0 : operations[i].weight;
	ticket = below(sum);
	for (uint64_t i = 0;; i++) {
		uint64_t weight = off >> i & 1 ? 0 : operations[i].weight;

		if (ticket < weight)
			return i;
		ticket -= weight;
	}
}

void play(uint64_t count, uint64_t seed, uint64_t off)
{
	state = seed;
	while (count--)
		operations[choose(off)].play();
	threads_settle();
}
