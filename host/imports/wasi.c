/*
 * The imports of the module `wasi_snapshot_preview1`: the part of WASI preview 1 that AssemblyScript's WASI shim,
 * as-wasi and policies need, straight on system calls. Each checks what it is given, makes the call, and returns 0 or
 * an errno of WASI. Descriptors are Linux's own; 3 is the directory /, and all of the machine is below it.
 *
 * Names, numbers and layouts: WASI preview 1, witx (github.com/WebAssembly/WASI, legacy/preview1/witx/typenames.witx).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "environment.h"
#include "imports.h"
#include "vm.h"

#define NS 1000000000u /* in a second */
#define PIECES 16 /* of memory, read or written by one call */
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

#ifndef GRND_INSECURE
#define GRND_INSECURE 4
#endif

/* $errno, in WASI's order; the names are those of Linux. */
#define ERRNOS(X)                                                                                                      \
    X(2BIG) X(ACCES) X(ADDRINUSE) X(ADDRNOTAVAIL) X(AFNOSUPPORT) X(AGAIN) X(ALREADY) X(BADF) X(BADMSG) X(BUSY)         \
    X(CANCELED) X(CHILD) X(CONNABORTED) X(CONNREFUSED) X(CONNRESET) X(DEADLK) X(DESTADDRREQ) X(DOM) X(DQUOT) X(EXIST)  \
    X(FAULT) X(FBIG) X(HOSTUNREACH) X(IDRM) X(ILSEQ) X(INPROGRESS) X(INTR) X(INVAL) X(IO) X(ISCONN) X(ISDIR) X(LOOP)   \
    X(MFILE) X(MLINK) X(MSGSIZE) X(MULTIHOP) X(NAMETOOLONG) X(NETDOWN) X(NETRESET) X(NETUNREACH) X(NFILE) X(NOBUFS)    \
    X(NODEV) X(NOENT) X(NOEXEC) X(NOLCK) X(NOLINK) X(NOMEM) X(NOMSG) X(NOPROTOOPT) X(NOSPC) X(NOSYS) X(NOTCONN)        \
    X(NOTDIR) X(NOTEMPTY) X(NOTRECOVERABLE) X(NOTSOCK) X(NOTSUP) X(NOTTY) X(NXIO) X(OVERFLOW) X(OWNERDEAD) X(PERM)     \
    X(PIPE) X(PROTO) X(PROTONOSUPPORT) X(PROTOTYPE) X(RANGE) X(ROFS) X(SPIPE) X(SRCH) X(STALE) X(TIMEDOUT) X(TXTBSY)   \
    X(XDEV)

#define WASI_NAME(name) WASI_##name,
#define WASI_ENTRY(name) [E##name] = WASI_##name,

enum { WASI_SUCCESS, ERRNOS(WASI_NAME) };

/* $filetype */
enum { UNKNOWN, BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, REGULAR_FILE, SOCKET_DGRAM, SOCKET_STREAM, SYMBOLIC_LINK };

/* $rights: the two that tell how a file is to be opened, and two that say that it is no terminal */
enum { FD_READ = 1 << 1, FD_SEEK = 1 << 2, FD_TELL = 1 << 5, FD_WRITE = 1 << 6 };

/* $lookupflags, $fstflags, $subclockflags, $eventtype, $clockid */
enum { SYMLINK_FOLLOW = 1 };
enum { ATIM = 1, ATIM_NOW = 2, MTIM = 4, MTIM_NOW = 8 };
enum { SUBSCRIPTION_CLOCK_ABSTIME = 1 };
enum { EVENTTYPE_CLOCK = 0 };
enum { CLOCKS = 4 }; /* realtime, monotonic, process_cputime_id, thread_cputime_id: Linux's numbers too */

struct flag {
    int of_wasi, of_linux;
};

