/*
 * A kernel for the host's imports, which does nothing. Each call reads the memory that Linux would read, may write all
 * that Linux could write, so that AddressSanitizer sees what is out of bounds, and returns what the fuzzer's input
 * says, within what Linux can return. The names are those of the C library, see calls.h.
 */
#include "imports/clone3.h"
#include "kernel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/random.h>
#include <linux/watchdog.h>
#include <net/if.h>
#include <sanitizer/asan_interface.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000
#define SECONDS_MAX (INT64_MAX / NS) /* KTIME_SEC_MAX: no clock of Linux can be set later */
#define ERRNO_MAX 133                /* EHWPOISON */
#define ENOTSUPP 524                 /* internal, but some drivers return it */
#define VARIABLES 8

jmp_buf kernel_parent, kernel_over;
bool kernel_trace;

static struct input *input;
static bool is_vforked, is_forked;
static int *tid_address; /* which the kernel clears at the end of who has set it */
static char *variables[VARIABLES + 1];
char **environ;

static unsigned
byte(void)
{
    return input->start < input->end ? *--input->end : 0;
}

static uint64_t
number(unsigned size)
{
    uint64_t value = 0;

    while (size--)
        value = value << 8 | byte();
    return value;
}

/* Whether the next call fails. When the input has no more results, calls do what they are asked for. */
static bool
fails(void)
{
    if (byte() < 0xa0)
        return false;
    unsigned error = byte() % (ERRNO_MAX + 1);
    errno = error ? (int)error : ENOTSUPP;
    return true;
}

static int
done(void)
{
    return fails() ? -1 : 0;
}

/* A value >= 0 that can be anything: mostly it is `usual`. */
static int
any(int usual)
{
    if (fails())
        return -1;
    return byte() < 0xc0 ? usual : (int)(number(4) & INT_MAX);
}

static size_t
amount(size_t most)
{
    return byte() < 0x80 ? most : number(3) % (most + 1);
}

static void
reads(const void *from, size_t size)
{
    const volatile char *bad = __asan_region_is_poisoned((void *)(uintptr_t)from, size);

    if (bad)
        (void)*bad;
}

static void
writes(void *to, size_t size)
{
    volatile char *bad = __asan_region_is_poisoned(to, size);

    if (bad)
        *bad = 0;
}

static void
reads_text(const char *text)
{
    const volatile char *at = text;

    while (*at)
        at++;
}

static int
path_call(const char *path)
{
    reads_text(path);
    return done();
}

static int
path_calls(const char *path, const char *other)
{
    reads_text(path);
    return path_call(other);
}

static ssize_t
fill(void *to, size_t size)
{
    writes(to, size);
    if (fails())
        return -1;
    size_t filled = amount(size);
    memset(to, (int)byte(), filled);
    return (ssize_t)filled;
}

static ssize_t
take(const void *from, size_t size)
{
    reads(from, size);
    return fails() ? -1 : (ssize_t)amount(size);
}

static size_t
pieces_size(const struct iovec *pieces, int count)
{
    size_t size = 0;

    for (int i = 0; i < count; i++)
        size += pieces[i].iov_len;
    return size;
}

static bool
are_pieces(const struct iovec *pieces, int count)
{
    errno = EINVAL;
    if (count < 0 || count > IOV_MAX)
        return false;
    reads(pieces, (size_t)count * sizeof(*pieces));
    return pieces_size(pieces, count) <= SSIZE_MAX;
}

static int
time_call(struct timespec *time)
{
    writes(time, sizeof(*time));
    if (fails())
        return -1;
    time->tv_sec = (time_t)(number(byte() % 9) % SECONDS_MAX);
    time->tv_nsec = (long)(number(4) % NS);
    return 0;
}

