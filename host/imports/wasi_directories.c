/* The numbers of descriptors: 3 is the directory /, until it is closed or renumbered. And what is in a directory. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "imports.h"
#include "wasi.h"

struct prestat {
    uint8_t tag, unused[3]; /* tag 0: a directory */
    uint32_t name_len;
};

struct dirent_head {
    uint64_t next, ino;
    uint32_t namlen;
    uint8_t type;
    uint8_t unused[3];
};

_Static_assert(sizeof(struct prestat) == 8 && sizeof(struct dirent_head) == 24, "the layouts of WASI");

static bool has_root; /* whether WASI_ROOT is what wasi_open_root has opened */

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

uint32_t
wasi_fd_prestat_get(wasm_exec_env_t env, int32_t fd, uint32_t buf)
{
    struct prestat prestat = { .name_len = strlen("/") };

    return fd == WASI_ROOT && has_root ? wasi_answer(env, buf, &prestat, sizeof(prestat)) : WASI_BADF;
}

uint32_t
wasi_fd_prestat_dir_name(wasm_exec_env_t env, int32_t fd, uint32_t path, uint32_t size)
{
    if (fd != WASI_ROOT || !has_root)
        return WASI_BADF;
    return size ? wasi_answer(env, path, "/", 1) : WASI_NAMETOOLONG;
}

uint32_t
wasi_fd_close(wasm_exec_env_t env, int32_t fd)
{
    (void)env;
    has_root = has_root && fd != WASI_ROOT;
    return wasi_result(close(fd));
}

/* `to` must be open, too. What becomes a standard stream is for children as well. */
uint32_t
wasi_fd_renumber(wasm_exec_env_t env, int32_t from, int32_t to)
{
    if (fcntl(to, F_GETFD) < 0)
        return wasi_errno(errno);
    if (from == to)
        return WASI_SUCCESS;
    if (dup3(from, to, to > STDERR_FILENO ? O_CLOEXEC : 0) < 0)
        return wasi_errno(errno);
    has_root = has_root && to != WASI_ROOT;
    return wasi_fd_close(env, from);
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
        .type = wasi_filetype(DTTOIF(entry->d_type)),
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

    if (!to || !wasi_takes_count(env, used))
        return WASI_FAULT;
    if (lseek(fd, (off_t)cookie, SEEK_SET) < 0)
        return wasi_errno(errno);
    while (got > 0 && filled < size) {
        got = syscall(SYS_getdents64, fd, entries, sizeof(entries));
        if (got < 0)
            return wasi_errno(errno);
        for (long at = 0; at < got; at += ((struct dirent *)(entries + at))->d_reclen)
            filled += put_entry(to + filled, size - filled, (struct dirent *)(entries + at));
    }
    return wasi_answer_count(env, used, filled);
}
