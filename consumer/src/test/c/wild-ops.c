/* The operations of wild.c that are about mappings and pages, and the choice among all. */
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

static void maps(void)
{
	static const uint64_t sizes[] = { 1, 7, 16, 64, 200 };
	struct slot *slot = &slots[below(SLOTS)];
	int is_file, flags;

	if (slot->pages)
		munmap(start_of(slot), SLOT_BYTES);
	if (slot->fd >= 0) {
		close(slot->fd);
		fds--;
	}
	slot->fd = -1;
	slot->kind = below(3) ? below(KINDS) : ANONYMOUS;
	slot->pages = slot->kind == HUGE ? SLOT_PAGES : sizes[below(5)];
	is_file = slot->kind >= MEMFD;
	if (is_file) {
		slot->fd = new_file(slot->kind >= DISK);
		if (ftruncate(slot->fd, SLOT_BYTES))
			_exit(6);
		for (int i = 0; i < 20; i++)
			file_write(slot->fd, below(slot->pages), new_stamp());
	}
	flags = slot->kind == MEMFD || slot->kind == DISK ? MAP_SHARED : MAP_PRIVATE;
	if (!is_file)
		flags |= MAP_ANONYMOUS;
	mmap(start_of(slot), slot->pages * PAGE, PROT_READ | PROT_WRITE, flags | MAP_FIXED, slot->fd, 0);
	if (slot->kind == HUGE)
		madvise(start_of(slot), slot->pages * PAGE, MADV_HUGEPAGE);
	logged("map", start_of(slot), slot->pages);
}

static void unmaps(void)
{
	struct part part = some_part();

	if (!part.slot)
		return;
	munmap(at(part), part.pages * PAGE);
	logged("unmap", at(part), part.pages);
}

static void maps_over(void)
{
	struct part part = some_part();
	int prot = below(6) ? PROT_READ | PROT_WRITE : PROT_NONE;

	if (!part.slot)
		return;
	mmap(at(part), part.pages * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	logged("map-over", at(part), part.pages);
	if (below(2))
		poke(at(part) + below(part.pages) * PAGE, new_stamp());
}

static void protects(void)
{
	static const int rights[] = { PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE };
	struct part part = some_part();

	if (!part.slot)
		return;
	mprotect(at(part), part.pages * PAGE, rights[below(4)]);
	logged("protect", at(part), part.pages);
}

static void moves(void)
{
	struct slot *from = some_slot(), *to = &slots[below(SLOTS)], was;
	int flags = MREMAP_MAYMOVE | MREMAP_FIXED;
	uint64_t bytes;

	if (!from || to->pages || from == to)
		return;
	bytes = from->pages * PAGE;
	if (from->kind <= HUGE && !below(3))
		flags |= MREMAP_DONTUNMAP;
	if (mremap(start_of(from), bytes, bytes, flags, start_of(to)) == MAP_FAILED) {
		munmap(start_of(to), SLOT_BYTES); /* some of several mappings may have been moved */
		return;
	}
	logged("move", start_of(from), from->pages);
	logged("move", start_of(to), from->pages);
	was = *to;
	*to = *from;
	if (flags & MREMAP_DONTUNMAP)
		from->fd = -1;
	else
		*from = was;
}

static void moves_part(void)
{
	struct part part = some_part();
	struct slot *to = &slots[below(SLOTS)];

	if (!part.slot || part.slot->kind > HUGE || to == part.slot || part.first + part.pages > to->pages)
		return;
	if (mremap(at(part), part.pages * PAGE, part.pages * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		   start_of(to) + part.first * PAGE) == MAP_FAILED)
		return;
	logged("move", at(part), part.pages);
	logged("move", start_of(to) + part.first * PAGE, part.pages);
}

static void resizes(void)
{
	struct part part = some_part();
	uint64_t pages = 1 + below(2 * part.pages + 8);
	char *end;

	if (!part.slot || part.first + pages > SLOT_PAGES)
		return;
	if (mremap(at(part), part.pages * PAGE, pages * PAGE, 0) == MAP_FAILED)
		return;
	logged(pages > part.pages ? "grow" : "shrink", at(part), pages > part.pages ? pages : part.pages);
	end = at(part) + pages * PAGE;
	if (pages > part.pages && part.first + pages > part.slot->pages)
		part.slot->pages = part.first + pages;
	if (pages > part.pages)
		poke(end - PAGE, new_stamp());
}

static void advises(int advice, const char *name)
{
	struct part part = some_part();

	if (!part.slot)
		return;
	madvise(at(part), part.pages * PAGE, advice); /* does a part where it fails at a hole */
	if (part.slot->kind == ANONYMOUS && advice == MADV_HUGEPAGE)
		part.slot->kind = HUGE;
	logged_block(name, part);
}

static void drops(void)
{
	advises(MADV_DONTNEED, "dontneed");
}

static void frees(void)
{
	advises(MADV_FREE, "free");
}

static void removes(void)
{
	advises(MADV_REMOVE, "remove");
}

static void pages_out(void)
{
	advises(MADV_PAGEOUT, "pageout");
}

static void populates(void)
{
	advises(MADV_POPULATE_WRITE, "populate");
}

static void wants_huge(void)
{
	advises(below(2) ? MADV_HUGEPAGE : MADV_NOHUGEPAGE, "huge");
}

/* All of a slot, so that there is a whole table's worth to collapse. */
static void collapses(void)
{
	struct slot *slot = some_slot();
	struct part whole = { slot, 0, slot ? slot->pages : 0 };

	if (!slot)
		return;
	madvise(start_of(slot), slot->pages * PAGE, MADV_COLLAPSE);
	if (slot->kind == ANONYMOUS)
		slot->kind = HUGE;
	logged_block("collapse", whole);
}

static void locks(void)
{
	struct part part = some_part();

	if (!part.slot)
		return;
	mlock(at(part), part.pages * PAGE);
	munlock(at(part), part.pages * PAGE);
	logged_block("mlock", part);
}

static void grows_heap(void)
{
	static char *begin, *end; /* what is surely not malloc's */
	char *was = sbrk(0);
	uint64_t pages = 1 + below(8);

	if (end == was && begin < end && below(2)) {
		sbrk(-PAGE);
		logged("brk", was - PAGE, 1);
		end = was - PAGE;
		return;
	}
	if (sbrk(pages * PAGE) == (void *)-1)
		return;
	if (end != was)
		begin = was;
	end = was + pages * PAGE;
	logged("brk", was, pages);
	for (uint64_t page = 0; page < pages; page++)
		poke(was + page * PAGE, new_stamp());
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