static int
stat_call(struct stat *file)
{
    writes(file, sizeof(*file));
    if (fails())
        return -1;
    memset(file, (int)byte(), sizeof(*file));
    file->st_mode = (mode_t)number(2);
    file->st_atim.tv_nsec = file->st_mtim.tv_nsec = file->st_ctim.tv_nsec = NS - 1;
    return 0;
}

/* Directory entries as the kernel makes them: none is cut, each is padded to 8 bytes. */
static long
list_directory(char *to, size_t size)
{
    const size_t head = offsetof(struct dirent, d_name);
    size_t filled = 0;

    writes(to, size);
    if (fails())
        return -1;
    for (unsigned count = byte() % 16; count--;) {
        struct dirent entry = { .d_ino = number(3), .d_off = (off_t)number(3), .d_type = (unsigned char)(byte() % 16) };
        size_t length = byte();
        entry.d_reclen = (unsigned short)((head + length + 1 + 7) / 8 * 8);
        if (entry.d_reclen > size - filled)
            break;
        memset(entry.d_name, 'n', length);
        entry.d_name[length] = 0;
        memcpy(to + filled, &entry, head + length + 1);
        filled += entry.d_reclen;
    }
    return (long)filled;
}

static _Noreturn void
end_process(void)
{
    if (!is_vforked)
        longjmp(kernel_over, 1);
    is_vforked = false;
    if (tid_address && byte() < 0xf0)
        *tid_address = 0;
    longjmp(kernel_parent, 1);
}

void
kernel_boot(struct input *results)
{
    static char *home = "HOME=/";

    for (int i = 0; i < VARIABLES; i++) {
        free(variables[i]);
        variables[i] = NULL;
    }
    input = results;
    is_vforked = is_forked = false;
    if (tid_address)
        *tid_address = 0;
    variables[0] = strdup(home);
    environ = variables;
}

pid_t
kernel_vfork(void)
{
    if (fails())
        return -1;
    is_vforked = true;
    return 0;
}

pid_t
kernel_child(void)
{
    return 2;
}

/* The child runs first, until it ends or executes a program: then its parent, which may have given up waiting. */
int
clone(int (*child)(void *), void *stack, int flags, void *argument, ...)
{
    (void)stack, (void)flags;
    if (fails())
        return -1;
    if (setjmp(kernel_parent))
        return kernel_child();
    is_vforked = true;
    return child(argument);
}

pid_t
clone3_default(int (*run)(void *), void *stack, size_t size)
{
    (void)size;
    return clone(run, stack, 0, NULL);
}

static long
set_tid_address_call(va_list args)
{
    tid_address = va_arg(args, int *);
    return kernel_child();
}

pid_t
_Fork(void)
{
    if (fails())
        return -1;
    is_forked |= byte() >= 0x80;
    return is_forked ? 0 : 2;
}

void
_exit(int status)
{
    (void)status;
    end_process();
}

int
execve(const char *path, char *const argv[], char *const envp[])
{
    reads_text(path);
    while (*argv)
        reads_text(*argv++);
    while (envp && *envp)
        reads_text(*envp++);
    if (fails())
        return -1;
    end_process();
}

int
reboot(int how)
{
    if (fails())
        return -1;
    if (is_vforked && how != (int)RB_DISABLE_CAD && how != (int)RB_ENABLE_CAD)
        end_process();
    return 0;
}

pid_t
getpid(void)
{
    return is_forked ? 2 : 1;
}

pid_t
setsid(void)
{
    return any(2);
}

int
kill(pid_t pid, int sig)
{
    (void)pid, (void)sig;
    return done();
}

pid_t
waitpid(pid_t pid, int *status, int options)
{
    (void)options;
    if (status)
        writes(status, sizeof(*status));
    int ended = any(pid > 0 ? pid : 2);
    if (ended > 0 && status)
        *status = (int)number(2);
    return ended;
}

int
nanosleep(const struct timespec *time, struct timespec *left)
{
    reads(time, sizeof(*time));
    errno = EINVAL;
    if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= NS)
        return -1;
    writes(left, sizeof(*left));
    if (!fails())
        return 0;
    if (errno == EINTR)
        left->tv_sec /= 2;
    return -1;
}

