/* What wild.c and wild-*.c share. The memory that is played with lies in slots of 4 MiB, far from all other. */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/userfaultfd.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE /* newer than some headers */
#define MADV_COLLAPSE 25
#endif
#define PAGE 4096UL
#define ARENA ((char *)0x100000000000)
#define SLOTS 16
#define SLOT_PAGES 1024UL
#define SLOT_BYTES (SLOT_PAGES * PAGE)
#define RESERVE (ARENA + (1UL << 32))
#define RESERVE_BYTES (1UL << 33)

/* WP_ASYNC, WP_UNPOPULATED and WP_HUGETLBFS_SHMEM: newer than some headers */
#define FEATURES (1UL << 15 | 1UL << 13 | 1UL << 12)

/* What a slot's pages are of. Page k of a slot is page k of its file, so that no page is mapped twice. */
enum kind { ANONYMOUS, HUGE, MEMFD, MEMFD_PRIVATE, DISK, DISK_PRIVATE, KINDS };

struct slot {
	enum kind kind;
	uint64_t pages; /* mapped from its start on, with holes; 0: nothing */
	int fd;		/* -1: none */
};

extern __thread sigjmp_buf *volatile escape;
extern int fds, userfaultfd_fd, direct_fd;
extern struct slot slots[SLOTS];

/* wild.c */
void logged(const char *name, const void *at, uint64_t pages);
int new_file(int on_disk);

/* wild-ops.c */
void begin_random(uint64_t seed);
void play(uint64_t count, uint64_t seed, uint64_t off);
void name_operations(void);
uint64_t below(uint64_t limit);
struct slot *some_slot(void);
char *start_of(const struct slot *slot);
int poke(char *at, uint64_t value);

/* wild-others.c */
void closes_userfaultfd(void);

/* wild-threads.c */
void thread_starts(void);
void thread_ends(void);
void thread_stores(void);
void threads_settle(void);
