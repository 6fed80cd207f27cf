/* What WASI does with an open file. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "wasi.h"

#define PIECES 16 /* of memory, read or written by one call */

struct ciovec {
    uint32_t buf, buf_len;
};

_Static_assert(sizeof(struct ciovec) == 8, "the layouts of WASI");

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

    if (gathered < 0 || !wasi_takes_count(env, size))
        return WASI_FAULT;
    return wasi_answer_count(env, size, readv(fd, pieces, gathered));
}

uint32_t
wasi_fd_write(wasm_exec_env_t env, int32_t fd, uint32_t iovs, uint32_t count, uint32_t size)
{
    struct iovec pieces[PIECES];
    int gathered = gather(env, iovs, count, pieces);

    if (gathered < 0 || !wasi_takes_count(env, size))
        return WASI_FAULT;
    return wasi_answer_count(env, size, writev(fd, pieces, gathered));
}

uint32_t
wasi_fd_pread(wasm_exec_env_t env, int32_t fd, uint32_t iovs, uint32_t count, uint64_t offset, uint32_t size)
{
    struct iovec pieces[PIECES];
    int gathered = gather(env, iovs, count, pieces);

    if (gathered < 0 || !wasi_takes_count(env, size))
        return WASI_FAULT;
    return wasi_answer_count(env, size, preadv(fd, pieces, gathered, (off_t)offset));
}

uint32_t
wasi_fd_pwrite(wasm_exec_env_t env, int32_t fd, uint32_t iovs, uint32_t count, uint64_t offset, uint32_t size)
{
    struct iovec pieces[PIECES];
    int gathered = gather(env, iovs, count, pieces);

    if (gathered < 0 || !wasi_takes_count(env, size))
        return WASI_FAULT;
    return wasi_answer_count(env, size, pwritev(fd, pieces, gathered, (off_t)offset));
}

/* Linux has an offset for a directory, too; but where that is read, a cookie says. */
uint32_t
wasi_fd_seek(wasm_exec_env_t env, int32_t fd, int64_t offset, uint32_t whence, uint32_t position)
{
    struct stat file;

    if (!vm_memory(env, position, sizeof(int64_t)))
        return WASI_FAULT;
    if (whence > SEEK_END)
        return WASI_INVAL;
    if (fstat(fd, &file))
        return wasi_errno(errno);
    if (S_ISDIR(file.st_mode))
        return WASI_ISDIR;
    int64_t moved = lseek(fd, offset, (int)whence);
    return moved < 0 ? wasi_errno(errno) : wasi_answer(env, position, &moved, sizeof(moved));
}

uint32_t
wasi_fd_tell(wasm_exec_env_t env, int32_t fd, uint32_t position)
{
    return wasi_fd_seek(env, fd, 0, SEEK_CUR, position);
}

uint32_t
wasi_fd_sync(wasm_exec_env_t env, int32_t fd)
{
    (void)env;
    return wasi_result(fsync(fd));
}

uint32_t
wasi_fd_datasync(wasm_exec_env_t env, int32_t fd)
{
    (void)env;
    return wasi_result(fdatasync(fd));
}

uint32_t
wasi_fd_allocate(wasm_exec_env_t env, int32_t fd, uint64_t offset, uint64_t size)
{
    (void)env;
    return wasi_result(fallocate(fd, 0, (off_t)offset, (off_t)size));
}

/* Advice that nobody takes. */
uint32_t
wasi_fd_advise(wasm_exec_env_t env, int32_t fd, uint64_t offset, uint64_t size, uint32_t advice)
{
    (void)env, (void)offset, (void)size, (void)advice;
    return wasi_result(fcntl(fd, F_GETFD));
}