int
clock_gettime(clockid_t clock, struct timespec *time)
{
    (void)clock;
    return time_call(time);
}

int
clock_getres(clockid_t clock, struct timespec *resolution)
{
    (void)clock;
    return time_call(resolution);
}

int
sched_yield(void)
{
    return done();
}

void
sync(void)
{
}

int
mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data)
{
    (void)flags;
    if (source)
        reads_text(source);
    if (type)
        reads_text(type);
    if (data)
        reads_text(data);
    return path_call(target);
}

int
umount2(const char *target, int flags)
{
    (void)flags;
    return path_call(target);
}

int
mkdir(const char *path, mode_t mode)
{
    (void)mode;
    return path_call(path);
}

int
mkdirat(int dir, const char *path, mode_t mode)
{
    (void)dir, (void)mode;
    return path_call(path);
}

int
chmod(const char *path, mode_t mode)
{
    (void)mode;
    return path_call(path);
}

int
symlink(const char *target, const char *path)
{
    return path_calls(target, path);
}

int
symlinkat(const char *target, int dir, const char *path)
{
    (void)dir;
    return path_calls(target, path);
}

int
linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    (void)from_dir, (void)to_dir, (void)flags;
    return path_calls(from, to);
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    (void)from_dir, (void)to_dir;
    return path_calls(from, to);
}

int
unlink(const char *path)
{
    return path_call(path);
}

int
rmdir(const char *path)
{
    return path_call(path);
}

int
unlinkat(int dir, const char *path, int flags)
{
    (void)dir, (void)flags;
    return path_call(path);
}

int
access(const char *path, int mode)
{
    (void)mode;
    return path_call(path);
}

int
chdir(const char *path)
{
    return path_call(path);
}

int
chroot(const char *path)
{
    return path_call(path);
}

int
open(const char *path, int flags, ...)
{
    (void)flags;
    reads_text(path);
    return any(5);
}

int
openat(int dir, const char *path, int flags, ...)
{
    (void)dir;
    return open(path, flags);
}

ssize_t
readlink(const char *restrict path, char *restrict target, size_t size)
{
    reads_text(path);
    return fill(target, size);
}

ssize_t
readlinkat(int dir, const char *restrict path, char *restrict target, size_t size)
{
    (void)dir;
    return readlink(path, target, size);
}

int
fstat(int fd, struct stat *file)
{
    (void)fd;
    return stat_call(file);
}

int
fstatat(int dir, const char *restrict path, struct stat *restrict file, int flags)
{
    (void)dir, (void)flags;
    reads_text(path);
    return stat_call(file);
}

int
futimens(int fd, const struct timespec times[2])
{
    (void)fd;
    reads(times, 2 * sizeof(*times));
    return done();
}

int
utimensat(int dir, const char *path, const struct timespec times[2], int flags)
{
    (void)flags;
    reads_text(path);
    return futimens(dir, times);
}

int
close(int fd)
{
    (void)fd;
    return done();
}

int
dup2(int old, int new)
{
    (void)old;
    return any(new < 0 ? 0 : new);
}

int
dup3(int old, int new, int flags)
{
    (void)flags;
    return dup2(old, new);
}

int
fcntl(int fd, int cmd, ...)
{
    (void)fd, (void)cmd;
    return any(0);
}

off_t
lseek(int fd, off_t offset, int whence)
{
    (void)fd, (void)whence;
    if (fails())
        return -1;
    return byte() < 0xc0 && offset >= 0 ? offset : (off_t)(number(8) & INT64_MAX);
}

ssize_t
read(int fd, void *to, size_t size)
{
    (void)fd;
    return fill(to, size);
}

