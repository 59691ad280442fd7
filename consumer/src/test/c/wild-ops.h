/* What wild-ops.c, wild-maps.c and wild-others.c share. */
#include "wild.h"

struct part {
	struct slot *slot; /* 0: nothing is mapped */
	uint64_t first, pages;
};

/* wild-ops.c */
struct part some_part(void);
char *at(struct part part);
void logged_block(const char *name, struct part part);
uint64_t new_stamp(void);

/* wild-maps.c */
void maps(void);
void unmaps(void);
void maps_over(void);
void protects(void);
void moves(void);
void moves_part(void);
void resizes(void);
void drops(void);
void frees(void);
void removes(void);
void pages_out(void);
void populates(void);
void wants_huge(void);
void collapses(void);
void locks(void);
void grows_heap(void);

/* wild-others.c: what others write for the process, or behind its back */
void kernel_reads(void);
void forks(void);
void stores_by_vm_child(void);
void gup_writes(void);
void mem_writes(void);
void direct_reads(void);
void futex_operates(void);
void userfaultfd_copies(void);
void unprotects(void);
void unregisters(void);
void punches(void);
void truncates(void);
void file_writes(void);
void file_write(int fd, uint64_t page, uint64_t value);
