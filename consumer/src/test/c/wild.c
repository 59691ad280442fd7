/*
 * A process that does random things to its own memory, and knows nothing of who tracks it.
 *
 *   wild SEED FOLDER          files of its own lie in FOLDER, without a name; if SEED is odd, it reserves 8 GiB beside, so
 *                             that scans of everything are dear
 *
 * It says "@ FDS" when it begins, and obeys lines of standard input:
 *   r COUNT SEED OFF EXEC     plays COUNT operations that follow from SEED; bit i of OFF leaves operation i out; EXEC 1: and
 *                             becomes this program anew, which says "@ FDS" instead of an answer
 *   u                         opens a userfaultfd if it has none open
 *   s                         does so, and registers what it has mapped to play with for asynchronous write-protection
 *   c                         closes its userfaultfd
 *   n                         names all operations
 * and answers "= FDS" and the operations that it played, each NAME:PAGE+PAGES in hexadecimal. FDS is how many descriptors
 * it has opened. From an answer to the next line it touches no memory but its stack: who looks waits until all
 * threads sleep.
 */
#define _GNU_SOURCE
#include "wild.h"

__thread sigjmp_buf *volatile escape;
static char *self, *folder;
static char answer[1 << 16];
static size_t answered;
int fds = 3, userfaultfd_fd = -1, direct_fd = -1;

/* A store that hits a hole, a protection or the end of a file is no error here: it has just not happened. */
static void escape_from(int signal)
{
	if (!escape)
		_exit(99);
	siglongjmp(*escape, 1);
}

void logged(const char *name, const void *at, uint64_t pages)
{
	if (answered < sizeof(answer) - 80)
		answered += sprintf(answer + answered, " %s:%lx+%lx", name,
				    (unsigned long)((uintptr_t)at / PAGE), (unsigned long)pages);
}

static void say(char first)
{
	char begin[32];
	struct iovec parts[3] = { { begin, 0 }, { answer, answered }, { "\n", 1 } };

	parts[0].iov_len = sprintf(begin, "%c %d", first, fds);
	if (writev(1, parts, 3) < 0)
		_exit(5);
	answered = 0;
}

static void become_anew(uint64_t seed)
{
	char number[32];

	sprintf(number, "%lu", (unsigned long)seed);
	execl("/proc/self/exe", self, number, folder, (char *)0);
	_exit(3);
}

static void open_userfaultfd(void)
{
	if (userfaultfd_fd >= 0)
		return;
	userfaultfd_fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);
	if (userfaultfd_fd < 0)
		_exit(4);
	fds++;
}

static void register_itself(void)
{
	struct uffdio_api api = { .api = UFFD_API, .features = FEATURES };
	struct uffdio_register all = {
		.range = { (uintptr_t)ARENA, SLOTS * SLOT_BYTES }, .mode = UFFDIO_REGISTER_MODE_WP,
	};

	closes_userfaultfd(); /* on which something may have been agreed before */
	open_userfaultfd();
	if (ioctl(userfaultfd_fd, UFFDIO_API, &api))
		_exit(8);
	ioctl(userfaultfd_fd, UFFDIO_REGISTER, &all); /* fails where nothing is mapped yet */
}

int new_file(int on_disk)
{
	static int number;
	char name[32];
	int fd;

	sprintf(name, "wild%d", number++);
	fd = on_disk ? open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) : memfd_create(name, MFD_CLOEXEC);
	fds += fd >= 0;
	return fd;
}

static void open_direct(void)
{
	static char content[16 * PAGE] __attribute__((aligned(4096)));
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_DIRECT, 0600);

	if (fd < 0)
		return;
	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = i * 7 + i / PAGE;
	if (write(fd, content, sizeof(content)) < 0) {
		close(fd);
		return;
	}
	direct_fd = fd;
	fds++;
}

static void obey(char *line)
{
	char *rest = line + 1;
	uint64_t count, seed, off;

	if (*line == 'u') {
		open_userfaultfd();
	} else if (*line == 's') {
		register_itself();
	} else if (*line == 'c') {
		closes_userfaultfd();
	} else if (*line == 'n') {
		name_operations();
	} else if (*line == 'r') {
		count = strtoul(rest, &rest, 0);
		seed = strtoul(rest, &rest, 0);
		off = strtoul(rest, &rest, 0);
		play(count, seed, off);
		if (strtoul(rest, &rest, 0))
			become_anew(seed);
	}
	say('=');
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = escape_from, .sa_flags = SA_NODEFER };
	char line[128];
	ssize_t got;

	if (argc != 3)
		return 2;
	self = argv[0];
	folder = argv[2];
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	mallopt(M_ARENA_MAX, 1);
	sigaction(SIGSEGV, &action, 0);
	sigaction(SIGBUS, &action, 0);
	if (strtoul(argv[1], 0, 0) & 1)
		mmap(RESERVE, RESERVE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
	open_direct();
	open_userfaultfd();
	begin_random(strtoul(argv[1], 0, 0));
	say('@');
	while ((got = read(0, line, sizeof(line) - 1)) > 0) {
		line[got] = 0;
		obey(line);
	}
	return 0;
}