ssize_t
write(int fd, const void *from, size_t size)
{
    (void)fd;
    if (kernel_trace)
        fprintf(stderr, "  write: %.*s\n", (int)(size < 1000 ? size : 1000), (const char *)from);
    return take(from, size);
}

ssize_t
pwrite(int fd, const void *from, size_t size, off_t offset)
{
    (void)fd, (void)offset;
    return take(from, size);
}

ssize_t
readv(int fd, const struct iovec *pieces, int count)
{
    (void)fd;
    if (!are_pieces(pieces, count))
        return -1;
    for (int i = 0; i < count; i++)
        writes(pieces[i].iov_base, pieces[i].iov_len);
    if (fails())
        return -1;
    size_t left = amount(pieces_size(pieces, count)), filled = 0;
    for (int i = 0; i < count && left; i++) {
        size_t size = left < pieces[i].iov_len ? left : pieces[i].iov_len;
        memset(pieces[i].iov_base, (int)byte(), size);
        left -= size;
        filled += size;
    }
    return (ssize_t)filled;
}

ssize_t
preadv(int fd, const struct iovec *pieces, int count, off_t offset)
{
    (void)offset;
    return readv(fd, pieces, count);
}

ssize_t
writev(int fd, const struct iovec *pieces, int count)
{
    (void)fd;
    if (!are_pieces(pieces, count))
        return -1;
    for (int i = 0; i < count; i++)
        reads(pieces[i].iov_base, pieces[i].iov_len);
    return fails() ? -1 : (ssize_t)amount(pieces_size(pieces, count));
}

ssize_t
pwritev(int fd, const struct iovec *pieces, int count, off_t offset)
{
    (void)offset;
    return writev(fd, pieces, count);
}

int
fsync(int fd)
{
    (void)fd;
    return done();
}

int
fdatasync(int fd)
{
    (void)fd;
    return done();
}

int
ftruncate(int fd, off_t size)
{
    (void)fd, (void)size;
    return done();
}

int
fallocate(int fd, int mode, off_t offset, off_t size)
{
    (void)fd, (void)mode, (void)offset, (void)size;
    return done();
}

ssize_t
getrandom(void *to, size_t size, unsigned flags)
{
    (void)flags;
    return fill(to, size);
}

/* What is at the argument is known of the requests that the host makes. */
static long
ioctl_call(va_list args)
{
    (void)va_arg(args, int);
    unsigned request = va_arg(args, unsigned);
    void *argument = va_arg(args, void *);

    switch (request) {
    case TIOCSCTTY:
        return done();
    case SIOCGIFFLAGS:
        reads(argument, sizeof(struct ifreq));
        return fill(argument, sizeof(struct ifreq)) < 0 ? -1 : 0;
    case SIOCSIFFLAGS:
        reads(argument, sizeof(struct ifreq));
        return done();
    case RNDADDTOENTCNT:
        reads(argument, sizeof(int));
        return done();
    case WDIOC_SETTIMEOUT:
        reads(argument, sizeof(int));
        return fill(argument, sizeof(int)) < 0 ? -1 : 0;
    case WDIOC_GETTIMEOUT:
        return fill(argument, sizeof(int)) < 0 ? -1 : 0;
    default:
        fprintf(stderr, "kernel.c has no request %x\n", request);
        abort();
    }
}

static long
connect_call(va_list args)
{
    (void)va_arg(args, int);
    const void *address = va_arg(args, const void *);
    reads(address, va_arg(args, uint32_t));
    return done();
}

static long
prlimit64_call(va_list args)
{
    (void)va_arg(args, int), (void)va_arg(args, int);
    reads(va_arg(args, const void *), 2 * sizeof(uint64_t));
    return done();
}

static long
kexec_file_load(va_list args)
{
    (void)va_arg(args, int), (void)va_arg(args, int);
    unsigned long size = va_arg(args, unsigned long);
    reads(va_arg(args, const void *), size);
    return done();
}

