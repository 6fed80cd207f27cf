/*
 * The imports of the module `linux`, as assembly/linux.ts declares them. Each checks what it is given, makes its system
 * call, and returns a value >= 0 or -errno. spawn, execve and reboot make several calls, getenv and setenv none.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clone3.h"
#include "environment.h"
#include "imports.h"
#include "log.h"
#include "engine/platform/large.h"
#include "record/record.h"
#include "vm.h"
#include "watchdog.h"

#define SIGNALS 64   /* of the kernel */
#define UNIT_MAX 3   /* bytes of UTF-8, for one of UTF-16 */
#define FUTEX_WAIT 0 /* linux/futex.h, which musl's compiler does not find */

#ifndef START_STACK
#define START_STACK 1024 /* bytes, for what a child does before it executes its program */
#endif
#define DEPTH_MAX 256 /* of directories in one another: each takes 1.2 kB of stack, and a descriptor */

/* linux/random.h and linux/watchdog.h, which musl's compiler does not find */
#define RNDADDTOENTCNT _IOW('R', 0x01, int)
#define WDIOC_SETTIMEOUT _IOWR('W', 6, int)
#define WDIOC_GETTIMEOUT _IOR('W', 7, int)

#ifndef SYS_kexec_file_load
#define SYS_kexec_file_load (-1) /* ENOSYS */
#endif

/*
 * The strings of one call, as UTF-8, one after another: `near`, beside what else a boot touches, or, from the first
 * on that may not fit there, `far`. The last byte of each stays 0, so that what is cut ends there.
 */
struct strings {
    wasm_exec_env_t env;
    char *next, *end;
    int error;
};

static char near[256] LARGE(0), far[3 * PATH_MAX] LARGE(4);

static struct strings
strings_of(wasm_exec_env_t env)
{
    return (struct strings){ .env = env, .next = near, .end = near + sizeof(near) - 1 };
}

static void
put(struct strings *strings, unsigned byte)
{
    if (strings->next < strings->end)
        *strings->next++ = (char)byte;
    else
        strings->error = -ENAMETOOLONG;
}

static void
put_code(struct strings *strings, uint32_t code)
{
    if (code < 0x80) {
        put(strings, code);
        return;
    }
    if (code < 0x800) {
        put(strings, 0xc0 | code >> 6);
    }
    else {
        if (code < 0x10000) {
            put(strings, 0xe0 | code >> 12);
        }
        else {
            put(strings, 0xf0 | code >> 18);
            put(strings, 0x80 | (code >> 12 & 0x3f));
        }
        put(strings, 0x80 | (code >> 6 & 0x3f));
    }
    put(strings, 0x80 | (code & 0x3f));
}

static uint32_t
unit_at(const uint8_t *utf16, uint32_t index)
{
    uint16_t unit;

    memcpy(&unit, utf16 + 2 * (size_t)index, sizeof(unit));
    return unit;
}

/* Most are ASCII from the first unit to the last. Returns how many units are. */
static uint32_t
convert_ascii(struct strings *strings, const uint8_t *utf16, uint32_t units)
{
    const size_t room = (size_t)(strings->end - strings->next), most = units < room ? units : room;
    char *const bytes = strings->next;
    uint32_t count = 0;

    for (; count < most && unit_at(utf16, count) - 1 < 0x7f; count++)
        bytes[count] = (char)unit_at(utf16, count);
    strings->next += count;
    return count;
}

static void
convert(struct strings *strings, const uint8_t *utf16, uint32_t units)
{
    for (uint32_t i = convert_ascii(strings, utf16, units); i < units && !strings->error; i++) {
        uint32_t code = unit_at(utf16, i);
        uint32_t next = i + 1 < units ? unit_at(utf16, i + 1) : 0;

        if (!code) {
            strings->error = -EINVAL; /* The kernel would take only what is before it. */
        }
        else if (code >> 10 == 0xd800 >> 10 && next >> 10 == 0xdc00 >> 10) {
            put_code(strings, 0x10000 + ((code & 0x3ff) << 10) + (next & 0x3ff));
            i++;
        }
        else if (code >> 7 == 0xdc80 >> 7) {
            put(strings, code & 0xff); /* A byte that is no UTF-8 by itself, as file names may have them. */
        }
        else {
            put_code(strings, code >> 11 == 0xd800 >> 11 ? 0xfffd : code); /* U+FFFD for half a surrogate pair */
        }
    }
}

