/* Preloaded into a program, this is the disk below one user's library: full while DISK/full is there, read-only
   for whoever opens it while DISK/readonly is there, and while DISK/stall is there whatever is to be on it takes four
   seconds more. DISK is named by SEMEQ_TEST_DISK. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is(const char *what)
{
    const char *folder = getenv("SEMEQ_TEST_DISK");
    char path[4096];
    if (folder == NULL)
        return 0;
    snprintf(path, sizeof path, "%s/%s", folder, what);
    return access(path, F_OK) == 0;
}

static int is_library(int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return 0;
    path[length] = 0;
    return strstr(path, "library.sqlite") != NULL;
}

static int is_full(int fd)
{
    if (!is("full") || !is_library(fd))
        return 0;
    errno = ENOSPC;
    return 1;
}

static void stall(int fd)
{
    if (is("stall") && is_library(fd))
        sleep(4);
}

static int is_refused(const char *path, int flags)
{
    if (!is("readonly") || strstr(path, "library.sqlite") == NULL || !(flags & (O_WRONLY | O_RDWR | O_CREAT)))
        return 0;
    errno = EROFS;
    return 1;
}

#define REAL(name) __typeof__(&name) real = (__typeof__(&name)) dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *data, size_t count) { REAL(write); return is_full(fd) ? -1 : real(fd, data, count); }
ssize_t pwrite(int fd, const void *data, size_t count, off_t at) { REAL(pwrite); return is_full(fd) ? -1 : real(fd, data, count, at); }
ssize_t pwrite64(int fd, const void *data, size_t count, off64_t at) { REAL(pwrite64); return is_full(fd) ? -1 : real(fd, data, count, at); }
int open(const char *path, int flags, ...) { va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest); REAL(open); return is_refused(path, flags) ? -1 : real(path, flags, mode); }
int open64(const char *path, int flags, ...) { va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest); REAL(open64); return is_refused(path, flags) ? -1 : real(path, flags, mode); }
int fsync(int fd) { REAL(fsync); stall(fd); return real(fd); }
int fdatasync(int fd) { REAL(fdatasync); stall(fd); return real(fd); }
