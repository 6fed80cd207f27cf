/* What WASI tells of files, open or by their path, and what of that can be set: types, flags, rights, sizes, times. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wasi.h"

/* $filetype */
enum { UNKNOWN, BLOCK_DEVICE, CHARACTER_DEVICE, DIRECTORY, REGULAR_FILE, SOCKET_DGRAM, SOCKET_STREAM, SYMBOLIC_LINK };

/* $rights: those that not every file has, besides FD_READ and FD_WRITE */
enum {
    FD_SEEK = 1 << 2,
    FD_TELL = 1 << 5,
    FD_ALLOCATE = 1 << 8,
    PATH_FILESTAT_SET_SIZE = 1 << 19,
    FD_FILESTAT_SET_SIZE = 1 << 22,
};

/* $fstflags */
enum { ATIM = 1, ATIM_NOW = 2, MTIM = 4, MTIM_NOW = 8 };

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

_Static_assert(sizeof(struct fdstat) == 24 && sizeof(struct filestat) == 64, "the layouts of WASI");

const struct flag wasi_fdflags[] = {
    { 1, O_APPEND }, { 2, O_DSYNC }, { 4, O_NONBLOCK }, { 8, O_RSYNC }, { 16, O_SYNC },
};

int
wasi_to_linux(const struct flag *flags, size_t count, uint32_t set)
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

uint8_t
wasi_filetype(mode_t mode)
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

/*
 * No rights are kept: the kernel knows what PID 1 may do. But programs look at what a file has: isatty() takes what can
 * seek for no terminal, and a directory is opened again with the rights of it. What has PATH_FILESTAT_SET_SIZE should
 * be able to lose it, so nothing has.
 */
static uint64_t
rights_of(mode_t mode, int flags)
{
    uint32_t lacks = PATH_FILESTAT_SET_SIZE;

    if ((flags & O_ACCMODE) == O_RDONLY)
        lacks |= FD_WRITE | FD_ALLOCATE | FD_FILESTAT_SET_SIZE;
    if ((flags & O_ACCMODE) == O_WRONLY || S_ISDIR(mode))
        lacks |= FD_READ;
    if (S_ISCHR(mode) || S_ISDIR(mode))
        lacks |= FD_SEEK | FD_TELL;
    return ~(uint64_t)lacks;
}

uint32_t
wasi_fd_fdstat_get(wasm_exec_env_t env, int32_t fd, uint32_t buf)
{
    struct stat file;
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fstat(fd, &file))
        return wasi_errno(errno);
    struct fdstat fdstat = {
        .filetype = wasi_filetype(file.st_mode),
        .flags = to_wasi(wasi_fdflags, COUNT(wasi_fdflags), flags),
        .rights_base = rights_of(file.st_mode, flags),
        .rights_inheriting = UINT64_MAX,
    };
    return wasi_answer(env, buf, &fdstat, sizeof(fdstat));
}

uint32_t
wasi_fd_fdstat_set_flags(wasm_exec_env_t env, int32_t fd, uint32_t flags)
{
    (void)env;
    return wasi_result(fcntl(fd, F_SETFL, wasi_to_linux(wasi_fdflags, COUNT(wasi_fdflags), flags)));
}

uint32_t
wasi_fd_fdstat_set_rights(wasm_exec_env_t env, int32_t fd, uint64_t base, uint64_t inheriting)
{
    (void)env, (void)base, (void)inheriting;
    return fcntl(fd, F_GETFD) < 0 ? wasi_errno(errno) : WASI_NOTSUP;
}

static uint32_t
answer_filestat(wasm_exec_env_t env, uint32_t address, const struct stat *file)
{
    struct filestat filestat = {
        .dev = file->st_dev,
        .ino = file->st_ino,
        .filetype = wasi_filetype(file->st_mode),
        .nlink = file->st_nlink,
        .size = (uint64_t)file->st_size,
        .atim = wasi_nanoseconds(file->st_atim),
        .mtim = wasi_nanoseconds(file->st_mtim),
        .ctim = wasi_nanoseconds(file->st_ctim),
    };

    return wasi_answer(env, address, &filestat, sizeof(filestat));
}

static struct timespec
new_time(uint64_t time, uint32_t set, uint32_t now)
{
    if (now)
        return (struct timespec){ .tv_nsec = UTIME_NOW };
    return set ? wasi_timespec(time) : (struct timespec){ .tv_nsec = UTIME_OMIT };
}

/* Returns false if one of them would be both given and now. */
static bool
find_times(struct timespec times[2], uint64_t atim, uint64_t mtim, uint32_t flags)
{
    times[0] = new_time(atim, flags & ATIM, flags & ATIM_NOW);
    times[1] = new_time(mtim, flags & MTIM, flags & MTIM_NOW);
    return !(flags & ATIM && flags & ATIM_NOW) && !(flags & MTIM && flags & MTIM_NOW);
}

static int
at_flags(uint32_t lookup)
{
    return lookup & SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW;
}

uint32_t
wasi_fd_filestat_get(wasm_exec_env_t env, int32_t fd, uint32_t buf)
{
    struct stat file;

    return fstat(fd, &file) ? wasi_errno(errno) : answer_filestat(env, buf, &file);
}

uint32_t
wasi_path_filestat_get(wasm_exec_env_t env, int32_t dir, uint32_t lookup, uint32_t address, uint32_t size, uint32_t buf)
{
    char path[PATH_MAX];
    struct stat file;
    uint32_t error = wasi_copy_path(env, address, size, path);

    if (error)
        return error;
    return fstatat(dir, path, &file, at_flags(lookup)) ? wasi_errno(errno) : answer_filestat(env, buf, &file);
}

uint32_t
wasi_fd_filestat_set_size(wasm_exec_env_t env, int32_t fd, uint64_t size)
{
    (void)env;
    return wasi_result(ftruncate(fd, (off_t)size));
}

uint32_t
wasi_fd_filestat_set_times(wasm_exec_env_t env, int32_t fd, uint64_t atim, uint64_t mtim, uint32_t flags)
{
    struct timespec times[2];

    (void)env;
    return find_times(times, atim, mtim, flags) ? wasi_result(futimens(fd, times)) : WASI_INVAL;
}

uint32_t
wasi_path_filestat_set_times(wasm_exec_env_t env, int32_t dir, uint32_t lookup, uint32_t address, uint32_t size,
                             uint64_t atim, uint64_t mtim, uint32_t flags)
{
    struct timespec times[2];
    char path[PATH_MAX];
    uint32_t error = wasi_copy_path(env, address, size, path);

    if (error)
        return error;
    if (!find_times(times, atim, mtim, flags))
        return WASI_INVAL;
    return wasi_result(utimensat(dir, path, times, at_flags(lookup)));
}
