/*
 * A process that waits in one kind of system call while it is armed, and judges what came of it.
 *
 *   blocked KIND MILLIS   prints "ready", waits, then prints "right" or what is wrong
 *
 * The call ends by itself after MILLIS, or by what a child does then. A call with a time limit may
 * take twice as long: being begun again, its limit begins anew. Then one line of input is awaited.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ALL_BYTES (1 << 20)

static long millis;
static int ends[2], peers[2], queue, semaphore, listener, locked;
static volatile int *word;
static volatile int handled;
static char path[64];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static struct timespec span(void)
{
	struct timespec t = { millis / 1000, millis % 1000 * 1000000 };

	return t;
}

static struct timespec later(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += millis / 1000;
	t.tv_nsec += millis % 1000 * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

static void handler(int signal)
{
	(void)signal;
	handled++;
}

static long futex(int operation, int value, void *time)
{
	return syscall(SYS_futex, word, operation, value, time, 0, -1);
}

/* What a call is to return, with which errno, and who ends it. */
struct kind {
	const char *name;
	long (*wait)(void);
	void (*end)(pid_t);
	long result;
	int error;
};

static char bytes[1 << 16];

static void nobody(pid_t p) { (void)p; }
static void by_byte(pid_t p) { (void)p; if (write(ends[1], "hello", 5) != 5) _exit(9); }
static void by_peer(pid_t p) { (void)p; if (write(peers[1], "hello", 5) != 5) _exit(9); }
static void by_signal(pid_t p) { kill(p, SIGUSR1); }
static void by_wake(pid_t p) { (void)p; *word = 1; futex(FUTEX_WAKE, 1, 0); }
static void by_unlock(pid_t p) { (void)p; flock(locked, LOCK_UN); }
static void by_file(pid_t p) { char f[96]; (void)p; snprintf(f, sizeof(f), "%s/x", path); close(open(f, O_CREAT | O_RDWR, 0600)); unlink(f); }

static void by_message(pid_t p)
{
	struct { long type; char text[5]; } message = { 1, "hello" };

	(void)p;
	msgsnd(queue, &message, 5, 0);
}

static void by_post(pid_t p)
{
	struct sembuf up = { 0, 1, 0 };

	(void)p;
	semop(semaphore, &up, 1);
}

static struct sockaddr_un address(socklen_t *length)
{
	struct sockaddr_un where = { .sun_family = AF_UNIX };

	snprintf(where.sun_path + 1, sizeof(where.sun_path) - 1, "%s", path);
	*length = sizeof(where.sun_family) + 1 + strlen(path);
	return where;
}

static void by_connect(pid_t p)
{
	socklen_t length;
	struct sockaddr_un where = address(&length);

	(void)p;
	if (connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&where, length))
		_exit(9);
}

static void by_reader(pid_t p)
{
	long left = ALL_BYTES;

	(void)p;
	while (left > 0) {
		long got = read(ends[0], bytes, sizeof(bytes));

		if (got <= 0)
			_exit(9);
		left -= got;
	}
}

static void by_rest(pid_t p) { (void)p; if (write(peers[1], bytes, 90) != 90) _exit(9); }

static long w_nanosleep(void) { struct timespec t = span(); return nanosleep(&t, 0); }
static long w_until(void) { struct timespec t = later(); return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, 0); }
static long w_poll(void) { struct pollfd p = { ends[0], POLLIN, 0 }; return poll(&p, 1, millis); }
static long w_ppoll(void) { struct pollfd p = { ends[0], POLLIN, 0 }; struct timespec t = span(); return ppoll(&p, 1, &t, 0); }
static long w_select(void) { fd_set f; struct timeval t = { millis / 1000, millis % 1000 * 1000 }; FD_ZERO(&f); FD_SET(ends[0], &f); return select(ends[0] + 1, &f, 0, 0, &t); }
/* A wait that begins again once it was woken finds the word changed. */
static long w_futex(void) { long r = futex(FUTEX_WAIT, 0, 0); return r && errno == EAGAIN && *word ? 0 : r; }
static long w_futex_timed(void) { struct timespec t = span(); return futex(FUTEX_WAIT, 0, &t); }
static long w_futex_until(void) { struct timespec t = later(); return futex(FUTEX_WAIT_BITSET, 0, &t); }
static long w_read(void) { return read(ends[0], bytes, 100); }
static long w_recv(void) { return recv(peers[0], bytes, 100, 0); }
static long w_recv_all(void) { if (write(peers[1], "0123456789", 10) != 10) return -2; return recv(peers[0], bytes, 100, MSG_WAITALL); }
static long w_accept(void) { return accept(listener, 0, 0) >= 0 ? 0 : -1; }
static long w_pause(void) { return pause(); }
static long w_msgrcv(void) { struct { long type; char text[64]; } m; return msgrcv(queue, &m, 64, 0, 0); }
static long w_semop(void) { struct sembuf down = { 0, -1, 0 }; return semop(semaphore, &down, 1); }
static long w_semtimedop(void) { struct sembuf down = { 0, -1, 0 }; struct timespec t = span(); return semtimedop(semaphore, &down, 1, &t); }
static long w_write(void) { char *all = calloc(1, ALL_BYTES); return write(ends[1], all, ALL_BYTES); }
static long w_flock(void) { char f[80]; snprintf(f, sizeof(f), "/proc/self/fd/%d", locked); return flock(open(f, O_RDWR), LOCK_EX); }

