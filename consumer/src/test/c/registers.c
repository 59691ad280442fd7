/*
 * Threads whose registers hold known numbers.
 *
 *   registers SPINNING WAITING   starts so many threads that compute, and so many that wait in
 *                                futex(2); prints "TID NUMBER SPINS" of each, then "ready"
 *
 * A thread with the number N has N in r12 and xmm7, N + 1 in r13, N + 2 in r14, N + 3 in r15, and
 * N + 4 in rbx and xmm15. A line of standard input ends them, and is answered with "right" if all
 * registers are as they were.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

struct held {
	long number, spins, end[7];
};

static int over, here, wrong;

/* What follows in r8 is neither changed by a system call nor by this. */
static __attribute__((noipa)) void hold(struct held *to)
{
	register struct held *held __asm__("r8") = to;

	__asm__ volatile("movq (%0), %%r12\n"
			 "leaq 1(%%r12), %%r13\n"
			 "leaq 2(%%r12), %%r14\n"
			 "leaq 3(%%r12), %%r15\n"
			 "leaq 4(%%r12), %%rbx\n"
			 "movq %%r12, %%xmm7\n"
			 "movq %%rbx, %%xmm15\n"
			 "lock incl here(%%rip)\n"
			 "1: cmpl $0, over(%%rip)\n"
			 "jne 3f\n"
			 "cmpq $0, 8(%0)\n"
			 "jne 2f\n"
			 "movl $202, %%eax\n" /* futex(&over, FUTEX_WAIT, 0, NULL) */
			 "leaq over(%%rip), %%rdi\n"
			 "xorl %%esi, %%esi\n"
			 "xorl %%edx, %%edx\n"
			 "xorl %%r10d, %%r10d\n"
			 "syscall\n"
			 "2: pause\n"
			 "jmp 1b\n"
			 "3: movq %%r12, 16(%0)\n"
			 "movq %%r13, 24(%0)\n"
			 "movq %%r14, 32(%0)\n"
			 "movq %%r15, 40(%0)\n"
			 "movq %%rbx, 48(%0)\n"
			 "movq %%xmm7, 56(%0)\n"
			 "movq %%xmm15, 64(%0)\n"
			 :
			 : "r"(held)
			 : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r10", "r11", "r12", "r13", "r14",
			   "r15", "xmm7", "xmm15", "memory", "cc");
}

static void *run(void *argument)
{
	struct held *held = argument;

	printf("%ld %ld %ld\n", (long)gettid(), held->number, held->spins);
	hold(held);
	for (int i = 0; i < 7; i++) {
		long expected = held->number + (i < 5 ? i : i == 5 ? 0 : 4);

		if (held->end[i] != expected)
			__atomic_fetch_add(&wrong, 1, __ATOMIC_SEQ_CST);
	}
	return 0;
}

int main(int argc, char **argv)
{
	int spinning = argc > 2 ? atoi(argv[1]) : 0;
	int all = argc > 2 ? spinning + atoi(argv[2]) : 0;
	pthread_t *threads = calloc(all, sizeof(*threads));
	struct held *held = calloc(all, sizeof(*held));
	pthread_attr_t small;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, PTHREAD_STACK_MIN + (1 << 16));
	for (int i = 0; i < all; i++) {
		held[i].number = (i + 1) * 0x123456789L;
		held[i].spins = i < spinning;
		if (pthread_create(&threads[i], &small, run, &held[i]))
			return 3;
	}
	while (__atomic_load_n(&here, __ATOMIC_SEQ_CST) < all)
		usleep(1000);
	puts("ready");
	fflush(stdout);
	getchar();
	__atomic_store_n(&over, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &over, FUTEX_WAKE, INT_MAX);
	for (int i = 0; i < all; i++)
		pthread_join(threads[i], 0);
	puts(wrong ? "wrong" : "right");
	return 0;
}
