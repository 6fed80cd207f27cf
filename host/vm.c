#include "vm.h"

#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/engine.h"
#include "engine/packed.h"
#include "engine/platform/arena.h"
#include "imports/imports.h"
#include "log.h"
#include "record/record.h"
#include "watchdog.h"

#define KEPT_MAX 512 /* bytes */

static wasm_module_inst_t instance;
static char refusal[128];
static pid_t own_pid = 1; /* of the process in which the logic runs; others are children that it has forked */

/* What the logic exports as `kept` outlives it: see assembly/life.ts. */
static uint8_t kept[KEPT_MAX];
static uint32_t kept_size;
static bool has_kept;

/* By what linear memory could not grow when it was last asked to, and what it had then: pages of 64 kB. */
static struct {
    uint32_t more, had;
} refused;

static void
note_refused(uint32_t more, uint64_t size, uint32_t memory, enlarge_memory_error_reason_t reason,
             wasm_module_inst_t module_instance, wasm_exec_env_t env, void *data)
{
    (void)memory, (void)reason, (void)module_instance, (void)env, (void)data;
    refused.more = more;
    refused.had = (uint32_t)(size / WASM_PAGE);
}

bool
vm_load(void)
{
    engine_start();
    wasm_runtime_set_enlarge_mem_error_callback(note_refused, NULL);
    wasm_runtime_set_log_level(WASM_LOG_LEVEL_FATAL); /* what it says of a trap is in the log by other ways */
    if (!packed)
        log_line(LOG_CRIT, "there is no logic in this host: `pack` puts one into it");
    return packed;
}

bool
vm_needs_root(void)
{
    return packed->needs_root;
}

/* Returns what is at `address`, and sets *rest to how many bytes there are from there on; NULL: there are none. */
static void *
memory_from(wasm_module_inst_t module_instance, uint32_t address, uint64_t *rest)
{
    wasm_memory_inst_t memory = wasm_runtime_get_default_memory(module_instance);

    if (!memory)
        return NULL;
    uint64_t size = wasm_memory_get_cur_page_count(memory) * wasm_memory_get_bytes_per_page(memory);
    if (address > size)
        return NULL;
    *rest = size - address;
    return (uint8_t *)wasm_memory_get_base_address(memory) + address;
}

void *
vm_memory(wasm_exec_env_t env, uint32_t address, uint64_t length)
{
    uint64_t rest;
    void *bytes = memory_from(wasm_runtime_get_module_inst(env), address, &rest);

    bytes = bytes && length <= rest ? bytes : NULL;
    record_memory(address, bytes, length);
    return bytes;
}

static void *
object_of(wasm_module_inst_t module_instance, uint32_t address, uint32_t *size)
{
    uint64_t rest;
    uint8_t *header = memory_from(module_instance, address - sizeof(*size), &rest);

    if (!header || rest < sizeof(*size))
        return NULL;
    memcpy(size, header, sizeof(*size));
    return *size <= rest - sizeof(*size) ? header + sizeof(*size) : NULL;
}

void *
vm_object(wasm_exec_env_t env, uint32_t address, uint32_t *size)
{
    return object_of(wasm_runtime_get_module_inst(env), address, size);
}

static void *
find_kept(void)
{
    wasm_global_inst_t global;
    uint32_t address;

    if (!wasm_runtime_get_export_global_inst(instance, "kept", &global) || global.kind != WASM_I32)
        return NULL;
    memcpy(&address, global.global_data, sizeof(address));
    void *bytes = object_of(instance, address, &kept_size);
    if (bytes && kept_size > sizeof(kept)) {
        log_line(LOG_ERR, "the logic wants %u bytes kept, %u are the most", kept_size, KEPT_MAX);
        return NULL;
    }
    return bytes;
}

/* Makes an instance, the bytes that it keeps put back; the module's start function runs within. Returns why it can't. */
static const char *
instantiate(void)
{
    const InstantiationArgs args = { .default_stack_size = packed->stack_size, .max_memory_pages = MEMORY_MAX };

    refused.more = 0;
    instance = wasm_runtime_instantiate_ex(packed->module, &args, refusal, sizeof(refusal));
    if (!instance)
        return refusal;
    void *bytes = find_kept();
    if (bytes && has_kept)
        memcpy(bytes, kept, kept_size);
    return NULL;
}

/*
 * Calls the export `name` of a new instance, which takes nothing, and returns an i32 for `result`, or nothing if that is
 * NULL. Returns why it has ended; NULL: it returned.
 */
static const char *
call_export(const char *name, uint32_t *result)
{
    const char *reason = instantiate();
    if (reason)
        return reason;
    wasm_function_inst_t function = wasm_runtime_lookup_function(instance, name);
    wasm_exec_env_t env = wasm_runtime_create_exec_env(instance, packed->stack_size);
    if (!env)
        return "no memory for its stack";
    /* What the engine is not to return, it would write to where there is nothing. */
    if (!function || wasm_func_get_result_count(function, instance) != !!result) {
        (void)!snprintf(refusal, sizeof(refusal), "it exports no function `%s` of that type", name);
        return refusal;
    }
    watchdog_set_env(env);
    return wasm_runtime_call_wasm(env, function, 0, result) ? NULL : wasm_runtime_get_exception(instance);
}

/*
 * A module that has no memory left ends by `unreachable`, which says nothing of it. Many ask for less when they are
 * refused, and go on: then it has grown since.
 */
static bool
has_no_memory(const char *reason)
{
    static const char end[] = "unreachable";
    const size_t length = strlen(reason);

    return refused.more && length > strlen(end) && !strcmp(reason + length - strlen(end), end)
           && (!instance || wasm_memory_get_cur_page_count(wasm_runtime_get_default_memory(instance)) == refused.had);
}

static const char *
run_export(const char *name, uint32_t *result)
{
    const char *reason = call_export(name, result);

    if (reason && has_no_memory(reason))
        log_line(LOG_CRIT, "the logic's memory is used up: %u pages of 64 kB, and %u more asked for", refused.had,
                 refused.more);
    return reason;
}

/* Starts the logic; returns why it has ended. */
static const char *
live(void)
{
    const char *reason = run_export(ENTRY, NULL);

    return reason ? reason : "its `" ENTRY "` returned";
}

/* Keeps what the logic wants kept, and gives back all else that it had. */
static const char *
end_instance(void)
{
    void *bytes = find_kept();

    has_kept = bytes;
    if (bytes)
        memcpy(kept, bytes, kept_size);
    wasm_runtime_deinstantiate(instance);
    instance = NULL;
    return NULL;
}

static void
log_end(const char *reason)
{
    const pid_t pid = getpid();

    record_end(reason);
    if (pid == own_pid)
        log_line(LOG_CRIT, "the logic has ended: %s", reason);
    else
        log_line(LOG_CRIT, "a child of the logic, pid %d, has ended: %s", pid, reason);
}

bool
vm_run(void)
{
    void *mark = arena_mark();

    record_start(has_kept ? kept : NULL, kept_size);
    log_end(watchdog_call(live));
    if (instance && watchdog_call(end_instance))
        return false; /* what a crash has left of it is of no use */
    arena_release(mark);
    (void)syscall(SYS_close_range, WASI_ROOT, ~0U, 0);
    return true;
}

int
vm_ask(const char *name)
{
    uint32_t results[2] = { 0 }; /* as wide as any value */

    own_pid = getpid();
    const char *reason = run_export(name, results);

    if (reason)
        log_end(reason);
    return reason ? -1 : (int)results[0];
}