static long w_recv_timed(void)
{
	struct timeval t = { millis / 1000, millis % 1000 * 1000 };

	setsockopt(peers[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	return recv(peers[0], bytes, 100, 0);
}

/* The kernel cannot write back what is left of it. */
static const struct timespec *constant_span(void)
{
	struct timespec *t = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*t = span();
	mprotect(t, 4096, PROT_READ);
	return t;
}

static long w_ppoll_constant(void) { struct pollfd p = { ends[0], POLLIN, 0 }; return syscall(SYS_ppoll, &p, 1, constant_span(), 0, 8); }
static long w_pselect_constant(void) { fd_set f; FD_ZERO(&f); FD_SET(ends[0], &f); return syscall(SYS_pselect6, ends[0] + 1, &f, 0, 0, constant_span(), 0); }

static long w_send_timed(void)
{
	struct timeval t = { millis / 1000, millis % 1000 * 1000 };

	while (send(peers[0], bytes, 1, MSG_DONTWAIT) == 1)
		;
	setsockopt(peers[0], SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
	return send(peers[0], bytes, 1, 0);
}

static int epoll(void)
{
	int fd = epoll_create1(0);
	struct epoll_event event = { .events = EPOLLIN };

	epoll_ctl(fd, EPOLL_CTL_ADD, ends[0], &event);
	return fd;
}

static long w_epoll(void) { struct epoll_event e; return epoll_wait(epoll(), &e, 1, -1); }
static long w_epoll_timed(void) { struct epoll_event e; return epoll_wait(epoll(), &e, 1, millis); }
static long w_epoll_pwait2(void) { struct epoll_event e; struct timespec t = span(); return syscall(441, epoll(), &e, 1, &t, 0, 8); }

static long w_wait4(void)
{
	int status;
	pid_t child = fork();

	if (!child) {
		usleep(millis * 1000);
		_exit(3);
	}
	return wait4(child, &status, 0, 0) == child && WEXITSTATUS(status) == 3 ? 0 : -1;
}

static long w_sigsuspend(void)
{
	sigset_t none, blocked;
	long result;
	int error;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, 0);
	sigemptyset(&none);
	result = sigsuspend(&none);
	error = errno;
	sigprocmask(0, 0, &blocked);
	errno = error;
	return handled == 1 && sigismember(&blocked, SIGUSR1) ? result : -2;
}

static long w_sigtimedwait(void)
{
	sigset_t set;
	struct timespec t = span();

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, 0);
	return sigtimedwait(&set, 0, &t);
}

static long w_inotify(void)
{
	int fd = inotify_init();

	mkdir(path, 0700);
	inotify_add_watch(fd, path, IN_CREATE);
	return read(fd, bytes, 4096) > 0 ? 0 : -1;
}

static long w_uring(void)
{
	struct io_uring_params p;
	struct timespec t = span();
	struct io_uring_sqe *entry;
	char *ring;
	int fd;

	memset(&p, 0, sizeof(p));
	fd = syscall(425, 8, &p);
	if (fd < 0)
		return 0;
	ring = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
	entry = mmap(0, 8 * sizeof(*entry), PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQES);
	memset(entry, 0, sizeof(*entry));
	entry->opcode = IORING_OP_TIMEOUT;
	entry->addr = (uint64_t)&t;
	entry->len = 1;
	((unsigned *)(ring + p.sq_off.array))[0] = 0;
	(*(unsigned *)(ring + p.sq_off.tail))++;
	syscall(426, fd, 1, 0, 0, 0, 0);
	return syscall(426, fd, 0, 1, IORING_ENTER_GETEVENTS, 0, 0);
}

static long w_vfork(void)
{
	struct timespec t = span();
	pid_t child = vfork();

	if (!child) {
		syscall(SYS_nanosleep, &t, 0);
		_exit(0);
	}
	return child > 0 ? 0 : -1;
}

/* A thread that blocks, or ignores, all signals must be as it was afterwards. */
static long w_blocking(void)
{
	sigset_t all;
	long result;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, 0);
	result = w_nanosleep();
	sigprocmask(0, 0, &all);
	return sigismember(&all, SIGTRAP) ? result : -2;
}