/* $oflags, $fdflags */
static const struct flag oflags[] = { { 1, O_CREAT }, { 2, O_DIRECTORY }, { 4, O_EXCL }, { 8, O_TRUNC } };
static const struct flag fdflags[] = {
    { 1, O_APPEND }, { 2, O_DSYNC }, { 4, O_NONBLOCK }, { 8, O_RSYNC }, { 16, O_SYNC },
};

/* Answers have no unnamed padding: it would have what was on the host's stack. */
struct fdstat {
    uint8_t filetype, unused;
    uint16_t flags;
    uint8_t unused_too[4];
    uint64_t rights_base, rights_inheriting;
};

struct filestat {
    uint64_t dev, ino;
    uint8_t filetype, unused[7];
    uint64_t nlink, size, atim, mtim, ctim;
};

struct dirent_head {
    uint64_t next, ino;
    uint32_t namlen;
    uint8_t type;
    uint8_t unused[3];
};

struct ciovec {
    uint32_t buf, buf_len;
};

struct prestat {
    uint8_t tag, unused[3]; /* tag 0: a directory */
    uint32_t name_len;
};

struct subscription {
    uint64_t userdata;
    uint8_t type;
    struct {
        uint32_t id;
        uint64_t timeout, precision;
        uint16_t flags;
    } clock;
};

struct event {
    uint64_t userdata;
    uint16_t error;
    uint8_t type, unused[5];
    uint64_t nbytes, flags;
};

_Static_assert(sizeof(struct fdstat) == 24 && sizeof(struct filestat) == 64 && sizeof(struct dirent_head) == 24
                   && sizeof(struct ciovec) == 8 && sizeof(struct prestat) == 8 && sizeof(struct subscription) == 48
                   && sizeof(struct event) == 32,
               "the layouts of WASI");

/* The strings of args_get or environ_get. */
struct list {
    char **strings;
    uint32_t count;
};

static bool has_root;

static uint32_t
errno_of(int error)
{
    static const uint8_t errnos[] = { ERRNOS(WASI_ENTRY) };
    uint32_t known = error > 0 && (size_t)error < COUNT(errnos) ? errnos[error] : WASI_SUCCESS;

    return known ? known : WASI_IO;
}

static uint32_t
result(long value)
{
    return value < 0 ? errno_of(errno) : WASI_SUCCESS;
}

/* Copies what a call answers to where the module wants it; nothing in its memory is aligned for certain. */
static uint32_t
answer(wasm_exec_env_t env, uint32_t address, const void *value, uint32_t size)
{
    void *to = vm_memory(env, address, size);

    if (!to)
        return WASI_FAULT;
    memcpy(to, value, size);
    return WASI_SUCCESS;
}

/* The same for a count or a descriptor that a system call returned; below 0 it failed. */
static uint32_t
answer_count(wasm_exec_env_t env, uint32_t address, int64_t value)
{
    uint32_t count = (uint32_t)value;

    return value < 0 ? errno_of(errno) : answer(env, address, &count, sizeof(count));
}

/* Where an answer_count to come will go is checked before a call that has an effect. */
static bool
takes_count(wasm_exec_env_t env, uint32_t address)
{
    return vm_memory(env, address, sizeof(uint32_t));
}

static struct list
list_of(char **strings)
{
    struct list list = { strings, 0 };

    while (strings && strings[list.count])
        list.count++;
    return list;
}

static uint32_t
answer_sizes(wasm_exec_env_t env, struct list list, uint32_t count, uint32_t size)
{
    uint32_t bytes = 0;

    for (uint32_t i = 0; i < list.count; i++)
        bytes += strlen(list.strings[i]) + 1;
    uint32_t error = answer_count(env, count, list.count);
    return error ? error : answer_count(env, size, bytes);
}

static uint32_t
answer_strings(wasm_exec_env_t env, struct list list, uint32_t pointers, uint32_t buffer)
{
    uint32_t error = WASI_SUCCESS;

    for (uint32_t i = 0; i < list.count && !error; i++) {
        uint32_t size = strlen(list.strings[i]) + 1;
        error = answer_count(env, pointers, buffer);
        error = error ? error : answer(env, buffer, list.strings[i], size);
        pointers += sizeof(buffer);
        buffer += size;
    }
    return error;
}

