/*
 * Preloaded into a program, lets one of its calls on files fail: the call of DISK_FAULT_CALL
 * (write or sync) of number DISK_FAULT_AT, counted from 1 among those on files whose path has
 * DISK_FAULT_IN in it. All before and after go through.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int counted;

static int fails(const char *call, int fd)
{
    const char *due = getenv("DISK_FAULT_CALL");
    const char *in = getenv("DISK_FAULT_IN");
    const char *at = getenv("DISK_FAULT_AT");
    char link[64];
    char path[4096];
    ssize_t length;

    if (!due || !in || !at || strcmp(due, call) != 0)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    if (!strstr(path, in))
        return 0;
    if (__sync_add_and_fetch(&counted, 1) != atoi(at))
        return 0;
    errno = EIO;
    return 1;
}

ssize_t write(int fd, const void *bytes, size_t count)
{
    ssize_t (*real)(int, const void *, size_t) =
        (ssize_t (*)(int, const void *, size_t)) dlsym(RTLD_NEXT, "write");

    return fails("write", fd) ? -1 : real(fd, bytes, count);
}

int fsync(int fd)
{
    int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");

    return fails("sync", fd) ? -1 : real(fd);
}

int fdatasync(int fd)
{
    int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");

    return fails("sync", fd) ? -1 : real(fd);
}