static long w_ignoring(void)
{
	struct sigaction action;
	long result;

	signal(SIGTRAP, SIG_IGN);
	result = w_nanosleep();
	sigaction(SIGTRAP, 0, &action);
	return action.sa_handler == SIG_IGN ? result : -2;
}

static const struct kind kinds[] = {
	{ "nanosleep", w_nanosleep, nobody, 0, 0 },
	{ "clock_nanosleep", w_until, nobody, 0, 0 },
	{ "poll", w_poll, nobody, 0, 0 },
	{ "ppoll", w_ppoll, nobody, 0, 0 },
	{ "ppoll-constant", w_ppoll_constant, nobody, 0, 0 },
	{ "pselect-constant", w_pselect_constant, nobody, 0, 0 },
	{ "select", w_select, nobody, 0, 0 },
	{ "futex", w_futex, by_wake, 0, 0 },
	{ "futex-timed", w_futex_timed, nobody, -1, ETIMEDOUT },
	{ "futex-until", w_futex_until, nobody, -1, ETIMEDOUT },
	{ "read", w_read, by_byte, 5, 0 },
	{ "recv", w_recv, by_peer, 5, 0 },
	{ "recv-timed", w_recv_timed, nobody, -1, EAGAIN },
	{ "send-timed", w_send_timed, nobody, -1, EAGAIN },
	{ "recv-all", w_recv_all, by_rest, 100, 0 },
	{ "wait4", w_wait4, nobody, 0, 0 },
	{ "accept", w_accept, by_connect, 0, 0 },
	{ "pause", w_pause, by_signal, -1, EINTR },
	{ "sigsuspend", w_sigsuspend, by_signal, -1, EINTR },
	{ "sigtimedwait", w_sigtimedwait, nobody, -1, EAGAIN },
	{ "msgrcv", w_msgrcv, by_message, 5, 0 },
	{ "semop", w_semop, by_post, 0, 0 },
	{ "semtimedop", w_semtimedop, nobody, -1, EAGAIN },
	{ "epoll", w_epoll, by_byte, 1, 0 },
	{ "epoll-timed", w_epoll_timed, nobody, 0, 0 },
	{ "epoll-pwait2", w_epoll_pwait2, nobody, 0, 0 },
	{ "inotify", w_inotify, by_file, 0, 0 },
	{ "uring", w_uring, nobody, 0, 0 },
	{ "flock", w_flock, by_unlock, 0, 0 },
	{ "write", w_write, by_reader, ALL_BYTES, 0 },
	{ "vfork", w_vfork, nobody, 0, 0 },
	{ "blocking-all", w_blocking, nobody, 0, 0 },
	{ "ignoring-trap", w_ignoring, nobody, 0, 0 },
};

static void open_all(void)
{
	socklen_t length;
	struct sockaddr_un where;

	snprintf(path, sizeof(path), "/tmp/blocked-%d", getpid());
	word = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (pipe(ends) || socketpair(AF_UNIX, SOCK_STREAM, 0, peers))
		exit(8);
	queue = msgget(IPC_PRIVATE, 0600);
	semaphore = semget(IPC_PRIVATE, 1, 0600);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	where = address(&length);
	if (bind(listener, (void *)&where, length) || listen(listener, 4))
		exit(8);
	locked = memfd_create("locked", 0);
	flock(locked, LOCK_EX);
}

static void close_all(void)
{
	msgctl(queue, IPC_RMID, 0);
	semctl(semaphore, 0, IPC_RMID);
	rmdir(path);
}

static void ender(const struct kind *kind, pid_t target)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	usleep(millis * 1000);
	kind->end(target);
	_exit(0);
}

/* The time runs since the child was made that ends the call: it may be late itself. */
static void judge(const struct kind *kind, double start)
{
	double seconds;
	long result;
	int error;

	errno = 0;
	result = kind->wait();
	error = result == -1 ? errno : 0;
	seconds = now() - start;
	if (result != kind->result || error != kind->error)
		printf("returned %ld, errno %d (%s)\n", result, error, strerror(error));
	else if (seconds < millis * 0.97e-3)
		printf("took %.3f s\n", seconds);
	else
		printf("right\n");
	fflush(stdout);
}

int main(int count, char **arguments)
{
	const struct kind *kind = 0;
	pid_t self = getpid(), child;
	double start;

	for (unsigned i = 0; count == 3 && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(arguments[1], kinds[i].name))
			kind = &kinds[i];
	if (!kind)
		return 2;
	millis = atol(arguments[2]);
	signal(SIGUSR1, handler);
	open_all();
	start = now();
	child = fork();
	if (!child)
		ender(kind, self);
	printf("ready\n");
	fflush(stdout);
	judge(kind, start);
	kill(child, SIGKILL);
	waitpid(child, 0, 0);
	close_all();
	getchar();
	return 0;
}