uint32_t
wasi_args_sizes_get(wasm_exec_env_t env, uint32_t count, uint32_t size)
{
    return answer_sizes(env, list_of(arguments), count, size);
}

uint32_t
wasi_args_get(wasm_exec_env_t env, uint32_t argv, uint32_t buffer)
{
    return answer_strings(env, list_of(arguments), argv, buffer);
}

uint32_t
wasi_environ_sizes_get(wasm_exec_env_t env, uint32_t count, uint32_t size)
{
    return answer_sizes(env, list_of(environ), count, size);
}

uint32_t
wasi_environ_get(wasm_exec_env_t env, uint32_t pointers, uint32_t buffer)
{
    return answer_strings(env, list_of(environ), pointers, buffer);
}

static uint64_t
nanoseconds(struct timespec time)
{
    return (uint64_t)time.tv_sec * NS + (uint64_t)time.tv_nsec;
}

static struct timespec
timespec_of(uint64_t time)
{
    return (struct timespec){ .tv_sec = (time_t)(time / NS), .tv_nsec = (long)(time % NS) };
}

static uint32_t
answer_time(wasm_exec_env_t env, uint32_t address, int (*clock)(clockid_t, struct timespec *), uint32_t id)
{
    struct timespec time;

    if (id >= CLOCKS)
        return WASI_INVAL;
    if (clock((clockid_t)id, &time))
        return errno_of(errno);
    uint64_t value = nanoseconds(time);
    return answer(env, address, &value, sizeof(value));
}

uint32_t
wasi_clock_res_get(wasm_exec_env_t env, uint32_t id, uint32_t resolution)
{
    return answer_time(env, resolution, clock_getres, id);
}

uint32_t
wasi_clock_time_get(wasm_exec_env_t env, uint32_t id, uint64_t precision, uint32_t time)
{
    (void)precision;
    return answer_time(env, time, clock_gettime, id);
}

/* How many nanoseconds are left until the event that is subscribed to. */
static uint32_t
find_left(const struct subscription *subscription, uint64_t *left)
{
    struct timespec time;

    *left = subscription->clock.timeout;
    if (subscription->type != EVENTTYPE_CLOCK)
        return WASI_NOTSUP;
    if (subscription->clock.id >= CLOCKS)
        return WASI_INVAL;
    if (!(subscription->clock.flags & SUBSCRIPTION_CLOCK_ABSTIME))
        return WASI_SUCCESS;
    if (clock_gettime((clockid_t)subscription->clock.id, &time))
        return errno_of(errno);
    *left = nanoseconds(time) < *left ? *left - nanoseconds(time) : 0;
    return WASI_SUCCESS;
}

static uint32_t
find_shortest(const uint8_t *subscriptions, uint32_t count, uint64_t *shortest)
{
    struct subscription subscription;
    uint64_t left;

    *shortest = UINT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        memcpy(&subscription, subscriptions + i * sizeof(subscription), sizeof(subscription));
        uint32_t error = find_left(&subscription, &left);
        if (error)
            return error;
        if (left < *shortest)
            *shortest = left;
    }
    return WASI_SUCCESS;
}

/* Writes the events of the subscriptions that end with the shortest; returns how many. */
static uint32_t
put_events(const uint8_t *subscriptions, uint32_t count, uint64_t shortest, uint8_t *events)
{
    struct subscription subscription;
    uint64_t left;
    uint32_t put = 0;

    for (uint32_t i = 0; i < count; i++) {
        memcpy(&subscription, subscriptions + i * sizeof(subscription), sizeof(subscription));
        if (find_left(&subscription, &left) || left > shortest)
            continue;
        struct event event = { .userdata = subscription.userdata, .type = EVENTTYPE_CLOCK };
        memcpy(events + put++ * sizeof(event), &event, sizeof(event));
    }
    return put;
}

