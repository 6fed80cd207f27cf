/* What the imports of WASI answer. */
#include "wasi.h"

#include <errno.h>
#include <string.h>

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
