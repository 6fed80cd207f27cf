/* What a program has of WASI besides files and clocks: its arguments, its environment, random bytes, its end. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "environment.h"
#include "wasi.h"

#ifndef GRND_INSECURE
#define GRND_INSECURE 4
#endif

/* The strings of args_get or environ_get. */
struct list {
    char **strings;
    uint32_t count;
};

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
    uint32_t error = wasi_answer_count(env, count, list.count);
    return error ? error : wasi_answer_count(env, size, bytes);
}

static uint32_t
answer_strings(wasm_exec_env_t env, struct list list, uint32_t pointers, uint32_t buffer)
{
    uint32_t error = WASI_SUCCESS;

    for (uint32_t i = 0; i < list.count && !error; i++) {
        uint32_t size = strlen(list.strings[i]) + 1;
        error = wasi_answer_count(env, pointers, buffer);
        error = error ? error : wasi_answer(env, buffer, list.strings[i], size);
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

uint32_t
wasi_sched_yield(wasm_exec_env_t env)
{
    (void)env;
    return wasi_result(sched_yield());
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
            return wasi_errno(errno);
        bytes += drawn;
        size -= (uint32_t)drawn;
    }
    return WASI_SUCCESS;
}