uint32_t
wasi_poll_oneoff(wasm_exec_env_t env, uint32_t in, uint32_t out, uint32_t count, uint32_t events)
{
    const uint8_t *subscriptions = vm_memory(env, in, (uint64_t)count * sizeof(struct subscription));
    uint8_t *occurred = vm_memory(env, out, (uint64_t)count * sizeof(struct event));
    uint64_t shortest;

    if (!subscriptions || !occurred || !takes_count(env, events))
        return WASI_FAULT;
    if (!count)
        return WASI_INVAL;
    uint32_t error = find_shortest(subscriptions, count, &shortest);
    if (error)
        return error;
    uint32_t put = put_events(subscriptions, count, shortest, occurred);
    struct timespec left = timespec_of(shortest);
    while (nanosleep(&left, &left) && errno == EINTR)
        ;
    return answer_count(env, events, put);
}

uint32_t
wasi_sched_yield(wasm_exec_env_t env)
{
    (void)env;
    return result(sched_yield());
}

/* Ends the logic; the host starts it again. */
void
wasi_proc_exit(wasm_exec_env_t env, uint32_t code)
{
    char reason[32];

    (void)!snprintf(reason, sizeof(reason), "proc_exit(%u)", (unsigned)code);
    wasm_runtime_set_exception(wasm_runtime_get_module_inst(env), reason);
}

/*
 * Until the kernel's random pool is ready, which can take the first second of a boot, getrandom(2) waits, and so does
 * the machine. GRND_INSECURE (Linux 5.6) never waits, nor does /dev/urandom before it.
 */
static ssize_t
draw(void *bytes, size_t size)
{
    ssize_t drawn = getrandom(bytes, size, GRND_INSECURE);

    if (drawn < 0 && errno == EINVAL)
        drawn = getrandom(bytes, size, GRND_NONBLOCK);
    if (drawn >= 0 || errno != EAGAIN)
        return drawn;
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    drawn = read(fd, bytes, size);
    (void)!close(fd);
    return drawn;
}

uint32_t
wasi_random_get(wasm_exec_env_t env, uint32_t buffer, uint32_t size)
{
    uint8_t *bytes = vm_memory(env, buffer, size);

    if (!bytes)
        return WASI_FAULT;
    while (size) {
        ssize_t drawn = draw(bytes, size);
        if (drawn <= 0)
            return errno_of(errno);
        bytes += drawn;
        size -= (uint32_t)drawn;
    }
    return WASI_SUCCESS;
}

static int
to_linux(const struct flag *flags, size_t count, uint32_t set)
{
    int found = 0;

    for (size_t i = 0; i < count; i++)
        if (set & flags[i].of_wasi)
            found |= flags[i].of_linux;
    return found;
}

static uint16_t
to_wasi(const struct flag *flags, size_t count, int set)
{
    uint32_t found = 0;

    for (size_t i = 0; i < count; i++)
        if ((set & flags[i].of_linux) == flags[i].of_linux)
            found |= flags[i].of_wasi;
    return (uint16_t)found;
}

static uint8_t
filetype_of_mode(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFBLK:
        return BLOCK_DEVICE;
    case S_IFCHR:
        return CHARACTER_DEVICE;
    case S_IFDIR:
        return DIRECTORY;
    case S_IFREG:
        return REGULAR_FILE;
    case S_IFSOCK:
        return SOCKET_STREAM;
    case S_IFLNK:
        return SYMBOLIC_LINK;
    default:
        return UNKNOWN;
    }
}

static uint32_t
answer_filestat(wasm_exec_env_t env, uint32_t address, const struct stat *file)
{
    struct filestat filestat = {
        .dev = file->st_dev,
        .ino = file->st_ino,
        .filetype = filetype_of_mode(file->st_mode),
        .nlink = file->st_nlink,
        .size = (uint64_t)file->st_size,
        .atim = nanoseconds(file->st_atim),
        .mtim = nanoseconds(file->st_mtim),
        .ctim = nanoseconds(file->st_ctim),
    };

    return answer(env, address, &filestat, sizeof(filestat));
}