/*
 * An AssemblyScript string as a C string: at `address` is UTF-16, the length of which in bytes stands in front of it.
 * A lone U+DC80 to U+DCFF is the byte 0x80 to 0xff, so that a string can have any file name in it.
 * Sets strings->error when it is not within the module's memory, is too long, or has a 0 in it.
 */
static char *
text(struct strings *strings, uint32_t address)
{
    uint32_t size;
    const uint8_t *utf16 = vm_object(strings->env, address, &size);

    if (!utf16) {
        strings->error = -EFAULT;
        return NULL;
    }
    if (size / 2 * UNIT_MAX >= (size_t)(strings->end - strings->next) && strings->end < near + sizeof(near))
        strings->end = (strings->next = far) + sizeof(far) - 1;
    char *start = strings->next;
    convert(strings, utf16, size / 2);
    if (!strings->error)
        record_text(address, start, (size_t)(strings->next - start));
    put(strings, 0);
    return start;
}

static char *
text_or_null(struct strings *strings, uint32_t address)
{
    return address ? text(strings, address) : NULL;
}

static int32_t
result(long value)
{
    return value < 0 ? -errno : (int32_t)value;
}

int32_t
linux_mount(wasm_exec_env_t env, uint32_t source, uint32_t target, uint32_t type, uint32_t flags, uint32_t data)
{
    struct strings s = strings_of(env);
    const char *from = text_or_null(&s, source), *to = text(&s, target);
    const char *fs = text_or_null(&s, type), *options = text_or_null(&s, data);

    return s.error ? s.error : result(mount(from, to, fs, flags, options));
}

int32_t
linux_umount2(wasm_exec_env_t env, uint32_t target, int32_t flags)
{
    struct strings s = strings_of(env);
    const char *path = text(&s, target);

    return s.error ? s.error : result(umount2(path, flags));
}

int32_t
linux_mkdir(wasm_exec_env_t env, uint32_t path, uint32_t mode)
{
    struct strings s = strings_of(env);
    const char *directory = text(&s, path);

    return s.error ? s.error : result(mkdir(directory, mode));
}

int32_t
linux_chmod(wasm_exec_env_t env, uint32_t path, uint32_t mode)
{
    struct strings s = strings_of(env);
    const char *file = text(&s, path);

    return s.error ? s.error : result(chmod(file, mode));
}

int32_t
linux_symlink(wasm_exec_env_t env, uint32_t target, uint32_t linkpath)
{
    struct strings s = strings_of(env);
    const char *to = text(&s, target), *link = text(&s, linkpath);

    return s.error ? s.error : result(symlink(to, link));
}

int32_t
linux_readlink(wasm_exec_env_t env, uint32_t path, uint32_t buf, uint32_t bufsiz)
{
    struct strings s = strings_of(env);
    const char *link = text(&s, path);
    void *bytes = vm_memory(env, buf, bufsiz);

    if (s.error)
        return s.error;
    return bytes ? result(readlink(link, bytes, bufsiz)) : -EFAULT;
}

int32_t
linux_unlink(wasm_exec_env_t env, uint32_t path)
{
    struct strings s = strings_of(env);
    const char *file = text(&s, path);

    return s.error ? s.error : result(unlink(file));
}

int32_t
linux_rmdir(wasm_exec_env_t env, uint32_t path)
{
    struct strings s = strings_of(env);
    const char *directory = text(&s, path);

    return s.error ? s.error : result(rmdir(directory));
}

int32_t
linux_access(wasm_exec_env_t env, uint32_t path, int32_t mode)
{
    struct strings s = strings_of(env);
    const char *file = text(&s, path);

    return s.error ? s.error : result(access(file, mode));
}

