/* What the imports of WASI take and answer. */
#include "wasi.h"

#include <errno.h>
#include <string.h>

#include "record/record.h"

#define WASI_ENTRY(name) [E##name] = WASI_##name,

uint32_t
wasi_errno(int error)
{
    static const uint8_t errnos[] = { ERRNOS(WASI_ENTRY) };
    uint32_t known = error > 0 && (size_t)error < COUNT(errnos) ? errnos[error] : WASI_SUCCESS;

    return known ? known : WASI_IO;
}

uint32_t
wasi_result(long value)
{
    return value < 0 ? wasi_errno(errno) : WASI_SUCCESS;
}

uint32_t
wasi_answer(wasm_exec_env_t env, uint32_t address, const void *value, uint32_t size)
{
    void *to = vm_memory(env, address, size);

    if (!to)
        return WASI_FAULT;
    memcpy(to, value, size);
    return WASI_SUCCESS;
}

uint32_t
wasi_answer_count(wasm_exec_env_t env, uint32_t address, int64_t value)
{
    uint32_t count = (uint32_t)value;

    return value < 0 ? wasi_errno(errno) : wasi_answer(env, address, &count, sizeof(count));
}

bool
wasi_takes_count(wasm_exec_env_t env, uint32_t address)
{
    return vm_memory(env, address, sizeof(uint32_t));
}

uint32_t
wasi_copy(wasm_exec_env_t env, uint32_t address, uint32_t size, char text[PATH_MAX])
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
    record_text(address, text, size);
    return WASI_SUCCESS;
}

uint32_t
wasi_copy_path(wasm_exec_env_t env, uint32_t address, uint32_t size, char path[PATH_MAX])
{
    uint32_t error = wasi_copy(env, address, size, path);

    if (error || *path != '/')
        return error;
    size_t slashes = strspn(path, "/");
    memmove(path, path + slashes, size + 1 - slashes);
    if (!*path)
        memcpy(path, ".", sizeof("."));
    return WASI_SUCCESS;
}