uint32_t
wasi_fd_filestat_get(wasm_exec_env_t env, int32_t fd, uint32_t buf)
{
    struct stat file;

    return fstat(fd, &file) ? errno_of(errno) : answer_filestat(env, buf, &file);
}

uint32_t
wasi_fd_filestat_set_size(wasm_exec_env_t env, int32_t fd, uint64_t size)
{
    (void)env;
    return result(ftruncate(fd, (off_t)size));
}

static struct timespec
new_time(uint64_t time, uint32_t set, uint32_t now)
{
    if (now)
        return (struct timespec){ .tv_nsec = UTIME_NOW };
    return set ? timespec_of(time) : (struct timespec){ .tv_nsec = UTIME_OMIT };
}

uint32_t
wasi_fd_filestat_set_times(wasm_exec_env_t env, int32_t fd, uint64_t atim, uint64_t mtim, uint32_t flags)
{
    struct timespec times[] = {
        new_time(atim, flags & ATIM, flags & ATIM_NOW),
        new_time(mtim, flags & MTIM, flags & MTIM_NOW),
    };

    (void)env;
    return result(futimens(fd, times));
}

/* No rights are kept: the kernel knows what PID 1 may do. But isatty() takes what can seek for a file. */
uint32_t
wasi_fd_fdstat_get(wasm_exec_env_t env, int32_t fd, uint32_t buf)
{
    struct stat file;
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fstat(fd, &file))
        return errno_of(errno);
    struct fdstat fdstat = {
        .filetype = filetype_of_mode(file.st_mode),
        .flags = to_wasi(fdflags, COUNT(fdflags), flags),
        .rights_base = S_ISCHR(file.st_mode) ? ~(uint64_t)(FD_SEEK | FD_TELL) : UINT64_MAX,
        .rights_inheriting = UINT64_MAX,
    };
    return answer(env, buf, &fdstat, sizeof(fdstat));
}

uint32_t
wasi_fd_fdstat_set_flags(wasm_exec_env_t env, int32_t fd, uint32_t flags)
{
    (void)env;
    return result(fcntl(fd, F_SETFL, to_linux(fdflags, COUNT(fdflags), flags)));
}

/*
 * Finds the pieces of memory that a list of iovec or ciovec names, but no more than PIECES: to read or write less than
 * was asked for is nothing new to the module. Returns how many, or -1 if anything of it is outside of the memory.
 */
static int
gather(wasm_exec_env_t env, uint32_t list, uint32_t count, struct iovec *pieces)
{
    const uint8_t *from = vm_memory(env, list, (uint64_t)count * sizeof(struct ciovec));
    int gathered = 0;

    for (uint32_t i = 0; from && i < count && gathered < PIECES; i++) {
        struct ciovec piece;
        memcpy(&piece, from + i * sizeof(piece), sizeof(piece));
        void *bytes = vm_memory(env, piece.buf, piece.buf_len);
        if (!bytes)
            return -1;
        if (piece.buf_len)
            pieces[gathered++] = (struct iovec){ bytes, piece.buf_len };
    }
    return from ? gathered : -1;
}

uint32_t
wasi_fd_read(wasm_exec_env_t env, int32_t fd, uint32_t iovs, uint32_t count, uint32_t size)
{
    struct iovec pieces[PIECES];
    int gathered = gather(env, iovs, count, pieces);

    if (gathered < 0 || !takes_count(env, size))
        return WASI_FAULT;
    return answer_count(env, size, readv(fd, pieces, gathered));
}

uint32_t
wasi_fd_write(wasm_exec_env_t env, int32_t fd, uint32_t iovs, uint32_t count, uint32_t size)
{
    struct iovec pieces[PIECES];
    int gathered = gather(env, iovs, count, pieces);

    if (gathered < 0 || !takes_count(env, size))
        return WASI_FAULT;
    return answer_count(env, size, writev(fd, pieces, gathered));
}