int64_t
linux_statfs(wasm_exec_env_t env, uint32_t path)
{
    struct strings s = strings_of(env);
    struct statfs system;
    const char *file = text(&s, path);

    return s.error ? s.error : syscall(SYS_statfs, file, &system) ? -errno : (int64_t)system.f_type;
}

int64_t
linux_lstat(wasm_exec_env_t env, uint32_t path)
{
    struct strings s = strings_of(env);
    struct stat status;
    const char *file = text(&s, path);

    if (s.error)
        return s.error;
    long failed = syscall(SYS_newfstatat, AT_FDCWD, file, &status, AT_SYMLINK_NOFOLLOW);
    return failed ? -errno : (int64_t)status.st_dev;
}

int32_t
linux_chdir(wasm_exec_env_t env, uint32_t path)
{
    struct strings s = strings_of(env);
    const char *directory = text(&s, path);

    return s.error ? s.error : result(chdir(directory));
}

int32_t
linux_fchdir(wasm_exec_env_t env, int32_t fd)
{
    (void)env;
    return result(syscall(SYS_fchdir, fd));
}

int32_t
linux_chroot(wasm_exec_env_t env, uint32_t path)
{
    struct strings s = strings_of(env);
    const char *directory = text(&s, path);

    return s.error ? s.error : result(chroot(directory));
}

int32_t
linux_setenv(wasm_exec_env_t env, uint32_t name, uint32_t value, int32_t overwrite)
{
    struct strings s = strings_of(env);
    const char *variable = text(&s, name), *content = text_or_null(&s, value);

    return s.error ? s.error : result(environment_set(variable, content, overwrite));
}

int32_t
linux_getenv(wasm_exec_env_t env, uint32_t name, uint32_t buf, uint32_t count)
{
    struct strings s = strings_of(env);
    const char *variable = text(&s, name);
    void *bytes = vm_memory(env, buf, count);

    if (s.error || !bytes)
        return s.error ? s.error : -EFAULT;
    const char *value = environment_get(variable);
    if (!value)
        return -ENOENT;
    const size_t length = strlen(value);
    memcpy(bytes, value, length < count ? length : count);
    return (int32_t)length;
}

int32_t
linux_open(wasm_exec_env_t env, uint32_t path, int32_t flags, uint32_t mode)
{
    struct strings s = strings_of(env);
    const char *file = text(&s, path);

    return s.error ? s.error : result(open(file, flags, mode));
}

int32_t
linux_close(wasm_exec_env_t env, int32_t fd)
{
    (void)env;
    return result(close(fd));
}

int32_t
linux_close_range(wasm_exec_env_t env, uint32_t first, uint32_t last, uint32_t flags)
{
    (void)env;
    return result(syscall(SYS_close_range, first, last, flags));
}

int32_t
linux_dup2(wasm_exec_env_t env, int32_t oldfd, int32_t newfd)
{
    (void)env;
    return result(dup2(oldfd, newfd));
}

int32_t
linux_fcntl(wasm_exec_env_t env, int32_t fd, int32_t cmd, int32_t arg)
{
    (void)env;
    switch (cmd) { /* The others take pointers, or lock. */
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
    case F_GETFD:
    case F_SETFD:
    case F_GETFL:
    case F_SETFL:
        return result(syscall(SYS_fcntl, fd, cmd, arg));
    default:
        return -EINVAL;
    }
}

int64_t
linux_lseek(wasm_exec_env_t env, int32_t fd, int64_t offset, int32_t whence)
{
    (void)env;
    off_t position = lseek(fd, offset, whence);
    return position < 0 ? -errno : position;
}

int32_t
linux_read(wasm_exec_env_t env, int32_t fd, uint32_t buf, uint32_t count)
{
    void *bytes = vm_memory(env, buf, count);

    return bytes ? result(read(fd, bytes, count)) : -EFAULT;
}

