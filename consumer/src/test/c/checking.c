/*
 * A process that checks itself while others do things to it.
 *
 *   checking [KIND COUNT]...   starts so many threads of each kind, prints "ready"
 *
 * spinning   keeps known numbers in its registers, vector registers included, and compares them
 * calling    judges the results of system calls
 * coroutine  spins on a small stack of its own, below which nothing may change
 * sequence   spins in a restartable sequence, which must not be finished once it was cut
 * raining    sends signals to all threads without a pause, of which none may be lost or come twice
 *
 * The first thread writes memory and reads it back. At a line of input: "right", with the rounds made, or what was wrong.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include <poll.h>

#define WORDS (1 << 18)

static volatile int stop;
static const char *volatile wrong;
static atomic_long rounds;
static int has_avx;

static void check(int right, const char *what)
{
	if (!right && !wrong)
		wrong = what;
}

/* In: what the registers are to hold. Out: what they held after a while. */
struct registers {
	uint64_t general[12]; /* rbx rcx rdx rsi r8 r9 r10 r11 r12 r13 r14 r15 */
	uint8_t vector[16][32];
};

#define EACH(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)
#define LOAD_YMM(n) "vmovdqu 96+32*" #n "(%%rdi), %%ymm" #n "\n"
#define STORE_YMM(n) "vmovdqu %%ymm" #n ", 96+32*" #n "(%%rdi)\n"
#define LOAD_XMM(n) "movdqu 96+32*" #n "(%%rdi), %%xmm" #n "\n"
#define STORE_XMM(n) "movdqu %%xmm" #n ", 96+32*" #n "(%%rdi)\n"
#define LOAD_GENERAL \
	"mov 0(%%rdi), %%rbx\n mov 8(%%rdi), %%rcx\n mov 16(%%rdi), %%rdx\n mov 24(%%rdi), %%rsi\n" \
	"mov 32(%%rdi), %%r8\n mov 40(%%rdi), %%r9\n mov 48(%%rdi), %%r10\n mov 56(%%rdi), %%r11\n" \
	"mov 64(%%rdi), %%r12\n mov 72(%%rdi), %%r13\n mov 80(%%rdi), %%r14\n mov 88(%%rdi), %%r15\n"
#define STORE_GENERAL \
	"mov %%rbx, 0(%%rdi)\n mov %%rcx, 8(%%rdi)\n mov %%rdx, 16(%%rdi)\n mov %%rsi, 24(%%rdi)\n" \
	"mov %%r8, 32(%%rdi)\n mov %%r9, 40(%%rdi)\n mov %%r10, 48(%%rdi)\n mov %%r11, 56(%%rdi)\n" \
	"mov %%r12, 64(%%rdi)\n mov %%r13, 72(%%rdi)\n mov %%r14, 80(%%rdi)\n mov %%r15, 88(%%rdi)\n"
#define WAIT "mov $300000, %%eax\n1: dec %%eax\n jnz 1b\n"
#define CLOBBERED \
	"rax", "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", \
	"xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
	"xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "cc", "memory"

static void hold(struct registers *held)
{
	if (has_avx)
		asm volatile(LOAD_GENERAL EACH(LOAD_YMM) WAIT EACH(STORE_YMM) STORE_GENERAL "vzeroupper\n"
			     : : "D"(held) : CLOBBERED);
	else
		asm volatile(LOAD_GENERAL EACH(LOAD_XMM) WAIT EACH(STORE_XMM) STORE_GENERAL
			     : : "D"(held) : CLOBBERED);
}

static void *spin(void *seed)
{
	struct registers held, known;
	uint64_t x = (uintptr_t)seed * 0x9E3779B97F4A7C15ull + 1;

	while (!stop) {
		for (unsigned i = 0; i < sizeof(known); i++) {
			x = x * 6364136223846793005ull + 1442695040888963407ull;
			((uint8_t *)&known)[i] = x >> 56;
		}
		held = known;
		hold(&held);
		check(!memcmp(&held, &known, sizeof(held)), "registers changed");
		rounds++;
	}
	return 0;
}

static void *call(void *unused)
{
	int ends[2];
	pid_t parent = getppid(), self = getpid();
	char byte = 1;

	(void)unused;
	check(!pipe(ends), "no pipe");
	while (!stop) {
		struct timespec short_time = { 0, 200000 };
		struct pollfd ready = { ends[0], POLLIN, 0 };

		check(getppid() == parent && syscall(SYS_getpid) == self, "a number changed");
		check(write(ends[1], &byte, 1) == 1, "write to a pipe failed");
		check(poll(&ready, 1, 1000) == 1 && ready.revents == POLLIN, "poll failed");
		check(read(ends[0], &byte, 1) == 1 && byte == 1, "read from a pipe failed");
		check(poll(&ready, 1, 1) == 0, "poll of nothing failed");
		check(!nanosleep(&short_time, 0), "nanosleep failed");
		rounds++;
	}
	return 0;
}