uint32_t
wasi_fd_pread(wasm_exec_env_t env, int32_t fd, uint32_t iovs, uint32_t count, uint64_t offset, uint32_t size)
{
    struct iovec pieces[PIECES];
    int gathered = gather(env, iovs, count, pieces);

    if (gathered < 0 || !takes_count(env, size))
        return WASI_FAULT;
    return answer_count(env, size, preadv(fd, pieces, gathered, (off_t)offset));
}

uint32_t
wasi_fd_pwrite(wasm_exec_env_t env, int32_t fd, uint32_t iovs, uint32_t count, uint64_t offset, uint32_t size)
{
    struct iovec pieces[PIECES];
    int gathered = gather(env, iovs, count, pieces);

    if (gathered < 0 || !takes_count(env, size))
        return WASI_FAULT;
    return answer_count(env, size, pwritev(fd, pieces, gathered, (off_t)offset));
}

/* The directory / stays open: the logic may be started again, and looks for it again. */
uint32_t
wasi_fd_close(wasm_exec_env_t env, int32_t fd)
{
    (void)env;
    return fd == WASI_ROOT && has_root ? WASI_NOTSUP : result(close(fd));
}

uint32_t
wasi_fd_sync(wasm_exec_env_t env, int32_t fd)
{
    (void)env;
    return result(fsync(fd));
}

uint32_t
wasi_fd_datasync(wasm_exec_env_t env, int32_t fd)
{
    (void)env;
    return result(fdatasync(fd));
}

uint32_t
wasi_fd_allocate(wasm_exec_env_t env, int32_t fd, uint64_t offset, uint64_t size)
{
    (void)env;
    return result(fallocate(fd, 0, (off_t)offset, (off_t)size));
}

/* Advice that nobody takes. */
uint32_t
wasi_fd_advise(wasm_exec_env_t env, int32_t fd, uint64_t offset, uint64_t size, uint32_t advice)
{
    (void)env, (void)offset, (void)size, (void)advice;
    return result(fcntl(fd, F_GETFD));
}

uint32_t
wasi_fd_seek(wasm_exec_env_t env, int32_t fd, int64_t offset, uint32_t whence, uint32_t position)
{
    if (!vm_memory(env, position, sizeof(int64_t)))
        return WASI_FAULT;
    if (whence > SEEK_END)
        return WASI_INVAL;
    int64_t moved = lseek(fd, offset, (int)whence);
    return moved < 0 ? errno_of(errno) : answer(env, position, &moved, sizeof(moved));
}

uint32_t
wasi_fd_tell(wasm_exec_env_t env, int32_t fd, uint32_t position)
{
    return wasi_fd_seek(env, fd, 0, SEEK_CUR, position);
}

uint32_t
wasi_fd_prestat_get(wasm_exec_env_t env, int32_t fd, uint32_t buf)
{
    struct prestat prestat = { .name_len = strlen("/") };

    return fd == WASI_ROOT && has_root ? answer(env, buf, &prestat, sizeof(prestat)) : WASI_BADF;
}

uint32_t
wasi_fd_prestat_dir_name(wasm_exec_env_t env, int32_t fd, uint32_t path, uint32_t size)
{
    if (fd != WASI_ROOT || !has_root)
        return WASI_BADF;
    return size ? answer(env, path, "/", 1) : WASI_NAMETOOLONG;
}

static uint32_t
put(uint8_t *to, uint32_t room, const void *bytes, uint32_t size)
{
    uint32_t fits = size < room ? size : room;

    memcpy(to, bytes, fits);
    return fits;
}

static uint32_t
put_entry(uint8_t *to, uint32_t room, const struct dirent *entry)
{
    struct dirent_head head = {
        .next = (uint64_t)entry->d_off,
        .ino = entry->d_ino,
        .namlen = strlen(entry->d_name),
        .type = filetype_of_mode(DTTOIF(entry->d_type)),
    };
    uint32_t used = put(to, room, &head, sizeof(head));

    return used + put(to + used, room - used, entry->d_name, head.namlen);
}