int32_t
linux_getdents64(wasm_exec_env_t env, int32_t fd, uint32_t buf, uint32_t count)
{
    void *bytes = vm_memory(env, buf, count);

    return bytes ? result(syscall(SYS_getdents64, fd, bytes, (unsigned long)count)) : -EFAULT;
}

int32_t
linux_write(wasm_exec_env_t env, int32_t fd, uint32_t address)
{
    struct strings s = strings_of(env);
    const char *bytes = text(&s, address);

    return s.error ? s.error : result(write(fd, bytes, strlen(bytes)));
}

int32_t
linux_pwrite(wasm_exec_env_t env, int32_t fd, uint32_t buf, uint32_t count, int64_t offset)
{
    const void *bytes = vm_memory(env, buf, count);

    return bytes ? result(pwrite(fd, bytes, count, offset)) : -EFAULT;
}

/* What the argument of a request is: so many bytes, or if 0 a value. What has pointers in it is none of these. */
static const struct {
    uint32_t request, size;
} requests[] = {
    { TIOCSCTTY, 0 },
    { SIOCGIFFLAGS, sizeof(struct ifreq) },
    { SIOCSIFFLAGS, sizeof(struct ifreq) },
    { RNDADDTOENTCNT, sizeof(int) },
    { WDIOC_SETTIMEOUT, sizeof(int) },
    { WDIOC_GETTIMEOUT, sizeof(int) },
};

int32_t
linux_ioctl(wasm_exec_env_t env, int32_t fd, uint32_t request, uint32_t arg)
{
    for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
        const uint32_t size = requests[i].size;
        if (requests[i].request != request)
            continue;
        if (!size)
            return result(syscall(SYS_ioctl, fd, request, (unsigned long)arg));
        void *bytes = vm_memory(env, arg, size);
        return bytes ? result(syscall(SYS_ioctl, fd, request, bytes)) : -EFAULT;
    }
    return -EINVAL;
}

int32_t
linux_socket(wasm_exec_env_t env, int32_t domain, int32_t type, int32_t protocol)
{
    (void)env;
    return result(syscall(SYS_socket, domain, type, protocol));
}

int32_t
linux_connect(wasm_exec_env_t env, int32_t sockfd, uint32_t addr, uint32_t addrlen)
{
    const void *address = vm_memory(env, addr, addrlen);

    return address ? result(syscall(SYS_connect, sockfd, address, addrlen)) : -EFAULT;
}

/* Copies `format` to `line` of `size` bytes, with what its directives stand for. */
static void
expand(char *line, size_t size, const char *format, const char *string, int64_t value)
{
    size_t used = 0;

    for (; *format && used < size - 1; format++) {
        char *end = line + used;
        if (*format != '%') {
            line[used++] = *format;
            continue;
        }
        int added = 0;
        switch (*++format) {
        case 's':
            added = snprintf(end, size - used, "%s", string ? string : "(null)");
            break;
        case 'd':
            added = snprintf(end, size - used, "%lld", (long long)value);
            break;
        case 'v':
            added = snprintf(end, size - used, "%s", VERSION);
            break;
        case 'm':
            added = snprintf(end, size - used, "%s", strerror((int)-(uint64_t)value));
            break;
        default:
            format--;
            line[used++] = '%';
        }
        used += (size_t)added < size - used ? (size_t)added : size - 1 - used;
    }
    line[used] = 0;
}

int32_t
linux_syslog(wasm_exec_env_t env, int32_t priority, uint32_t format, uint32_t string, int64_t value)
{
    struct strings s = strings_of(env);
    const char *directives = text(&s, format), *argument = text_or_null(&s, string);
    char line[LOG_LINE];

    if (s.error == -EFAULT) /* But of what is too long, or has a 0 in it, there is a beginning: no line is lost. */
        return s.error;
    expand(line + LOG_PREFIX, sizeof(line) - LOG_PREFIX, directives, argument, value);
    return result(log_text(priority, line));
}

static const unsigned long zeros[8]; /* the kernel's struct sigaction and sigset_t, all 0: SIG_DFL, no signal */

