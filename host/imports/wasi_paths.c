/* What WASI does with a path, which is one from a directory onward. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wasi.h"

/* $oflags */
static const struct flag oflags[] = { { 1, O_CREAT }, { 2, O_DIRECTORY }, { 4, O_EXCL }, { 8, O_TRUNC } };

/* Two paths, for calls that take them: the name of a file and its new one. */
static uint32_t
copy_paths(wasm_exec_env_t env, uint32_t old_path, uint32_t old_size, char from[PATH_MAX], uint32_t new_path,
           uint32_t new_size, char to[PATH_MAX])
{
    uint32_t error = wasi_copy_path(env, old_path, old_size, from);

    return error ? error : wasi_copy_path(env, new_path, new_size, to);
}

static int
open_flags(uint32_t lookup, uint32_t how, uint64_t rights, uint32_t flags)
{
    int open = wasi_to_linux(oflags, COUNT(oflags), how) | wasi_to_linux(wasi_fdflags, COUNT(wasi_fdflags), flags);

    if (!(lookup & SYMLINK_FOLLOW))
        open |= O_NOFOLLOW;
    if (rights & FD_WRITE)
        open |= rights & FD_READ ? O_RDWR : O_WRONLY;
    return open | O_CLOEXEC | O_NOCTTY;
}

uint32_t
wasi_path_open(wasm_exec_env_t env, int32_t dir, uint32_t lookup, uint32_t address, uint32_t size, uint32_t how,
               uint64_t rights, uint64_t inheriting, uint32_t flags, uint32_t opened)
{
    char path[PATH_MAX];
    uint32_t error = wasi_copy_path(env, address, size, path);

    (void)inheriting;
    if (error)
        return error;
    if (!wasi_takes_count(env, opened))
        return WASI_FAULT;
    return wasi_answer_count(env, opened, openat(dir, path, open_flags(lookup, how, rights, flags), 0666));
}

uint32_t
wasi_path_create_directory(wasm_exec_env_t env, int32_t dir, uint32_t address, uint32_t size)
{
    char path[PATH_MAX];
    uint32_t error = wasi_copy_path(env, address, size, path);

    return error ? error : wasi_result(mkdirat(dir, path, 0777));
}

uint32_t
wasi_path_remove_directory(wasm_exec_env_t env, int32_t dir, uint32_t address, uint32_t size)
{
    char path[PATH_MAX];
    uint32_t error = wasi_copy_path(env, address, size, path);

    return error ? error : wasi_result(unlinkat(dir, path, AT_REMOVEDIR));
}

uint32_t
wasi_path_unlink_file(wasm_exec_env_t env, int32_t dir, uint32_t address, uint32_t size)
{
    char path[PATH_MAX];
    uint32_t error = wasi_copy_path(env, address, size, path);

    return error ? error : wasi_result(unlinkat(dir, path, 0));
}

uint32_t
wasi_path_rename(wasm_exec_env_t env, int32_t old_dir, uint32_t old_path, uint32_t old_size, int32_t new_dir,
                 uint32_t new_path, uint32_t new_size)
{
    char from[PATH_MAX], to[PATH_MAX];
    uint32_t error = copy_paths(env, old_path, old_size, from, new_path, new_size, to);

    return error ? error : wasi_result(renameat(old_dir, from, new_dir, to));
}

uint32_t
wasi_path_link(wasm_exec_env_t env, int32_t old_dir, uint32_t lookup, uint32_t old_path, uint32_t old_size,
               int32_t new_dir, uint32_t new_path, uint32_t new_size)
{
    char from[PATH_MAX], to[PATH_MAX];
    uint32_t error = copy_paths(env, old_path, old_size, from, new_path, new_size, to);
    int flags = lookup & SYMLINK_FOLLOW ? AT_SYMLINK_FOLLOW : 0;

    return error ? error : wasi_result(linkat(old_dir, from, new_dir, to, flags));
}

uint32_t
wasi_path_symlink(wasm_exec_env_t env, uint32_t old_path, uint32_t old_size, int32_t dir, uint32_t new_path,
                  uint32_t new_size)
{
    char target[PATH_MAX], path[PATH_MAX];
    uint32_t error = wasi_copy(env, old_path, old_size, target);

    error = error ? error : wasi_copy_path(env, new_path, new_size, path);
    return error ? error : wasi_result(symlinkat(target, dir, path));
}

uint32_t
wasi_path_readlink(wasm_exec_env_t env, int32_t dir, uint32_t address, uint32_t size, uint32_t buf, uint32_t buf_size,
                   uint32_t used)
{
    char path[PATH_MAX];
    char *target = vm_memory(env, buf, buf_size);
    uint32_t error = wasi_copy_path(env, address, size, path);

    if (error)
        return error;
    if (!target || !wasi_takes_count(env, used))
        return WASI_FAULT;
    return wasi_answer_count(env, used, readlinkat(dir, path, target, buf_size));
}