/* A cookie is the kernel's own offset of an entry. The last entry may be cut; then the buffer is full. */
uint32_t
wasi_fd_readdir(wasm_exec_env_t env, int32_t fd, uint32_t buf, uint32_t size, uint64_t cookie, uint32_t used)
{
    _Alignas(struct dirent) uint8_t entries[2048];
    uint8_t *to = vm_memory(env, buf, size);
    uint32_t filled = 0;
    long got = 1;

    if (!to || !takes_count(env, used))
        return WASI_FAULT;
    if (lseek(fd, (off_t)cookie, SEEK_SET) < 0)
        return errno_of(errno);
    while (got > 0 && filled < size) {
        got = syscall(SYS_getdents64, fd, entries, sizeof(entries));
        if (got < 0)
            return errno_of(errno);
        for (long at = 0; at < got; at += ((struct dirent *)(entries + at))->d_reclen)
            filled += put_entry(to + filled, size - filled, (struct dirent *)(entries + at));
    }
    return answer_count(env, used, filled);
}

static uint32_t
copy(wasm_exec_env_t env, uint32_t address, uint32_t size, char text[PATH_MAX])
{
    const char *bytes = vm_memory(env, address, size);

    if (!bytes)
        return WASI_FAULT;
    if (size >= PATH_MAX)
        return WASI_NAMETOOLONG;
    if (memchr(bytes, 0, size))
        return WASI_INVAL; /* The kernel would take only what is before it. */
    memcpy(text, bytes, size);
    text[size] = 0;
    return WASI_SUCCESS;
}

/* A path of the module, always one from a directory onward: also what is written /etc/boot. */
static uint32_t
copy_path(wasm_exec_env_t env, uint32_t address, uint32_t size, char path[PATH_MAX])
{
    uint32_t error = copy(env, address, size, path);

    if (error || *path != '/')
        return error;
    size_t slashes = strspn(path, "/");
    memmove(path, path + slashes, size + 1 - slashes);
    if (!*path)
        memcpy(path, ".", sizeof("."));
    return WASI_SUCCESS;
}

/* Two paths, for calls that take them: the name of a file and its new one. */
static uint32_t
copy_paths(wasm_exec_env_t env, uint32_t old_path, uint32_t old_size, char from[PATH_MAX], uint32_t new_path,
           uint32_t new_size, char to[PATH_MAX])
{
    uint32_t error = copy_path(env, old_path, old_size, from);

    return error ? error : copy_path(env, new_path, new_size, to);
}

static int
open_flags(uint32_t lookup, uint32_t how, uint64_t rights, uint32_t flags)
{
    int open = to_linux(oflags, COUNT(oflags), how) | to_linux(fdflags, COUNT(fdflags), flags);

    if (!(lookup & SYMLINK_FOLLOW))
        open |= O_NOFOLLOW;
    if (rights & FD_WRITE && !(open & O_DIRECTORY)) /* The rights to a directory are for what will be opened in it. */
        open |= rights & FD_READ ? O_RDWR : O_WRONLY;
    return open | O_CLOEXEC | O_NOCTTY;
}

uint32_t
wasi_path_open(wasm_exec_env_t env, int32_t dir, uint32_t lookup, uint32_t address, uint32_t size, uint32_t how,
               uint64_t rights, uint64_t inheriting, uint32_t flags, uint32_t opened)
{
    char path[PATH_MAX];
    uint32_t error = copy_path(env, address, size, path);

    (void)inheriting;
    if (error)
        return error;
    if (!takes_count(env, opened))
        return WASI_FAULT;
    return answer_count(env, opened, openat(dir, path, open_flags(lookup, how, rights, flags), 0666));
}

static int
at_flags(uint32_t lookup)
{
    return lookup & SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW;
}

uint32_t
wasi_path_filestat_get(wasm_exec_env_t env, int32_t dir, uint32_t lookup, uint32_t address, uint32_t size,
                       uint32_t buf)
{
    char path[PATH_MAX];
    struct stat file;
    uint32_t error = copy_path(env, address, size, path);

    if (error)
        return error;
    return fstatat(dir, path, &file, at_flags(lookup)) ? errno_of(errno) : answer_filestat(env, buf, &file);
}