/* sigaction(3) refuses the signals that musl uses. */
void
reset_signals(void)
{
    for (int sig = 1; sig <= SIGNALS; sig++)
        (void)!syscall(SYS_rt_sigaction, sig, zeros, NULL, SIGNALS / 8);
}

/*
 * What PID 1 shares with a child until that has executed its program. As with vfork(2) it borrows PID 1's memory; but
 * PID 1 waits for a second only, as the program may lie on a disk that does not answer.
 */
static struct {
    char *argv[ARGUMENTS_MAX + 1];
    volatile int error;
    volatile int pending; /* The kernel clears it, and wakes who waits for it, when the memory is given back. */
    char stack[START_STACK] __attribute__((aligned(16)));
} start LARGE(0);

/* With no signal handled; PID 1 ignores none. */
static int
execute(void *unused)
{
    (void)unused;
    (void)!syscall(SYS_set_tid_address, &start.pending);
    (void)!setsid();
    (void)!syscall(SYS_rt_sigprocmask, SIG_SETMASK, zeros, NULL, SIGNALS / 8);
    (void)!execve(start.argv[0], start.argv, environ);
    start.error = errno;
    _exit(127);
}

static int
reset_and_execute(void *unused)
{
    reset_signals();
    return execute(unused);
}

static void
wait_for_start(void)
{
    const struct timespec second = { .tv_sec = 1 }, millisecond = { .tv_nsec = 1000000 };

    if (!syscall(SYS_futex, &start.pending, FUTEX_WAIT, 1, &second, NULL, 0) || errno != ENOSYS)
        return;
    for (int i = 0; i < 1000 && start.pending; i++)
        (void)!nanosleep(&millisecond, NULL);
}

static pid_t
begin(void)
{
    static char late[PATH_MAX] LARGE(7);

    start.error = 0;
    start.pending = 1;
    pid_t pid = clone3_default(execute, start.stack, sizeof(start.stack));
    if (pid < 0)
        pid = clone(reset_and_execute, start.stack + sizeof(start.stack), CLONE_VM | SIGCHLD, NULL);
    if (pid < 0) {
        start.pending = 0;
        return -errno;
    }
    wait_for_start();
    if (start.pending) /* The kernel has not read its arguments yet. */
        start.argv[0] = strncpy(late, start.argv[0], sizeof(late) - 1);
    if (start.pending || !start.error)
        return pid;
    (void)!waitpid(pid, NULL, 0);
    return -start.error;
}

/* The memory is still lent to the child before this one: this one gets a copy of it. */
static pid_t
begin_in_copy(char *const argv[])
{
    pid_t pid = _Fork();

    if (pid == 0) {
        memcpy(start.argv, argv, sizeof(start.argv));
        (void)reset_and_execute(NULL);
    }
    return result(pid);
}

int32_t
linux_spawn(wasm_exec_env_t env, uint32_t path, int32_t passed)
{
    struct strings s = strings_of(env);
    char *argv[ARGUMENTS_MAX + 1] = { text(&s, path) };

    if (s.error)
        return s.error;
    for (size_t i = 1; passed && arguments[i]; i++)
        argv[i] = arguments[i];
    if (start.pending)
        return begin_in_copy(argv);
    memcpy(start.argv, argv, sizeof(argv));
    return begin();
}