static long
sigaction_call(va_list args, size_t size)
{
    (void)va_arg(args, int);
    const void *action = va_arg(args, const void *);
    void *old = va_arg(args, void *);
    if (action)
        reads(action, size);
    if (old)
        writes(old, size);
    return done();
}

static long
sigprocmask_call(va_list args)
{
    (void)va_arg(args, int);
    const void *set = va_arg(args, const void *);
    void *old = va_arg(args, void *);
    reads(set, 8);
    if (old)
        writes(old, 8);
    return done();
}

static long
pipe2_call(va_list args)
{
    int *ends = va_arg(args, int *);

    writes(ends, 2 * sizeof(*ends));
    ends[0] = any(5);
    ends[1] = any(6);
    return done();
}

static long
statfs_call(va_list args)
{
    const char *path = va_arg(args, const char *);

    reads_text(path);
    return fill(va_arg(args, void *), sizeof(struct statfs)) < 0 ? -1 : 0;
}

static long
newfstatat_call(va_list args)
{
    (void)va_arg(args, int);
    const char *path = va_arg(args, const char *);

    reads_text(path);
    return stat_call(va_arg(args, struct stat *));
}

static long
openat_call(va_list args)
{
    (void)va_arg(args, int);
    return open(va_arg(args, const char *), O_RDONLY);
}

static long
getdents64_call(va_list args)
{
    (void)va_arg(args, int);
    char *to = va_arg(args, char *);
    return list_directory(to, va_arg(args, size_t));
}

static long
clock_gettime_call(va_list args)
{
    (void)va_arg(args, int);
    return time_call(va_arg(args, struct timespec *));
}

static long
sigtimedwait_call(va_list args)
{
    reads(va_arg(args, const void *), 8);
    (void)va_arg(args, siginfo_t *);
    const struct timespec *timeout = va_arg(args, const struct timespec *);
    if (timeout) {
        reads(timeout, sizeof(*timeout));
        errno = EINVAL;
        if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= NS)
            return -1;
    }
    return fails() ? -1 : 1 + byte() % 64;
}

int
setitimer(__itimer_which_t which, const struct itimerval *restrict timer, struct itimerval *restrict old)
{
    (void)which;
    reads(timer, sizeof(*timer));
    if (old)
        writes(old, sizeof(*old));
    return done();
}

long
syscall(long call, ...)
{
    va_list args;
    long result = -1;

    va_start(args, call);
    switch (call) {
    case SYS_clock_gettime:
        result = clock_gettime_call(args);
        break;
    case SYS_fcntl:
        result = any(0);
        break;
    case SYS_rt_sigtimedwait:
        result = sigtimedwait_call(args);
        break;
    case SYS_close_range:
        result = done();
        break;
    case SYS_connect:
        result = connect_call(args);
        break;
    case SYS_futex:
        result = done();
        break;
    case SYS_set_tid_address:
        result = set_tid_address_call(args);
        break;
    case SYS_getdents64:
        result = getdents64_call(args);
        break;
    case SYS_ioctl:
        result = ioctl_call(args);
        break;
    case SYS_kexec_file_load:
        result = kexec_file_load(args);
        break;
    case SYS_rt_sigaction:
        result = sigaction_call(args, 32); /* the kernel's struct sigaction */
        break;
    case SYS_rt_sigprocmask:
        result = sigprocmask_call(args);
        break;
    case SYS_fchdir:
        result = done();
        break;
    case SYS_newfstatat:
        result = newfstatat_call(args);
        break;
    case SYS_openat:
        result = openat_call(args);
        break;
    case SYS_pipe2:
        result = pipe2_call(args);
        break;
    case SYS_prlimit64:
        result = prlimit64_call(args);
        break;
    case SYS_socket:
        result = any(5);
        break;
    case SYS_statfs:
        result = statfs_call(args);
        break;
    default:
        fprintf(stderr, "kernel.c has no system call %ld\n", call);
        abort();
    }
    va_end(args);
    return result;
}