#define STACK_BYTES (64 << 10)
#define USED_BYTES (16 << 10)

/* Everything of the small stack that lies well below what this thread uses keeps its pattern. */
static void on_small_stack(unsigned low, unsigned high)
{
	unsigned char *bottom = (unsigned char *)((uintptr_t)high << 32 | low);

	memset(bottom, 0x5A, STACK_BYTES - USED_BYTES);
	while (!stop) {
		for (volatile int i = 0; i < 200000; i++)
			;
		for (int i = 0; i < STACK_BYTES - USED_BYTES; i++)
			check(bottom[i] == 0x5A, "a coroutine's memory changed");
		rounds++;
	}
}

static void *coroutine(void *unused)
{
	char *area = mmap(0, STACK_BYTES + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ucontext_t back, there;

	(void)unused;
	mprotect(area, 4096, PROT_NONE);
	getcontext(&there);
	there.uc_stack.ss_sp = area + 4096;
	there.uc_stack.ss_size = STACK_BYTES;
	there.uc_link = &back;
	makecontext(&there, (void (*)(void))on_small_stack, 2, (unsigned)(uintptr_t)(area + 4096),
		    (unsigned)((uintptr_t)(area + 4096) >> 32));
	swapcontext(&back, &there);
	return 0;
}

/* The last instruction of the sequence reads which sequence the kernel takes it for: none, if it was cut. */
static void *sequence(void *unused)
{
	struct rseq *area = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);

	(void)unused;
	while (!stop && __rseq_size) {
		uint64_t current = 1;

		asm volatile(".pushsection .data.sequence, \"aw\"\n"
			     ".balign 32\n"
			     "3: .long 0, 0\n .quad 1f, 2f - 1f, 4f\n"
			     ".popsection\n"
			     ".pushsection .text.abort, \"ax\"\n"
			     ".byte 0x0f, 0xb9, 0x3d\n .long 0x53053053\n"
			     "4: jmp 5f\n"
			     ".popsection\n"
			     "5: lea 3b(%%rip), %%rax\n"
			     "mov %%rax, %1\n"
			     "1: mov $20000, %%ecx\n"
			     "6: dec %%ecx\n jnz 6b\n"
			     "mov %1, %0\n"
			     "2:\n"
			     : "=&r"(current), "+m"(area->rseq_cs) : : "rax", "rcx", "cc", "memory");
		check(current != 0, "a sequence was finished though it was cut");
		rounds++;
	}
	return 0;
}

static pthread_t thread[64];
static volatile int threads, started, dry;
static atomic_int raining;
static atomic_long caught;

static void catch_one(int number)
{
	(void)number;
	caught++;
}

/* Signals of this kind are queued, each of them, until there are too many: then they are refused. */
static void *rain(void *unused)
{
	long sent = 0;

	(void)unused;
	raining++;
	while (!started)
		usleep(100);
	while (!dry) {
		for (int i = 0; i < threads; i++)
			sent += !pthread_equal(thread[i], pthread_self()) && !pthread_kill(thread[i], SIGRTMIN + 3);
		usleep(20);
		rounds++;
	}
	for (int i = 0; i < 10000 && caught < sent; i++)
		usleep(1000);
	check(sent > 0 && caught == sent, "signals were lost, or came twice");
	raining--;
	return 0;
}

static const struct {
	const char *name;
	void *(*run)(void *);
} kinds[] = { { "spinning", spin }, { "calling", call }, { "coroutine", coroutine }, { "sequence", sequence },
	    { "raining", rain } };

static int ended(void)
{
	struct pollfd input = { 0, POLLIN, 0 };

	return poll(&input, 1, 0) != 0;
}

int main(int count, char **arguments)
{
	uint64_t *memory = mmap(0, WORDS * 8, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	signal(SIGRTMIN + 3, catch_one);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	has_avx = __builtin_cpu_supports("avx");
	for (int argument = 1; argument + 1 < count; argument += 2)
		for (unsigned kind = 0; kind < sizeof(kinds) / sizeof(*kinds); kind++)
			for (int i = 0; !strcmp(arguments[argument], kinds[kind].name) && i < atoi(arguments[argument + 1]); i++)
				pthread_create(&thread[threads++], 0, kinds[kind].run, (void *)(uintptr_t)(i + 1));
	started = 1;
	printf("ready\n");
	fflush(stdout);
	for (uint64_t stamp = 1; !ended(); stamp++) {
		for (unsigned i = 0; i < WORDS; i += 512)
			memory[i] = stamp * 7 + i;
		for (unsigned i = 0; i < WORDS; i += 512)
			check(memory[i] == stamp * 7 + i, "memory changed");
		usleep(100);
		rounds++;
	}
	for (dry = 1; raining; usleep(1000))
		;
	stop = 1;
	for (int i = 0; i < threads; i++)
		pthread_join(thread[i], 0);
	if (wrong)
		printf("%s\n", wrong);
	else
		printf("right %ld\n", (long)rounds);
	return 0;
}