/* What is mounted in it is busy, and stays with what is in it. */
static void
remove_from(int directory, int depth)
{
    _Alignas(struct dirent) char entries[1024];
    long size;

    while ((size = syscall(SYS_getdents64, directory, entries, sizeof(entries))) > 0) {
        for (long at = 0; at < size; at += ((struct dirent *)(entries + at))->d_reclen) {
            const char *name = ((struct dirent *)(entries + at))->d_name;
            if (!unlinkat(directory, name, 0) || errno != EISDIR || !strcmp(name, ".."))
                continue;
            if (!unlinkat(directory, name, AT_REMOVEDIR) || errno != ENOTEMPTY || depth == DEPTH_MAX)
                continue;
            int inner = (int)syscall(SYS_openat, directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            remove_from(inner, depth + 1);
            (void)!close(inner);
            (void)!unlinkat(directory, name, AT_REMOVEDIR);
        }
    }
}

/* Returns the child that removes what is in `directory` when the other end of the pipe is closed. */
static pid_t
fork_to_remove(int directory, const int ends[2])
{
    pid_t pid = _Fork();
    char byte;

    if (pid == 0) {
        (void)!close(ends[1]);
        if (read(ends[0], &byte, sizeof(byte)) == 0)
            remove_from(directory, 0);
        _exit(0);
    }
    return pid;
}

/*
 * Execs as the kernel would: the console is all three standard streams, no signal is blocked, no timer runs; handlers
 * are reset by exec, and PID 1 ignores nothing. Returns errno, with all as it was.
 */
static int
become(char *file)
{
    const struct itimerval stopped = { 0 };
    struct itimerval timer;
    uint64_t blocked;
    char *self = arguments[0];
    int streams[3];

    for (int fd = 0; fd < 3; fd++)
        streams[fd] = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 3);
    (void)!dup2(STDOUT_FILENO, STDIN_FILENO);
    (void)!dup2(STDOUT_FILENO, STDERR_FILENO);
    (void)!setitimer(ITIMER_VIRTUAL, &stopped, &timer);
    (void)!syscall(SYS_rt_sigprocmask, SIG_SETMASK, zeros, &blocked, sizeof(blocked));
    arguments[0] = file;
    (void)!execve(file, arguments, environ);
    const int error = errno;
    arguments[0] = self;
    (void)!syscall(SYS_rt_sigprocmask, SIG_SETMASK, &blocked, NULL, sizeof(blocked));
    (void)!setitimer(ITIMER_VIRTUAL, &timer, NULL);
    for (int fd = 0; fd < 3; fd++) {
        (void)!dup2(streams[fd], fd);
        (void)!close(streams[fd]);
    }
    return error;
}

/* The pipe is closed by the exec. If that fails, the child must have ended before it is. */
int32_t
linux_execve(wasm_exec_env_t env, uint32_t path, int32_t old_root)
{
    struct strings s = strings_of(env);
    char *file = text(&s, path);
    int ends[2], error;

    if (s.error)
        return s.error;
    if (syscall(SYS_pipe2, ends, O_CLOEXEC))
        return -errno;
    record_leave();
    pid_t pid = fork_to_remove(old_root, ends);
    if (pid > 0) {
        error = become(file);
        (void)!kill(pid, SIGKILL);
        (void)!waitpid(pid, NULL, 0);
    }
    else {
        error = errno;
    }
    (void)!close(ends[0]);
    (void)!close(ends[1]);
    return -error;
}

/* A StaticArray of strings, behind those that `argv` has already. Returns 0, or -errno. */
static int
append(char **argv, struct strings *strings, uint32_t array)
{
    uint32_t size, address, count = 0;
    const uint8_t *addresses = vm_object(strings->env, array, &size);

    while (argv[count])
        count++;
    if (!addresses)
        return -EFAULT;
    if (size / sizeof(address) > ARGUMENTS_MAX - count)
        return -E2BIG;
    record_memory(array, addresses, size);
    for (uint32_t at = 0; at + sizeof(address) <= size; at += sizeof(address)) {
        memcpy(&address, addresses + at, sizeof(address));
        argv[count++] = text(strings, address);
    }
    return strings->error;
}

/*
 * In PID 1, and in a child that it has forked. No signal is blocked, and no timer runs: exec keeps both. Handlers are reset
 * by it, and PID 1 ignores nothing.
 */
