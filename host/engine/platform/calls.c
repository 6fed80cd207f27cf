/*
 * System calls in the place of the C library's, which are made for machines of 32 bits, kernels without them, and a vDSO
 * that costs PID 1 a page: 2 kB.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int
clock_gettime(clockid_t clock, struct timespec *time)
{
    return (int)syscall(SYS_clock_gettime, clock, time);
}

int
fcntl(int fd, int command, ...)
{
    va_list args;

    va_start(args, command);
    unsigned long argument = va_arg(args, unsigned long);
    va_end(args);
    return (int)syscall(SYS_fcntl, fd, command, argument);
}

int
fstatat(int dir, const char *restrict path, struct stat *restrict status, int flags)
{
    return (int)syscall(SYS_newfstatat, dir, path, status, flags);
}

int
utimensat(int dir, const char *path, const struct timespec times[2], int flags)
{
    return (int)syscall(SYS_utimensat, dir, path, times, flags);
}

int
fstat(int fd, struct stat *status)
{
    return (int)syscall(SYS_fstat, fd, status);
}

int
futimens(int fd, const struct timespec times[2])
{
    return utimensat(fd, NULL, times, 0);
}

int
fchdir(int fd)
{
    return (int)syscall(SYS_fchdir, fd);
}

int
dup3(int from, int to, int flags)
{
    return (int)syscall(SYS_dup3, from, to, flags);
}