uint32_t
wasi_path_filestat_set_times(wasm_exec_env_t env, int32_t dir, uint32_t lookup, uint32_t address, uint32_t size,
                             uint64_t atim, uint64_t mtim, uint32_t flags)
{
    struct timespec times[] = {
        new_time(atim, flags & ATIM, flags & ATIM_NOW),
        new_time(mtim, flags & MTIM, flags & MTIM_NOW),
    };
    char path[PATH_MAX];
    uint32_t error = copy_path(env, address, size, path);

    return error ? error : result(utimensat(dir, path, times, at_flags(lookup)));
}

uint32_t
wasi_path_create_directory(wasm_exec_env_t env, int32_t dir, uint32_t address, uint32_t size)
{
    char path[PATH_MAX];
    uint32_t error = copy_path(env, address, size, path);

    return error ? error : result(mkdirat(dir, path, 0777));
}

uint32_t
wasi_path_remove_directory(wasm_exec_env_t env, int32_t dir, uint32_t address, uint32_t size)
{
    char path[PATH_MAX];
    uint32_t error = copy_path(env, address, size, path);

    return error ? error : result(unlinkat(dir, path, AT_REMOVEDIR));
}

uint32_t
wasi_path_unlink_file(wasm_exec_env_t env, int32_t dir, uint32_t address, uint32_t size)
{
    char path[PATH_MAX];
    uint32_t error = copy_path(env, address, size, path);

    return error ? error : result(unlinkat(dir, path, 0));
}

uint32_t
wasi_path_rename(wasm_exec_env_t env, int32_t old_dir, uint32_t old_path, uint32_t old_size, int32_t new_dir,
                 uint32_t new_path, uint32_t new_size)
{
    char from[PATH_MAX], to[PATH_MAX];
    uint32_t error = copy_paths(env, old_path, old_size, from, new_path, new_size, to);

    return error ? error : result(renameat(old_dir, from, new_dir, to));
}

uint32_t
wasi_path_link(wasm_exec_env_t env, int32_t old_dir, uint32_t lookup, uint32_t old_path, uint32_t old_size,
               int32_t new_dir, uint32_t new_path, uint32_t new_size)
{
    char from[PATH_MAX], to[PATH_MAX];
    uint32_t error = copy_paths(env, old_path, old_size, from, new_path, new_size, to);
    int flags = lookup & SYMLINK_FOLLOW ? AT_SYMLINK_FOLLOW : 0;

    return error ? error : result(linkat(old_dir, from, new_dir, to, flags));
}

uint32_t
wasi_path_symlink(wasm_exec_env_t env, uint32_t old_path, uint32_t old_size, int32_t dir, uint32_t new_path,
                  uint32_t new_size)
{
    char target[PATH_MAX], path[PATH_MAX];
    uint32_t error = copy(env, old_path, old_size, target);

    error = error ? error : copy_path(env, new_path, new_size, path);
    return error ? error : result(symlinkat(target, dir, path));
}

uint32_t
wasi_path_readlink(wasm_exec_env_t env, int32_t dir, uint32_t address, uint32_t size, uint32_t buf, uint32_t buf_size,
                   uint32_t used)
{
    char path[PATH_MAX];
    char *target = vm_memory(env, buf, buf_size);
    uint32_t error = copy_path(env, address, size, path);

    if (error)
        return error;
    if (!target || !takes_count(env, used))
        return WASI_FAULT;
    return answer_count(env, used, readlinkat(dir, path, target, buf_size));
}

void
wasi_open_root(void)
{
    int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0 && fd != WASI_ROOT) { /* PID 1 may be started without standard streams */
        (void)!dup3(fd, WASI_ROOT, O_CLOEXEC);
        (void)!close(fd);
    }
    has_root = fd >= 0;
}
