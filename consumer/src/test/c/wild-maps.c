/* What wild.c does to its mappings by mmap, mremap, mprotect, madvise, mlock and brk. */
#define _GNU_SOURCE
#include "wild-ops.h"

void maps(void)
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

void unmaps(void)
{
	struct part part = some_part();

	if (!part.slot)
		return;
	munmap(at(part), part.pages * PAGE);
	logged("unmap", at(part), part.pages);
}

void maps_over(void)
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

void protects(void)
{
	static const int rights[] = { PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE };
	struct part part = some_part();

	if (!part.slot)
		return;
	mprotect(at(part), part.pages * PAGE, rights[below(4)]);
	logged("protect", at(part), part.pages);
}

void moves(void)
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
	logged(flags & MREMAP_DONTUNMAP ? "left-empty" : "move", start_of(from), from->pages);
	logged("move", start_of(to), from->pages);
	was = *to;
	*to = *from;
	if (flags & MREMAP_DONTUNMAP)
		from->fd = -1;
	else
		*from = was;
}

void moves_part(void)
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

void resizes(void)
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

void drops(void)
{
	advises(MADV_DONTNEED, "dontneed");
}

void frees(void)
{
	advises(MADV_FREE, "free");
}

void removes(void)
{
	advises(MADV_REMOVE, "remove");
}

void pages_out(void)
{
	advises(MADV_PAGEOUT, "pageout");
}

void populates(void)
{
	advises(MADV_POPULATE_WRITE, "populate");
}

void wants_huge(void)
{
	advises(below(2) ? MADV_HUGEPAGE : MADV_NOHUGEPAGE, "huge");
}

/* All of a slot, so that there is a whole table's worth to collapse. */
void collapses(void)
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

/*
 * Not of files on disk: where such a page is armed and not in the page cache, mlock never returns (Linux 6.18,
 * filemap_fault_recheck_pte_none takes the marker for a page).
 */
void locks(void)
{
	struct part part = some_part();

	if (!part.slot || part.slot->kind >= DISK)
		return;
	mlock(at(part), part.pages * PAGE);
	munlock(at(part), part.pages * PAGE);
	logged_block("mlock", part);
}

void grows_heap(void)
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