int32_t
linux_execv(wasm_exec_env_t env, uint32_t path, uint32_t args)
{
    const struct itimerval stopped = { 0 };
    struct itimerval timer;
    uint64_t blocked;
    struct strings s = strings_of(env);
    char *argv[ARGUMENTS_MAX + 1] = { text(&s, path) };
    int error = s.error || !args ? s.error : append(argv, &s, args);

    if (error)
        return error;
    record_leave();
    (void)!setitimer(ITIMER_VIRTUAL, &stopped, &timer);
    (void)!syscall(SYS_rt_sigprocmask, SIG_SETMASK, zeros, &blocked, sizeof(blocked));
    (void)!execve(argv[0], argv, environ);
    error = errno;
    (void)!syscall(SYS_rt_sigprocmask, SIG_SETMASK, &blocked, NULL, sizeof(blocked));
    (void)!setitimer(ITIMER_VIRTUAL, &timer, NULL);
    return -error;
}

int32_t
linux_setsid(wasm_exec_env_t env)
{
    (void)env;
    return result(setsid());
}

int32_t
linux_setrlimit(wasm_exec_env_t env, int32_t resource, uint64_t soft, uint64_t hard)
{
    const uint64_t limit[] = { soft, hard };

    (void)env;
    return result(syscall(SYS_prlimit64, 0, resource, limit, NULL));
}

int64_t
linux_waitpid(wasm_exec_env_t env, int32_t pid, int32_t options)
{
    int status = 0;

    (void)env;
    pid_t child = waitpid(pid, &status, options);
    if (child > 0)
        watchdog_reset();
    return child < 0 ? -errno : (int64_t)status << 32 | child;
}

int64_t
linux_clock_gettime(wasm_exec_env_t env, int32_t clock)
{
    struct timespec time;

    (void)env;
    return syscall(SYS_clock_gettime, clock, &time) ? -errno : (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int32_t
linux_kill(wasm_exec_env_t env, int32_t pid, int32_t sig)
{
    (void)env;
    return result(kill(pid, sig));
}

/* The kernel's set of signals is 64 bits, the first is signal 1. */
int32_t
linux_sigtimedwait(wasm_exec_env_t env, uint64_t set, int64_t timeout)
{
    const struct timespec time = { .tv_sec = timeout / 1000, .tv_nsec = timeout % 1000 * 1000000 };

    (void)env;
    return result(syscall(SYS_rt_sigtimedwait, &set, NULL, timeout < 0 ? NULL : &time, sizeof(set)));
}

/* The interpreter is copied with the process: in the child the logic goes on, too, until it ends. */
int32_t
linux_fork(wasm_exec_env_t env)
{
    (void)env;
    return result(_Fork());
}

int32_t
linux__exit(wasm_exec_env_t env, int32_t status)
{
    (void)env;
    if (getpid() == 1)
        return -EPERM; /* PID 1 never exits. */
    record_leave();
    _exit(status);
}

int32_t
linux_sync(wasm_exec_env_t env)
{
    (void)env;
    sync();
    return 0;
}

int32_t
linux_kexec_file_load(wasm_exec_env_t env, int32_t kernel_fd, int32_t initrd_fd, uint32_t cmdline_len, uint32_t cmdline,
                      uint32_t flags)
{
    const void *bytes = vm_memory(env, cmdline, cmdline_len);

    return bytes ? result(syscall(SYS_kexec_file_load, kernel_fd, initrd_fd, (unsigned long)cmdline_len, bytes,
                                  (unsigned long)flags))
                 : -EFAULT;
}

/*
 * The kernel ends whom it lets power off or halt, even if the machine goes on: that must not be PID 1. But if there is
 * no child to be had, a machine that ends in a panic is better than one that never ends.
 * The child's exit status is its errno: musl's vfork is fork(2) on some architectures, and shares no memory.
 */
int32_t
linux_reboot(wasm_exec_env_t env, uint32_t cmd)
{
    volatile int error = 0;
    int status = 0;

    (void)env;
    if (cmd == (uint32_t)RB_DISABLE_CAD || cmd == (uint32_t)RB_ENABLE_CAD)
        return result(reboot((int)cmd));
    record_leave();
    pid_t pid = vfork();
    if (pid <= 0 && reboot((int)cmd))
        error = errno;
    if (pid == 0)
        _exit(error);
    if (pid > 0 && waitpid(pid, &status, 0) == pid)
        error = WEXITSTATUS(status);
    return -error;
}
